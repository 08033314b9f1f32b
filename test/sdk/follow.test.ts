// A reader of a node's rows, when some of them are gone from the log.
import { beforeEach, describe, expect, test } from 'vitest';
import type { BucketName, RecordBucket } from '#bus/bus.ts';
import { encodeFrame, extendChains } from '#bus/frame.ts';
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { slotName, subjects } from '#bus/subjects.ts';
import { type FirstRow, follow, type FollowOptions } from '#sdk/follow.ts';
import { sma, Strategy, StreamInput } from '#sdk/mod.ts';
import type { NodeRecord } from '#supervisor/records.ts';

const names = subjects('t');
const spec = new Strategy({
  name: 'average',
  build: () => ({ outputs: { average: sma(new StreamInput({ venue: 'test', instrument: 'ABC', interval: '1m' }), { period: 4 }) } }),
}).declare();
const node = spec.nodes.find(({ id }) => id === spec.outputs['average']!.node)!;
const record: NodeRecord = { node, slot: slotName(0) };
const subject = names.output(record.slot, node.id);
/** By the period, the first row of an average of four. */
const FIRST = 3;

let server: MemoryLog;
let bus: MemoryBus;
let chains: Uint32Array;
beforeEach(() => {
  server = new MemoryLog(names);
  bus = new MemoryBus(server);
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

describe('a node whose life ends while it is read', () => {
  const RETIRED = expect.objectContaining({ code: 'NODE_RETIRED' }) as Error;
  const AGAIN: NodeRecord = { ...record, origin: { sequence: 1, rows: {}, life: 2 } };
  const write = async (kept: NodeRecord): Promise<unknown> => (await bus.bucket<NodeRecord>('nodes')).put(node.id, kept);
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

  test.each(['first', 'new'] as const)('ends its reader of %s rows behind the last one, with a Fault', async (from) => {
    await write(record);
    await store(FIRST);
    const reading = follow(bus, names, record, { from });
    const read: number[] = [];
    const over = (async () => {
      for await (const { first } of reading) read.push(first);
    })();
    over.catch(() => {});
    await settle();
    await store(FIRST + 10);
    await write({ ...record, isRetired: true });
    await expect(over).rejects.toThrow(RETIRED);
    expect(read).toEqual(from === 'first' ? [FIRST, FIRST + 10] : [FIRST + 10]);
  });

  test('before it was read gives its rows out, and then the Fault', async () => {
    await store(FIRST);
    await write({ ...record, isRetired: true });
    const reading = follow(bus, names, { ...record, isRetired: true }, { from: 'first' });
    expect(await reading.next()).toMatchObject({ value: { first: FIRST } });
    await expect(reading.next()).rejects.toThrow(RETIRED);
    await expect(follow(bus, names, { ...record, isRetired: true }, { from: 'new' }).next(), 'and nothing new comes').rejects.toThrow(RETIRED);
  });

  test('and begins again never mixes the rows of both', async () => {
    await write(record);
    await store(FIRST);
    const reading = follow(bus, names, record, { from: 'first' });
    expect(await reading.next()).toMatchObject({ value: { first: FIRST } });
    await bus.purge('OUT', subject, 2);
    await write(AGAIN);
    chains = new Uint32Array(2);
    await store(FIRST);
    await store(FIRST + 10);
    await expect(reading.next()).rejects.toThrow(RETIRED);
  });

  test('and begins again is noticed by the rows too, where its record is heard of late', async () => {
    const deaf = new (class extends MemoryBus {
      override async bucket<T>(name: BucketName): Promise<RecordBucket<T>> {
        const bucket = await super.bucket<T>(name);
        return Object.assign(Object.create(bucket) as RecordBucket<T>, { get: (key: string) => bucket.get(key), watch: async () => () => {} });
      }
    })(server);
    await write(record);
    await store(FIRST);
    const reading = follow(deaf, names, record, { from: 'first' });
    await reading.next();
    await write(AGAIN);
    await store(FIRST);
    await expect(reading.next()).rejects.toThrow(RETIRED);
  });

  test('by a retry, is not ended: rows that are there twice are given out once', async () => {
    await write(record);
    await store(FIRST);
    await store(FIRST);
    await store(FIRST + 10);
    expect(await rowsRead({ from: 'first' })).toEqual(rows(FIRST, FIRST + 20));
  });
});
