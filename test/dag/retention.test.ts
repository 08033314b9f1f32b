// What retention takes from the log and what it leaves, on the log in memory.
import { beforeEach, describe, expect, test } from 'vitest';
import type { UploadRecord } from '#actors/depot.ts';
import type { FloorRecord } from '#actors/floor.ts';
import { encodeFrame } from '#bus/frame.ts';
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { type Slot, slotOf } from '#bus/subjects.ts';
import { SimulatedClock } from '#clock/simulated.ts';
import type { RetentionTerms, StreamReport } from '#dag/retention.ts';
import { sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { ExecutionMap, StrategyRecord } from '#domain/lifecycle.ts';
import type { NodeID } from '#domain/node-spec.ts';
import { packNodes } from '#domain/packed-nodes.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import type { NodeRecord } from '#supervisor/records.ts';
import { applyTo, names, recordsIn, SLOTS, startManager } from '../support/control.ts';
import { breadth, leading } from '../support/queries.ts';
import { goldenCross } from '../support/strategies.ts';

const HOUR_MS = 3_600_000;
const TERMS: RetentionTerms = { everyMs: 60_000, nodesMs: 24 * HOUR_MS, in: { keepMs: HOUR_MS }, out: { keepMs: HOUR_MS } };
const source = sourceId({ venue: 'test', instrument: 'ABC', interval: interval('1m') });
const slot = slotOf(source, SLOTS);
const subject = names.input(slot, source);
const spec = goldenCross.declare();
const own = spec.nodes.filter((node) => node.spec.nodeType !== 'stream').map(({ id }) => id);

let clock: SimulatedClock;
let log: MemoryLog;
let bus: MemoryBus;
beforeEach(() => {
  clock = new SimulatedClock(1_700_000_000_000);
  log = new MemoryLog(names, { now: () => clock.now() });
  bus = new MemoryBus(log);
});

const frame = (first: number, count: number) => encodeFrame({ kind: 'source', id: source, epoch: 0, first, count, inputSequence: 0, watermark: 0, chains: new Uint32Array(1), columns: [new Float64Array(count)] });
const append = (first: number, count: number): Promise<number> => bus.append(subject, frame(first, count));
const apply = (what: StrategySpec): Promise<ExecutionMap> => applyTo(log, what);
const report = async (stream: 'IN' | 'OUT'): Promise<StreamReport> => (await bus.call<null, StreamReport[]>(names.call('dag', 'retention'), null)).find((each) => each.stream === stream)!;
/** Sequences the stream still has. */
const left = (stream: 'IN' | 'OUT'): number[] => log.streams[stream].entries.flatMap(({ sequence }) => (log.streams[stream].purged.has(sequence) ? [] : [sequence]));

async function uploaded(...uploads: { at: number; nodes: readonly NodeID[]; mark?: number }[]): Promise<void> {
  const { identity } = await bus.state('IN');
  const record: UploadRecord = { log: identity, epoch: 1, handover: null, uploads: uploads.map(({ at, nodes, mark = null }) => ({ object: `${slot}.1.${at}`, inputSequence: at, mark, nodes: packNodes(nodes) })) };
  await (await bus.bucket<UploadRecord>('uploads')).put(slot, record);
}

/** Ten entries of ten rows each, a quarter of an hour apart. */
async function feedTen(): Promise<void> {
  for (let k = 0; k < 10; k++) {
    await append(10 * k, 10);
    await clock.advance(HOUR_MS / 4);
  }
}

describe('rows of a source', () => {
  test('that nobody reads go when they are old enough, but for the newest', async () => {
    await startManager(log, clock, bus, TERMS);
    await feedTen();
    expect(left('IN')).toEqual([7, 8, 9, 10]);
    await clock.advance(10 * HOUR_MS);
    expect(left('IN')).toEqual([10]); // where the feed goes on from
  });

  test('are looked for where the log begins, so that the servers need not read all of it', async () => {
    const asked: number[] = [];
    class AskedBus extends MemoryBus {
      override next(...question: Parameters<MemoryBus['next']>): ReturnType<MemoryBus['next']> {
        if (question[0] === 'IN') asked.push(question[2]);
        return super.next(...question);
      }
    }
    await feedTen();
    for (let row = 100; row < 1_100; row++) await append(row, 1);
    await startManager(log, clock, new AskedBus(log), TERMS);
    await clock.advance(TERMS.everyMs);
    expect((await report('IN')).dueSequence).toBe(8); // stored 151, 136, … 61 min ago; the next 46
    expect(Math.max(...asked)).toBeLessThan(20);
  });

  test('of several sources go together, and the newest of one stays that a replica which lags does not name', async () => {
    const other = names.input(slot, sourceId({ venue: 'test', instrument: 'XYZ', interval: interval('1m') }));
    const purges: [string, number][] = [];
    let lags = false;
    class LaggingBus extends MemoryBus {
      override async lastOfEach(...question: Parameters<MemoryBus['lastOfEach']>): ReturnType<MemoryBus['lastOfEach']> {
        return lags ? [{ subject, sequence: 4, data: frame(30, 10) }] : super.lastOfEach(...question);
      }
      override purge(...[stream, filter, before]: Parameters<MemoryBus['purge']>): ReturnType<MemoryBus['purge']> {
        if (stream === 'IN') purges.push([filter, before]);
        return super.purge(stream, filter, before);
      }
    }
    for (let k = 0; k < 4; k++) await append(10 * k, 10);
    await bus.append(other, frame(0, 10));
    await append(40, 10);
    await clock.advance(2 * HOUR_MS);
    await startManager(log, clock, new LaggingBus(log), TERMS);
    await clock.advance(2 * TERMS.everyMs);
    expect(left('IN')).toEqual([5, 6]);
    expect(purges.at(-2)).toEqual([names.inputs('*' as Slot), 5]);
    expect(purges.at(-1)).toEqual([subject, 6]);
    lags = true;
    await clock.advance(2 * TERMS.everyMs);
    expect(left('IN')).toEqual([5, 6]);
  });

  test('stay as long as no upload holds a node that reads them, and the report says which', async () => {
    await startManager(log, clock, bus, TERMS);
    await apply(spec);
    await feedTen();
    expect(left('IN')).toHaveLength(10);
    expect(await report('IN')).toMatchObject({ entries: 10, dueSequence: 7, heldBy: { slot, sequence: 1, why: 'no upload holds it yet, so it needs all from its origin on' } });
    await uploaded({ at: 9, nodes: own.slice(1) });
    await clock.advance(TERMS.everyMs);
    expect((await report('IN')).heldBy).toMatchObject({ node: own[0], sequence: 1 });
    await uploaded({ at: 9, nodes: own });
    await clock.advance(TERMS.everyMs);
    expect(left('IN'), 'the one there is may be lost').toHaveLength(10);
    expect((await report('IN')).heldBy).toMatchObject({ sequence: 1, why: 'only one upload holds it yet, so it needs all from its origin on' });
  });

  test('stay behind the older of the two newest uploads of every node', async () => {
    await startManager(log, clock, bus, TERMS);
    await apply(spec);
    await uploaded({ at: 6, nodes: own }, { at: 4, nodes: own });
    await feedTen();
    expect(left('IN')).toEqual([5, 6, 7, 8, 9, 10]);
    expect((await report('IN')).heldBy).toMatchObject({ slot, sequence: 5, why: 'the last uploads that hold it end there' });
    // A node that is missing from the newer ones needs what came behind the last that has it.
    await uploaded({ at: 9, nodes: own.slice(1) }, { at: 8, nodes: own.slice(1) }, { at: 7, nodes: own }, { at: 5, nodes: own });
    await clock.advance(TERMS.everyMs);
    expect(left('IN')).toEqual([6, 7, 8, 9, 10]);
    expect((await report('IN')).heldBy).toMatchObject({ node: own[0], sequence: 6 });
    await uploaded({ at: 9, nodes: own }, { at: 8, nodes: own });
    await clock.advance(TERMS.everyMs);
    expect(left('IN')).toEqual([8, 9, 10]); // 7 is more than an hour old by now
    expect((await report('IN')).heldBy).toBeNull();
  });

  test.each([['ends before them', 99, undefined], ['has lost its end since, and has others there', 9, 1]])('stay when the uploads are of a log that %s', async (_, at, mark) => {
    await startManager(log, clock, bus, TERMS);
    await apply(spec);
    const its = { nodes: own, ...(mark !== undefined && { mark }) };
    await uploaded({ at, ...its }, { at: at - 1, ...its });
    await feedTen();
    expect(left('IN')).toHaveLength(10);
    expect((await report('IN')).heldBy).toMatchObject({ sequence: 1, why: 'no upload holds it yet, so it needs all from its origin on' });
  });

  test('stay when the uploads are of another log', async () => {
    await startManager(log, clock, bus, TERMS);
    await apply(spec);
    await uploaded({ at: 9, nodes: own });
    const bucket = await bus.bucket<UploadRecord>('uploads');
    await bucket.put(slot, { ...(await bucket.get(slot))!.value, log: 'another' });
    await feedTen();
    expect(left('IN')).toHaveLength(10);
  });

  test('go by size too, the oldest first, and only as far as nobody needs them', async () => {
    await startManager(log, clock, bus, { ...TERMS, in: { keepMs: Infinity, keepBytes: 1_500 } });
    await apply(spec);
    await uploaded({ at: 9, nodes: own }, { at: 8, nodes: own });
    await feedTen();
    expect((await bus.state('IN')).bytes).toBeLessThan(1_500);
    const before = left('IN');
    for (let k = 10; k < 40; k++) await append(10 * k, 10);
    await clock.advance(5 * TERMS.everyMs);
    expect(left('IN')[0]).toBe(9);
    expect(before.length).toBeGreaterThan(0);
    expect((await report('IN')).heldBy).toMatchObject({ slot, sequence: 9 });
  });
});

describe('a node that comes when the first rows are gone', () => {
  test('begins at the first there are, whatever is stored twice, and says so in its record', async () => {
    await startManager(log, clock, bus, TERMS);
    for (const [first, count] of [[0, 10], [10, 10], [20, 10], [0, 10], [30, 10]] as const) await append(first, count); // the fourth is the first once more
    await clock.advance(2 * HOUR_MS);
    await append(40, 10);
    await clock.advance(TERMS.everyMs);
    expect(left('IN'), 'the log may lose the last, which came a moment ago').toEqual([5, 6]);
    await clock.advance(TERMS.everyMs);
    expect(left('IN')).toEqual([6]);
    expect((await (await bus.bucket<FloorRecord>('floors')).get(source))!.value).toEqual({ sequence: 6, row: 40 });
    await apply(spec);
    for (const { node, origin } of (await recordsIn<NodeRecord>(log, 'nodes')).values()) {
      expect(origin).toEqual(node.spec.nodeType === 'stream' ? undefined : { sequence: 6, rows: { [source]: 40 } });
    }
    // And what it begins with stays, although it is old by now.
    await clock.advance(10 * HOUR_MS);
    await append(50, 10);
    await clock.advance(10 * HOUR_MS);
    expect(left('IN')).toEqual([6, 7]);
  });

  test('is asked of no log that nothing was purged from', async () => {
    await startManager(log, clock, bus, TERMS);
    await append(0, 10);
    await apply(spec);
    for (const { origin } of (await recordsIn<NodeRecord>(log, 'nodes')).values()) expect(origin).toBeUndefined();
  });

  test('begins there also when the manager was started again', async () => {
    const first = await startManager(log, clock, bus, TERMS);
    await feedTen();
    first.stop();
    await startManager(log, clock, new MemoryBus(log), TERMS);
    await apply(spec);
    const [record] = [...(await recordsIn<NodeRecord>(log, 'nodes')).values()].filter(({ origin }) => origin);
    expect(record!.origin).toEqual({ sequence: 7, rows: { [source]: 60 } });
  });
});

test('outputs go up to the newest frame of the node of their slot that was silent longest, leases but for the last, events never', async () => {
  await startManager(log, clock, bus, TERMS);
  await apply(spec);
  const outputs = own.map((id) => names.output(slot, id));
  await bus.append(names.lease(slot), new Uint8Array(1));
  await bus.append(names.lease(slot), new Uint8Array(1));
  for (const output of outputs) await bus.append(output, new Uint8Array(1));
  await bus.append(names.event('s'), new Uint8Array(1));
  for (const output of outputs.slice(1)) await bus.append(output, new Uint8Array(1));
  await bus.append(names.output('00f' as Slot, own[0]!), new Uint8Array(1)); // of a slot nobody has
  await clock.advance(2 * HOUR_MS);
  expect(left('OUT').slice(0, 2)).toEqual([2, 3]);
  expect(await report('OUT')).toMatchObject({ heldBy: { slot, node: own[0], sequence: 3, why: 'its newest frame is that old' } });
  expect(log.streams.EVENT.purged.size).toBe(0);
  await bus.append(outputs[0]!, new Uint8Array(1));
  await clock.advance(2 * TERMS.everyMs);
  expect(left('OUT').filter((sequence) => sequence < 3)).toEqual([2]);
  expect(left('OUT')[1]).toBeGreaterThan(3);
});

test('what was newest a round ago counts no more when the log has lost it, though others bear its numbers by now', async () => {
  await startManager(log, clock, bus, TERMS);
  await apply(spec);
  const outputs = own.map((id) => names.output(slot, id));
  const step = async (k: number): Promise<void> => {
    for (const each of [names.lease(slot), ...outputs]) await bus.append(each, new Uint8Array([k]));
  };
  await step(0);
  const round = (): Promise<void> => clock.advance(TERMS.everyMs).then(() => clock.advance(1_000));
  const { lastSequence } = await bus.state('OUT');
  await clock.advance(2 * HOUR_MS);
  await step(1);
  await round();
  expect(left('OUT'), 'the log may still lose the second step').toHaveLength(2 * lastSequence);
  log.loseBehind('OUT', lastSequence);
  await step(2);
  await round();
  expect(left('OUT'), 'and the third').toHaveLength(2 * lastSequence);
  await round();
  expect(left('OUT')[0]).toBe(lastSequence + 1);
});

describe('what a tag query reads', () => {
  const reader = breadth.declare({ instrument: 'ABC' });
  const leader = leading.declare();
  const record = async (id: NodeID) => (await recordsIn<NodeRecord>(log, 'nodes')).get(id)!;
  const publish = async (what: StrategySpec): Promise<void> => {
    const strategy: StrategyRecord = { id: what.name, name: what.name, state: 'Processing', spec: what, nodes: what.nodes.map(({ id }) => id), correlationId: 'test' };
    await (await bus.bucket<StrategyRecord>('strategies')).put(what.name, strategy);
    await apply(what);
    await clock.advance(1_000);
  };

  test('stays for good, whatever uploads hold it: it is made anew when a member comes', async () => {
    await startManager(log, clock, bus, TERMS);
    await publish(reader);
    await publish(leader);
    const nodes = [...(await recordsIn<NodeRecord>(log, 'nodes')).values()].map(({ node }) => node.id);
    await feedTen();
    for (const each of new Set([...(await recordsIn<NodeRecord>(log, 'nodes')).values()].map((its) => its.slot))) {
      const { identity } = await bus.state('IN');
      await (await bus.bucket<UploadRecord>('uploads')).put(each, { log: identity, epoch: 1, handover: null, uploads: [{ object: 'o', inputSequence: 9, mark: null, nodes: packNodes(nodes) }] });
    }
    await clock.advance(10 * HOUR_MS);
    expect(log.streams.IN.purged.size).toBe(0);
    expect((await report('IN')).heldBy).toMatchObject({ sequence: 1, why: 'a tag query above it is made anew from there when a member comes' });
  });

  test('begins at the first rows there are when a member comes whose first ones are gone', async () => {
    await startManager(log, clock, bus, TERMS);
    await publish(breadth.declare());
    await feedTen();
    const asking = breadth.declare().outputs['mean']!.node;
    expect((await record(asking)).origin).toBeUndefined();
    const { row } = (await (await bus.bucket<FloorRecord>('floors')).get(source))!.value;
    expect(row).toBeGreaterThan(0);
    await publish(leader);
    expect((await record(asking)).origin).toEqual({ sequence: 1, rows: { [source]: row } });
  });
});
