// Nodes that cannot begin beside others that run: they wait with cause and cure, and the others never notice.
import { beforeEach, describe, expect, test } from 'vitest';
import { encodeFrame } from '#bus/frame.ts';
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { slotOf, subjects } from '#bus/subjects.ts';
import { MemoryStore } from '#checkpoint/memory.ts';
import { SimulatedClock } from '#clock/simulated.ts';
import { type BarColumns, type SourceID, sourceId } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import { interval } from '#domain/interval.ts';
import type { DeclaredNode, NodeID } from '#domain/node-spec.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { logger } from '#telemetry/log.ts';
import type { QuarantineMark, QuarantineRecord } from '#actors/quarantine.ts';
import { SlotActor } from '#actors/slot.ts';
import { unableFor } from '#actors/unable.ts';
import { ema, sma, Strategy, StreamInput } from '#sdk/mod.ts';
import { walk } from '../support/bars.ts';
import { goldenCross } from '../support/strategies.ts';
import { batchRows, expectSameBits, rowsOfFrames } from '../support/truth.ts';

const SLOTS = 4;
const ROWS = 200;
const names = subjects('t');
const [abc, xyz] = ['ABC', 'XYZ'].map((instrument) => sourceId({ venue: 'test', instrument, interval: interval('1m') })) as [SourceID, SourceID];
const slot = slotOf(abc, SLOTS);
const data = new Map<SourceID, BarColumns>([[abc, walk(ROWS, 21)], [xyz, walk(ROWS, 22)]]);
const stream = (instrument: string): StreamInput => new StreamInput({ venue: 'test', instrument, interval: '1m' });

const first = goldenCross.declare();
/** One node that reads another instrument too, with one that reads it, and one that does not. */
const later = new Strategy({
  name: 'later',
  build() {
    const spread = stream('ABC').close.minus(stream('XYZ').close);
    return { outputs: { spread, smooth: ema(spread, { period: 4 }), alone: sma(stream('ABC').close, { period: 9 }) } };
  },
}).declare();
const [spread, smooth, alone] = ['spread', 'smooth', 'alone'].map((name) => later.outputs[name]!.node) as [NodeID, NodeID, NodeID];

let clock: SimulatedClock;
let server: MemoryLog;
let bus: MemoryBus;
let store: MemoryStore;
let actor: SlotActor;
let life: Promise<void>;

function want(...specs: StrategySpec[]): void {
  const nodes = [...new Map(specs.flatMap((spec) => spec.nodes).map((node) => [node.id, node])).values()];
  actor.want({ nodes, own: new Set(nodes.filter(({ spec }) => spec.nodeType !== 'stream').map(({ id }) => id)), origins: new Map(), quarantine: marks });
}

async function feed(id: SourceID, from: number, to: number): Promise<void> {
  const rows = data.get(id)!.map((column) => column.slice(from, to));
  await bus.append(names.input(slotOf(id, SLOTS), id), encodeFrame({ kind: 'source', id, epoch: 0, first: from, count: to - from, inputSequence: 0, watermark: rows[0]!.at(-1)!, chains: new Uint32Array(6), columns: rows }));
}

const records = async (): Promise<readonly QuarantineRecord[]> => (await (await bus.bucket<QuarantineRecord>('quarantine')).all()).map(({ value }) => value);
let marks: Map<NodeID, QuarantineMark>;

function expectRows(spec: StrategySpec, ids: readonly NodeID[], of = data): void {
  const batch = batchRows(spec, of);
  for (const id of ids) expectSameBits(rowsOfFrames(server.streams.OUT.entries.filter(({ subject }) => subject.endsWith(id))), batch.get(id)!, id);
}

beforeEach(async () => {
  clock = new SimulatedClock();
  server = new MemoryLog(names);
  bus = new MemoryBus(server);
  marks = new Map();
  await (await bus.bucket('quarantine')).watch((id, value, revision) => void marks.set(id as NodeID, { revision, isReleased: value === undefined }));
  store = new MemoryStore();
  begin(first);
  await feed(abc, 0, 60);
  await clock.advance(10);
});

function begin(...specs: StrategySpec[]): void {
  actor = new SlotActor({ bus, store, clock, log: logger({ role: 'test', level: 'silent' }), subjects: names }, slot, { member: 'm1', slots: SLOTS, checkpointEveryRows: 50, checkpointEveryMs: 1e9, uploadEveryMs: 1e9, silentEveryMs: 1e9 });
  want(...specs);
  life = actor.run();
}

async function end(): Promise<void> {
  actor.stop();
  await clock.advance(10);
  await life;
}

const own = (spec: StrategySpec): NodeID[] => spec.nodes.filter(({ spec: { nodeType } }) => nodeType !== 'stream').map(({ id }) => id);

