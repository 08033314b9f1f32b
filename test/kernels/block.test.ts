import { expect, test } from 'vitest';
import { PartNames, PartsWriter } from '#domain/parts.ts';
import { addBlock, beginBlock, copyWords, readBlock, writeBlock } from '#kernels/block.ts';

/** A NaN with a payload, as a kernel may keep one: words 0x00000abc and 0x7ff80001. */
const NAN_WORDS = [0xabc, 0x7ff80001];

test('a block copied out of linear memory is the block of the same columns and state, to the bits of a NaN', () => {
  const words = new Uint32Array(64);
  const doubles = new Float64Array(words.buffer);
  doubles.set([1, 2, 3, 4], 2);
  words.set(NAN_WORDS, 2 * 3);
  doubles.set([5, -0, 7, 8], 10);
  words.set([9, 10, 11], 40);
  const writer = new PartsWriter(new PartNames(['first', 'second']));
  for (let k = 0; k < 2; k++) {
    let at = beginBlock(writer, 7, 1_000, 3, 2, 12);
    for (const [from, count] of [[4, 6], [20, 6], [40, 3]] as const) at = copyWords(words, from, count, writer.u32, at);
  }
  const alone = writeBlock({ tag: 7, rows: 1_000, kept: 3, columns: [doubles.subarray(2, 5), doubles.subarray(10, 13)], state: new Uint8Array(words.buffer, 40 * 4, 12) });
  for (const [, block] of writer.parts()) expect(Buffer.compare(block, alone)).toBe(0);
  const { columns, state } = readBlock('first', alone, 2, 7);
  expect([...new Uint32Array(columns[0]!.buffer, columns[0]!.byteOffset, 4)].slice(2)).toEqual(NAN_WORDS);
  expect([...columns[1]!]).toEqual([5, -0, 7]);
  expect([...new Uint32Array(state.slice().buffer)]).toEqual([9, 10, 11]);
});

test('words arrive in their order, whether few or many are copied', () => {
  const from = Uint32Array.from({ length: 1_000 }, (_, k) => 3 * k + 1);
  for (const count of [0, 1, 128, 129, 900]) {
    const to = new Uint32Array(1_000);
    expect(copyWords(from, 50, count, to, 7)).toBe(7 + count);
    expect([...to]).toEqual(Array.from(to, (_, k) => (k >= 7 && k < 7 + count ? from[50 + k - 7]! : 0)));
  }
});

test('blocks of all sizes come back whole, however often the memory behind them had to grow', () => {
  const given = Array.from({ length: 60 }, (_, k) => ({ tag: k, rows: k, kept: k, columns: [Float64Array.from({ length: k }, (__, row) => row * k)], state: new Uint8Array(k).fill(k) }));
  const writer = new PartsWriter(new PartNames(given.map((_, k) => `block ${k}`)));
  for (const block of given) addBlock(writer, block);
  const blocks = writer.parts();
  for (const [k, block] of given.entries()) expect(readBlock(`block ${k}`, blocks.get(`block ${k}`), 1, k)).toEqual(block);
});
