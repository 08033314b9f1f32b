import { expect, test } from 'vitest';
import { BlockWriter, readBlock, writeBlock } from '#kernels/block.ts';

/** A NaN with a payload, as a kernel may keep one: words 0x00000abc and 0x7ff80001. */
const NAN_WORDS = [0xabc, 0x7ff80001];

test('a block copied out of linear memory is the block of the same columns and state, to the bits of a NaN', () => {
  const words = new Uint32Array(64);
  const doubles = new Float64Array(words.buffer);
  doubles.set([1, 2, 3, 4], 2);
  words.set(NAN_WORDS, 2 * 3);
  doubles.set([5, -0, 7, 8], 10);
  words.set([9, 10, 11], 40);
  const head = { tag: 7, rows: 1_000, kept: 3 };
  const writer = new BlockWriter();
  for (const id of ['first', 'second']) writer.copy(id, head, { words, columns: [2 * 8, 10 * 8], state: 40 * 4, stateBytes: 12 });
  const alone = writeBlock({ ...head, columns: [doubles.subarray(2, 5), doubles.subarray(10, 13)], state: new Uint8Array(words.buffer, 40 * 4, 12) });
  for (const block of writer.blocks().values()) expect(Buffer.compare(block, alone)).toBe(0);
  const { columns, state } = readBlock('first', alone, 2, 7);
  expect([...new Uint32Array(columns[0]!.buffer, columns[0]!.byteOffset, 4)].slice(2)).toEqual(NAN_WORDS);
  expect([...columns[1]!]).toEqual([5, -0, 7]);
  expect([...new Uint32Array(state.slice().buffer)]).toEqual([9, 10, 11]);
});

test('blocks of all sizes come back whole, however often the memory behind them had to grow', () => {
  const writer = new BlockWriter();
  const given = Array.from({ length: 60 }, (_, k) => ({ tag: k, rows: k, kept: k, columns: [Float64Array.from({ length: k }, (__, row) => row * k)], state: new Uint8Array(k).fill(k) }));
  for (const [k, block] of given.entries()) writer.write(`block ${k}`, block);
  const blocks = writer.blocks();
  for (const [k, block] of given.entries()) expect(readBlock(`block ${k}`, blocks.get(`block ${k}`), 1, k)).toEqual(block);
});