describe('a new node', () => {
  test('whose source has a hole is quarantined by that, with what reads it; new nodes of other sources join, and the old ones go on', async () => {
    await feed(xyz, 0, 40);
    await bus.purge('IN', names.input(slotOf(xyz, SLOTS), xyz), (await bus.state('IN')).lastSequence + 1);
    await feed(xyz, 40, ROWS);
    await feed(abc, 60, 70);
    await clock.advance(10);
    want(first, later);
    await clock.advance(5_000);
    expect(await records()).toEqual([
      { node: spread, name: null, slot, member: 'm1', row: null, t: null, code: 'LOG_GAP', reason: `source ${xyz}: rows 0 to 39 are missing from the log`, cure: expect.stringContaining('retention') as string, tries: 3, atMs: expect.any(Number) as number },
    ]);
    expect(new Set(actor.status().waiting)).toEqual(new Set([spread, smooth]));
    await feed(abc, 60, ROWS);
    await clock.advance(50);
    expect(actor.status()).toMatchObject({ state: 'running' });
    await end();
    expectRows(first, own(first));
    expectRows(later, [alone]);
  });

  test('whose committed rows are other bits than its replay gives is quarantined; the others join', async () => {
    const rows = walk(30, 5).slice(0, 2);
    await bus.append(names.output(slot, alone), encodeFrame({ kind: 'output', id: alone, epoch: 0, first: 8, count: 30, inputSequence: 1, watermark: 0, chains: new Uint32Array(2), columns: rows }));
    await feed(xyz, 0, ROWS);
    want(first, later);
    await clock.advance(5_000);
    expect(await records()).toMatchObject([{ node: alone, row: null, code: 'REPLAY_DIVERGED', tries: 3 }]);
    await feed(abc, 60, ROWS);
    await clock.advance(50);
    await (await bus.bucket('quarantine')).remove(alone);
    want(first, later);
    await clock.advance(5_000);
    expect(await records(), 'released, it comes there again').toMatchObject([{ node: alone, code: 'REPLAY_DIVERGED' }]);
    await end();
    expectRows(first, own(first));
    expectRows(later, [spread, smooth]);
  });
});

describe('a running node', () => {
  test.each([false, true])('whose source gets a hole is quarantined by that, with what reads it, and its siblings go on; in a slot that is started again there: %j', async (isStartedAgain) => {
    await feed(xyz, 0, 40);
    want(first, later);
    await clock.advance(10);
    await feed(abc, 60, 70);
    await clock.advance(10);
    if (isStartedAgain) await end();
    await feed(xyz, 42, 50);
    await feed(abc, 70, 90);
    if (isStartedAgain) begin(first, later);
    await clock.advance(5_000);
    expect(await records()).toMatchObject([{ node: spread, row: null, code: 'LOG_GAP', reason: `source ${xyz}: rows 40 to 41 are missing from the log`, tries: 3 }]);
    await feed(abc, 90, ROWS);
    await clock.advance(50);
    expect(actor.status()).toMatchObject({ state: 'running' });
    expect(new Set(actor.status().waiting)).toEqual(new Set([spread, smooth]));
    await end();
    expectRows(first, own(first));
    expectRows(later, [alone]);
    const until = new Map([...data].map(([id, columns]) => [id, columns.map((column) => column.subarray(0, 40))]));
    expectRows(later, [spread, smooth], until);
  });

  test('goes on once the rows are there again and it is released', async () => {
    await feed(xyz, 0, 40);
    want(first, later);
    await clock.advance(10);
    await feed(xyz, 42, ROWS);
    await feed(abc, 60, ROWS);
    await clock.advance(5_000);
    // As if the damaged replica were gone, and its leader the one that has them.
    await bus.purge('IN', names.input(slotOf(xyz, SLOTS), xyz), (await bus.state('IN')).lastSequence + 1);
    await feed(xyz, 0, ROWS);
    await (await bus.bucket('quarantine')).remove(spread);
    want(first, later);
    await clock.advance(5_000);
    await end();
    for (const spec of [first, later]) expectRows(spec, own(spec));
  });
});

describe('a Fault of a lane that begins', () => {
  const nodes: readonly DeclaredNode[] = later.nodes;
  const all = new Set([spread, smooth, alone]);
  const roots = (data_: Fault['data']): NodeID[] => unableFor(new Fault('LOG_GAP', 'gone', { data: data_ }), all, nodes).map(({ node }) => node);

  test.for<[string, Fault['data'], readonly NodeID[]]>([
    ['names a node', { node: smooth }, [smooth]],
    ['names a node that others read', { node: spread }, [spread]],
    ['names a source', { source: xyz }, [spread]],
    ['names a source all read', { source: abc }, [spread, alone]],
    ['names nothing', {}, [spread, alone]],
    ['names a node that is none of them', { node: 'f'.repeat(64) }, [spread, alone]],
  ])('that %s speaks of the topmost nodes it keeps from running', ([, named, expected]) => {
    expect(new Set(roots(named))).toEqual(new Set(expected));
  });
});
