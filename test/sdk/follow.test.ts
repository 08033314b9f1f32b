// A reader of a node's rows, when some of them are gone from the log.
import { beforeEach, expect, test } from 'vitest';
import { encodeFrame, extendChains } from '#bus/frame.ts';
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { slotName, subjects } from '#bus/subjects.ts';
import { type FirstRow, follow, type FollowOptions } from '#sdk/follow.ts';
import { sma, Strategy, StreamInput } from '#sdk/mod.ts';

const names = subjects('t');
const spec = new Strategy({
  name: 'average',
  build: () => ({ outputs: { average: sma(new StreamInput({ venue: 'test', instrument: 'ABC', interval: '1m' }), { period: 4 }) } }),
}).declare();
const node = spec.nodes.find(({ id }) => id === spec.outputs['average']!.node)!;
const record = { node, slot: slotName(0) };
const subject = names.output(record.slot, node.id);
/** By the period, the first row of an average of four. */
const FIRST = 3;

let bus: MemoryBus;
let chains: Uint32Array;
beforeEach(() => {
  bus = new MemoryBus(new MemoryLog(names));
  chains = new Uint32Array(2);
});

/** Stores ten rows as a slot does, each with its number as time and value. */
async function store(first: number): Promise<number> {
  const row = Float64Array.from({ length: 10 }, (_, k) => first + k);
  extendChains(chains, [row, row], 0, 10);
  return bus.append(subject, encodeFrame({ kind: 'output', id: node.id, epoch: 1, first, count: 10, inputSequence: 1, watermark: first + 9, chains, columns: [row, row] }));
}

async function rowsRead(options: FollowOptions): Promise<number[]> {
  const rows: number[] = [];
  for await (const { first, count } of follow(bus, names, record, { untilNow: true, ...options })) for (let k = 0; k < count; k++) rows.push(first + k);
  return rows;
}

const rows = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, k) => from + k);

test.each([0, 10, 20])('a reader from the first row on begins at what is left, and is told, when %i rows were purged', async (purged) => {
  const sequences = [await store(FIRST), await store(FIRST + 10), await store(FIRST + 20)];
  await bus.purge('OUT', subject, sequences[purged / 10]!);
  const told: FirstRow[] = [];
  expect(await rowsRead({ from: 'first', onFirst: (first) => void told.push(first) })).toEqual(rows(FIRST + purged, FIRST + 30));
  expect(told).toEqual([{ row: FIRST + purged, ts: FIRST + purged, isPurgedBefore: purged > 0 }]);
});

test('a reader that refuses where the log begins is given no row', async () => {
  await store(FIRST);
  const refuse = (): void => {
    throw new Error('not here');
  };
  await expect(rowsRead({ from: 'first', onFirst: refuse })).rejects.toThrow('not here');
});

test('a hole between two rows is LOG_GAP with their numbers', async () => {
  await store(FIRST);
  await store(FIRST + 20);
  await expect(rowsRead({ from: 'first' })).rejects.toMatchObject({ code: 'LOG_GAP', data: { expected: FIRST + 10, found: FIRST + 20 } });
});

test('a reader of new rows does not pass over a hole in front of the first of them', async () => {
  await store(FIRST);
  const reading = follow(bus, names, record, { from: 'new' });
  const next = reading.next();
  await new Promise((resolve) => setImmediate(resolve));
  await store(FIRST + 20);
  await expect(next).rejects.toMatchObject({ code: 'LOG_GAP', data: { expected: FIRST + 10, found: FIRST + 20 } });
});

test('rows are done with when the next are asked for', async () => {
  await store(FIRST);
  await store(FIRST + 10);
  const story: string[] = [];
  for await (const { first } of follow(bus, names, record, { from: 'first', untilNow: true, onTaken: async (taken) => void story.push(`taken ${taken.first}`) })) story.push(`given ${first}`);
  expect(story).toEqual(['given 3', 'taken 3', 'given 13', 'taken 13']);
});
