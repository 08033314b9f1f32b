// The landmark of a checkpoint: what it says of the log, and what an owner that comes back need not ask it for.
import { describe, expect, test } from 'vitest';
import type { Bus, LogEntry } from '#bus/bus.ts';
import { encode } from '#bus/codec.ts';
import { decodeFrame, encodeFrame } from '#bus/frame.ts';
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { slotName, slotOf, subjects } from '#bus/subjects.ts';
import { MemoryStore } from '#checkpoint/memory.ts';
import { SystemClock } from '#clock/system.ts';
import { sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { NodeID } from '#domain/node-spec.ts';
import { logger } from '#telemetry/log.ts';
import { Lane } from '#actors/lane.ts';
import { type Committed, type NodeFrame } from '#actors/lane-output.ts';
import { headOf } from '#actors/lane-head.ts';
import { SlotActor } from '#actors/slot.ts';
import { walk } from '../support/bars.ts';
import { goldenCross } from '../support/strategies.ts';
import { batchRows, expectSameBits, rowsOfFrames } from '../support/truth.ts';

const SLOTS = 4;
const names = subjects('t');
const clock = new SystemClock();
const log = logger({ role: 'test', level: 'silent' });
const source = sourceId({ venue: 'test', instrument: 'ABC', interval: interval('1m') });
const slot = slotOf(source, SLOTS);
const columns = walk(400, 7);
const spec = goldenCross.declare();
const own = new Set(spec.nodes.filter((node) => node.spec.nodeType !== 'stream').map((node) => node.id));

interface World {
  readonly server: MemoryLog;
  readonly store: MemoryStore;
}

/** Rows [from, to) of the source as one frame. */
function frameOf(from: number, to: number): Uint8Array {
  const rows = columns.map((column) => column.slice(from, to));
  return encodeFrame({ kind: 'source', id: source, epoch: 0, first: from, count: to - from, inputSequence: 0, watermark: rows[0]!.at(-1) ?? 0, chains: new Uint32Array(6), columns: rows });
}

const entry = (sequence: number, from: number, to: number): LogEntry => ({ subject: names.input(slot, source), sequence, data: frameOf(from, to) });
const feed = (bus: Bus, from: number, to: number): Promise<number> => bus.append(names.input(slot, source), frameOf(from, to));

function committedBy(frames: readonly NodeFrame[]): Map<NodeID, Committed> {
  return new Map(frames.map(({ node, bytes }) => [node, decodeFrame(bytes, node)] as const).map(([node, { first, count, chains }]) => [node, { next: first + count, chains }]));
}

/** Runs an owner until it has come to a row, and lets it stop. */
async function runTo(rows: number, { server, store }: World, bus: Bus = new MemoryBus(server)): Promise<void> {
  const actor = new SlotActor({ bus, store, clock, log, subjects: names }, slot, { member: 'm1', slots: SLOTS, checkpointEveryRows: 40, checkpointEveryMs: 1e9, uploadEveryMs: 1e9, silentEveryMs: 1e9 });
  actor.want({ nodes: spec.nodes, own, origins: new Map() });
  const life = actor.run();
  while (actor.status().rows < rows) await clock.sleep(1);
  actor.stop();
  await life;
}

describe('a landmark', () => {
  const newest = (sequence: number) => ({ sequence, data: new TextEncoder().encode(`entry ${sequence}`) });

  test('is known by the place and the CRC of the newest entry, once all that was given out is said to be stored', () => {
    const lane = new Lane(spec.nodes, own);
    expect(lane.landmark).toBeUndefined();
    lane.apply([entry(1, 0, 300)]);
    expect(lane.takeFrames(1).length).toBeGreaterThan(0);
    expect(lane.landmark).toBeUndefined();
    lane.stored(newest(41));
    expect(lane.landmark).toEqual({ sequence: 41, crc: 0xf18fe04d }); // crc32 of "entry 41", by Python's zlib
    lane.apply([entry(2, 250, 300)]);
    expect(lane.takeFrames(1)).toEqual([]); // nothing was given out, so nothing stands elsewhere
    expect(lane.landmark?.sequence).toBe(41);
    lane.apply([entry(3, 300, 400)]);
    lane.takeFrames(1);
    expect(lane.landmark).toBeUndefined();
  });

  test('is in the checkpoint; of lanes that become one it is the later, and none where one has none', () => {
    const lane = new Lane(spec.nodes, own);
    lane.apply([entry(1, 0, 300)]);
    lane.takeFrames(1);
    lane.stored(newest(7));
    const parts = lane.checkpoint('log');
    const after = new Lane(spec.nodes, own);
    after.restore(parts);
    expect(after.landmark).toEqual(lane.landmark);
    expect(after.only(new Set([...own].slice(0, 1))).landmark).toEqual(lane.landmark);
    const joinedOf = (...lanes: readonly Lane[]): Lane => {
      const joined = new Lane(spec.nodes, own);
      joined.restore(...lanes.map((each) => each.checkpoint('log')));
      return joined;
    };
    const other = joinedOf(lane);
    other.stored(newest(9));
    for (const lanes of [[lane, other], [other, lane]]) expect(joinedOf(...lanes).landmark).toEqual(other.landmark);
    other.resume(new Map([...own].map((id) => [id, { ...lane.given(id)! }])));
    for (const lanes of [[lane, other], [other, lane]]) expect(joinedOf(...lanes).landmark).toBeUndefined();
  });

  test('is lost to a lane that computes again what the log has, until it has given out more', () => {
    const before = new Lane(spec.nodes, own);
    before.apply([entry(1, 0, 200)]);
    before.takeFrames(1);
    before.stored(newest(7));
    const parts = before.checkpoint('log');
    before.apply([entry(2, 200, 300)]);
    const committed = committedBy(before.takeFrames(1));
    const after = new Lane(spec.nodes, own);
    after.restore(parts);
    after.resume(committed);
    expect([after.isReplaying, after.landmark]).toEqual([true, undefined]);
    after.apply([entry(2, 200, 300)]);
    expect([after.isReplaying, after.takeFrames(2), after.landmark]).toEqual([false, [], undefined]);
    after.apply([entry(3, 300, 350)]);
    after.takeFrames(2);
    after.stored(newest(9));
    expect(after.landmark?.sequence).toBe(9);
  });
});

describe('a lane restored where the log stands', () => {
  function restored(): { lane: Lane; committed: Map<NodeID, Committed> } {
    const before = new Lane(spec.nodes, own);
    before.apply([entry(1, 0, 200)]);
    const committed = committedBy(before.takeFrames(1));
    const lane = new Lane(spec.nodes, own);
    lane.restore(before.checkpoint('log'));
    return { lane, committed };
  }

  test('computes nothing again, though no row comes', () => {
    const { lane, committed } = restored();
    lane.resume(committed);
    expect([lane.isReplaying, lane.committed.size]).toEqual([false, 0]);
    for (const id of own) expect(lane.given(id)).toEqual(committed.get(id));
  });

  test('tells the node of which the log has other bits, before a row comes', () => {
    const { lane, committed } = restored();
    const [id] = own;
    const { next, chains } = committed.get(id!)!;
    lane.resume(committed.set(id!, { next, chains: chains.map((chain) => chain ^ 1) }));
    expect(lane.standstills).toContainEqual(expect.objectContaining({ node: id, row: null, code: 'REPLAY_DIVERGED' }));
  });
});

describe('an owner that comes back asks the log', () => {
  /** Notes behind which entry it was asked, and how much it answered. */
  class AskedBus extends MemoryBus {
    readonly asked: { readonly after: number | undefined; readonly entries: number }[] = [];

    override async lastOfEach(...question: Parameters<MemoryBus['lastOfEach']>): Promise<readonly LogEntry[]> {
      const found = await super.lastOfEach(...question);
      this.asked.push({ after: question[3], entries: found.length });
      return found;
    }
  }

  /** A log with 300 rows in and all they give out, of an owner whose checkpoint stands there, or at 200 of them, and that was killed. */
  async function killed(checkpointAt: number): Promise<World & { readonly landmark: number }> {
    const world: World = { server: new MemoryLog(names), store: new MemoryStore() };
    const bus = new MemoryBus(world.server);
    const kept = new MemoryStore();
    for (const to of [200, 300]) {
      await feed(bus, to === 200 ? 0 : 200, to);
      await runTo(to, { ...world, store: kept });
      if (to <= checkpointAt) await world.store.write(slot, kept.read(slot)!);
    }
    // The kill: whoever comes next finds no word of how far this one came.
    await bus.append(names.lease(slot), encode({ member: 'm1' }));
    return { ...world, landmark: headOf(world.store.read(slot)!).landmark!.sequence };
  }

  async function comesBack(world: World): Promise<AskedBus> {
    const bus = new AskedBus(world.server);
    await feed(bus, 300, 400);
    await runTo(400, world, bus);
    const truth = batchRows(spec, new Map([[source as string, columns]]));
    for (const id of own) expectSameBits(rowsOfFrames(world.server.streams.OUT.entries.filter(({ subject }) => subject.endsWith(id))), truth.get(id)!, id.slice(0, 8));
    return bus;
  }

  test('for what stands behind the landmark of its checkpoint, and not for the last of every node', async () => {
    for (const [checkpointAt, hasMore] of [[300, false], [200, true]] as const) {
      const all = await killed(checkpointAt);
      const { asked } = await comesBack(all);
      expect(asked).toEqual([{ after: all.landmark, entries: hasMore ? 1 + own.size : 1 }]); // its lease is always among them
    }
  });

  test('for the last of every node where the log has another entry at the landmark, or none, or much behind it', async () => {
    for (const change of ['lost', 'other', 'purged', 'far behind'] as const) {
      const all = await killed(change === 'purged' ? 200 : 300);
      const { server } = all;
      const bus = new MemoryBus(server);
      const { subject, data: stood } = server.streams.OUT.entries[all.landmark - 1]!;
      if (change === 'purged') await bus.purge('OUT', subject, all.landmark + 1);
      else if (change === 'far behind') for (let k = 0; k < 500; k++) await bus.append(names.lease(slotName(slot === slotName(0) ? 1 : 0)), encode({ member: 'm2' }));
      else server.loseBehind('OUT', all.landmark - 1);
      // The same rows by another owner: all the checkpoint knows is there again, and yet it is another log.
      if (change === 'other') await bus.append(subject, encodeFrame({ ...decodeFrame(stood, subject), epoch: 77 }));
      const { asked } = await comesBack(all);
      expect(asked[0]!.after).toBeUndefined();
    }
  });
});
