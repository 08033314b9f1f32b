// A node that fails at a row: tried again, quarantined, released; what it gave out stays, what reads it waits, its siblings go on.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { encodeFrame } from '#bus/frame.ts';
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { slotOf, subjects } from '#bus/subjects.ts';
import { MemoryStore } from '#checkpoint/memory.ts';
import { SimulatedClock } from '#clock/simulated.ts';
import { sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { logger } from '#telemetry/log.ts';
import { CustomNode } from '#actors/custom.ts';
import { Quarantine, type QuarantineMark, type QuarantineRecord } from '#actors/quarantine.ts';
import { SlotActor } from '#actors/slot.ts';
import { Node, sma, Strategy, StreamInput } from '#sdk/mod.ts';
import { walk } from '../support/bars.ts';
import { batchRows, expectSameBits, rowsOfFrames } from '../support/truth.ts';

const SLOTS = 4;
const BAD_ROW = 120;
const names = subjects('t');
const log = logger({ role: 'test', level: 'silent' });
const source = sourceId({ venue: 'test', instrument: 'ABC', interval: interval('1m') });
const slot = slotOf(source, SLOTS);
const columns = walk(300, 21);

/** A node that fails at one price, two that read it, directly and not, and one that has nothing to do with it. */
const spec = new Strategy({
  name: 'poisoned',
  build() {
    const price = new StreamInput({ venue: 'test', instrument: 'ABC', interval: '1m' });
    const poisoned = new Node({
      inputs: { price },
      period: 1,
      params: { bad: columns[4]![BAD_ROW]! },
      compute: ({ price: window }, { bad }) => {
        if (window[0] === bad) throw 'a price I cannot stand';
        return window[0]! * 2;
      },
    }).named('delicate');
    const reader = poisoned.plus(1);
    return { outputs: { poisoned, reader, second: sma(reader, { period: 5 }), sibling: sma(price, { period: 7 }) } };
  },
}).declare();
const idOf = (name: string): NodeID => spec.outputs[name]!.node;
const poisoned = idOf('poisoned');
const DEPENDANTS = ['reader', 'second'].map(idOf);
const own = new Set(spec.nodes.filter((node) => node.spec.nodeType !== 'stream').map((node) => node.id));

let clock: SimulatedClock;
let server: MemoryLog;
let store: MemoryStore;
let bus: MemoryBus;

beforeEach(() => {
  clock = new SimulatedClock();
  server = new MemoryLog(names);
  store = new MemoryStore();
  bus = new MemoryBus(server);
});

function begin(nodes: StrategySpec['nodes'] = spec.nodes): SlotActor & { life: Promise<void> } {
  const actor = new SlotActor({ bus, store, clock, log, subjects: names }, slot, { member: 'm1', slots: SLOTS, checkpointEveryRows: 50, checkpointEveryMs: 1e9, uploadEveryMs: 1e9, silentEveryMs: 1e9 });
  actor.want({ nodes, own, origins: new Map() });
  return Object.assign(actor, { life: actor.run() });
}

async function feed(from: number, to: number): Promise<void> {
  const rows = columns.map((column) => column.slice(from, to));
  await bus.append(names.input(slot, source), encodeFrame({ kind: 'source', id: source, epoch: 0, first: from, count: to - from, inputSequence: 0, watermark: rows[0]!.at(-1)!, chains: new Uint32Array(6), columns: rows }));
}

async function end(actor: SlotActor & { life: Promise<void> }): Promise<void> {
  actor.stop();
  await clock.advance(10);
  await actor.life;
}

const records = async (): Promise<readonly QuarantineRecord[]> => (await (await bus.bucket<QuarantineRecord>('quarantine')).all()).map(({ value }) => value);

/** What the member tells the slot of the records. */
async function marks(): Promise<Map<NodeID, QuarantineMark>> {
  const heard = new Map<NodeID, QuarantineMark>();
  const stop = await (await bus.bucket('quarantine')).watch((id, value, revision) => heard.set(id as NodeID, { revision, isReleased: value === undefined }));
  stop();
  return heard;
}

/** The log holds the batch run's rows of every node up to a row of the source, and of the poisoned node and its readers up to another. */
function expectRows(all: number, held: number): void {
  const cut = (rows: number) => batchRows(spec, new Map([[source as string, columns.map((column) => column.slice(0, rows))]]));
  const [whole, short] = [cut(Math.min(all, BAD_ROW)), cut(held)];
  for (const id of own) {
    const entries = server.streams.OUT.entries.filter((entry) => entry.subject.endsWith(id));
    const isHeld = id === poisoned || DEPENDANTS.includes(id);
    if (isHeld) expectSameBits(rowsOfFrames(entries), short.get(id)!, id);
    else {
      const { first, columns: got } = rowsOfFrames(entries);
      expect(first + got[0]!.length).toBe(all);
      expectSameBits({ first, columns: got.map((column) => column.slice(0, BAD_ROW - first)) }, whole.get(id)!, id);
    }
  }
}

describe('a node that fails at the same row in every try', () => {
  test('is quarantined by name, row and time; what reads it waits, and its siblings go on', async () => {
    const actor = begin();
    for (let row = 0; row < 200; row += 10) await feed(row, row + 10);
    await clock.advance(50);
    expect(await records()).toEqual([]);
    expect(new Set(actor.status().waiting)).toEqual(new Set([poisoned, ...DEPENDANTS]));
    await clock.advance(1_200);
    expect(await records()).toEqual([
      { node: poisoned, name: 'delicate', slot, member: 'm1', row: BAD_ROW, t: columns[0]![BAD_ROW], code: 'COMPUTE_FAILED', reason: 'compute threw a price I cannot stand', cure: expect.any(String) as string, tries: 3, atMs: expect.any(Number) as number },
    ]);
    await feed(200, 300);
    await clock.advance(60_000);
    expect(await records()).toHaveLength(1);
    expect(actor.status()).toMatchObject({ state: 'running', nodes: expect.arrayContaining([...own]) as NodeID[] });
    await end(actor);
    expectRows(300, BAD_ROW);
    expect(clock.pending).toBe(0);
  });

  test('stays in quarantine when its slot is started again, here or on a member without its checkpoint', async () => {
    const first = begin();
    await feed(0, 200);
    await clock.advance(2_000);
    await end(first);
    for (const disk of [store, new MemoryStore()]) {
      store = disk;
      const next = begin();
      next.want({ nodes: spec.nodes, own, origins: new Map(), quarantine: await marks() });
      await clock.advance(5_000);
      expect(new Set(next.status().waiting)).toEqual(new Set([poisoned, ...DEPENDANTS]));
      await end(next);
    }
    expect((await records())[0]!.tries).toBe(3);
    expectRows(200, BAD_ROW);
  });

  test('that is released and fails again is quarantined again, with nothing doubled', async () => {
    const actor = begin();
    await feed(0, 200);
    await clock.advance(2_000);
    const [before] = await records();
    await (await bus.bucket('quarantine')).remove(poisoned);
    actor.want({ nodes: spec.nodes, own, origins: new Map(), quarantine: new Map([[poisoned, { revision: 2, isReleased: true }]]) });
    await clock.advance(2_000);
    const [after] = await records();
    expect(after).toEqual({ ...before!, atMs: after!.atMs });
    expect(after!.atMs).toBeGreaterThan(before!.atMs);
    await end(actor);
    expectRows(200, BAD_ROW);
  });

  test('is not released by what was heard before its record was written', async () => {
    const actor = begin();
    await feed(0, 200);
    await clock.advance(2_000);
    const [before] = await records();
    actor.want({ nodes: spec.nodes, own, origins: new Map(), quarantine: new Map([[poisoned, { revision: 0, isReleased: true }]]) });
    await clock.advance(10_000);
    expect(await records()).toEqual([before]);
    await end(actor);
  });
});

test('a slot whose only nodes stand still goes on reading, and takes a checkpoint', async () => {
  const nodes = spec.nodes.filter(({ id, spec: { nodeType } }) => nodeType === 'stream' || id === poisoned);
  const actor = new SlotActor({ bus, store, clock, log, subjects: names }, slot, { member: 'm1', slots: SLOTS, checkpointEveryRows: 50, checkpointEveryMs: 1e9, uploadEveryMs: 1e9, silentEveryMs: 1e9 });
  actor.want({ nodes, own: new Set([poisoned]), origins: new Map() });
  const life = actor.run();
  await feed(0, 200);
  await clock.advance(2_000);
  await feed(200, 210);
  await clock.advance(100);
  expect(actor.status()).toMatchObject({ inputSequence: 2, waiting: [poisoned] });
  await end(Object.assign(actor, { life }));
  expect(store.read(slot)).toBeDefined();
});

describe('a node that fails for a cause that passes', () => {
  // What happens to a machine is no function of the rows: the node fails in its first lives and not in later ones.
  const healthy = spec.nodes.map((node) => (node.id === poisoned ? { ...node, spec: { ...node.spec, code: { source: '({ price }) => price[0] * 2' } } as typeof node.spec } : node));

  test.each([1, 2])('after %i failures goes on as if nothing had been, and so do its readers', async (failures) => {
    const lives: CustomNode[] = [];
    vi.spyOn(CustomNode.prototype, 'halt', 'get').mockImplementation(function halted(this: CustomNode) {
      if (!lives.includes(this)) lives.push(this);
      return lives.indexOf(this) < failures ? { row: BAD_ROW, code: 'COMPUTE_FAILED', reason: 'the weather', cure: 'wait' } : undefined;
    });
    const actor = begin(healthy);
    await feed(0, 150);
    await clock.advance(5_000);
    await feed(150, 300);
    await clock.advance(5_000);
    expect(lives.length).toBeGreaterThan(failures);
    expect(actor.status()).toMatchObject({ waiting: [], state: 'running' });
    expect(await records()).toEqual([]);
    await end(actor);
    vi.restoreAllMocks();
    const truth = batchRows({ ...spec, nodes: healthy }, new Map([[source as string, columns]]));
    for (const id of own) expectSameBits(rowsOfFrames(server.streams.OUT.entries.filter((entry) => entry.subject.endsWith(id))), truth.get(id)!, id);
  });
});

describe('tries are counted', () => {
  const failAt = (quarantine: Quarantine, row: number): Promise<void> =>
    quarantine.note([{ node: poisoned, row, t: columns[0]![row]!, code: 'COMPUTE_FAILED', reason: 'the weather', cure: 'wait' }], spec.nodes);

  /** Fails and waits for the next try; after the last one there is nothing to wait for. */
  async function failAndWait(quarantine: Quarantine, row: number): Promise<void> {
    await failAt(quarantine, row);
    await clock.advance(1_000);
  }

  const begun = (): Quarantine => new Quarantine({ bus, store, clock, log, subjects: names }, slot, 'm1', () => {});

  test('for one row: a node that comes further and fails there has all its tries again', async () => {
    const quarantine = begun();
    for (const row of [50, 50, 80, 80, 50]) await failAndWait(quarantine, row);
    expect(await records()).toEqual([]);
    for (const row of [80, 80, 80]) await failAndWait(quarantine, row);
    expect(await records()).toMatchObject([{ node: poisoned, row: 80, tries: 3 }]);
  });

  test('anew for a node that got past its row, should it be taken away, come back and fail there', async () => {
    const quarantine = begun();
    for (const row of [50, 50]) await failAndWait(quarantine, row);
    quarantine.forgive(new Set([poisoned]));
    for (const row of [50, 50]) await failAndWait(quarantine, row);
    expect(await records()).toEqual([]);
    await failAndWait(quarantine, 50);
    expect(await records()).toMatchObject([{ node: poisoned, row: 50, tries: 3 }]);
  });
});
