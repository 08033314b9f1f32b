// A slot under crashes, on a log in memory: whatever happens, every subject holds the batch run's rows, none missing, none twice.
import { describe, expect, test } from 'vitest';
import type { AppendOptions, Bus, LogEntry } from '#bus/bus.ts';
import { encodeFrame } from '#bus/frame.ts';
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { slotOf, subjects } from '#bus/subjects.ts';
import { MemoryStore } from '#checkpoint/memory.ts';
import { type Random, seededRandom } from '#clock/random.ts';
import { SystemClock } from '#clock/system.ts';
import { type SourceID, sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { logger } from '#telemetry/log.ts';
import type { UploadRecord } from '#actors/depot.ts';
import type { FloorRecord } from '#actors/floor.ts';
import { headOf, publishedIn } from '#actors/lane-head.ts';
import { SlotActor } from '#actors/slot.ts';
import type { Wanted } from '#actors/slot-terms.ts';
import { walk } from '../support/bars.ts';
import { everything, goldenCross } from '../support/strategies.ts';
import { batchRows, expectSameBits, rowsOfFrames } from '../support/truth.ts';

const SLOTS = 4;
const names = subjects('t');
const log = logger({ role: 'test', level: 'silent' });
const clock = new SystemClock();
const source = sourceId({ venue: 'test', instrument: 'ABC', interval: interval('1m') });
const slot = slotOf(source, SLOTS);

const wanted = (...specs: StrategySpec[]): Wanted => {
  const nodes = [...new Map(specs.flatMap((spec) => spec.nodes).map((node) => [node.id, node])).values()];
  return { nodes, own: new Set(nodes.filter((node) => node.spec.nodeType !== 'stream').map((node) => node.id)), origins: new Map() };
};

/** Appends rows [from, to) of a source as one frame. */
async function feed(bus: Bus, columns: readonly Float64Array[], from: number, to: number, id: SourceID = source): Promise<void> {
  const rows = columns.map((column) => column.slice(from, to));
  const frame = encodeFrame({ kind: 'source', id, epoch: 0, first: from, count: to - from, inputSequence: 0, watermark: rows[0]!.at(-1)!, chains: new Uint32Array(6), columns: rows });
  await bus.append(names.input(slotOf(id, SLOTS), id), frame);
}

class Crash extends Error {}

/** A process of its own: after a number of writes it is dead. The write it dies in may or may not have reached the log. */
class MortalBus extends MemoryBus {
  #left: number;
  readonly #random: Random;

  constructor(server: MemoryLog, lives: number, random: Random) {
    super(server);
    this.#left = lives;
    this.#random = random;
  }

  /** From now on it lives for ever, if it still does. */
  spare(): void {
    if (this.#left >= 0) this.#left = Number.POSITIVE_INFINITY;
  }

  override async append(subject: string, data: Uint8Array, options?: AppendOptions): Promise<number> {
    if (this.#left < 0) throw new Crash();
    if (this.#left-- > 0) return super.append(subject, data, options);
    if (this.#random.below(2) === 0) await super.append(subject, data, options);
    throw new Crash();
  }
}

interface World {
  readonly server: MemoryLog;
  readonly store: MemoryStore;
}

const actorIn = ({ server, store }: World, member: string, bus: Bus = new MemoryBus(server)): SlotActor =>
  new SlotActor({ bus, store, clock, log, subjects: names }, slot, { member, slots: SLOTS, checkpointEveryRows: 40, checkpointEveryMs: 1e9, uploadEveryMs: 1e9, silentEveryMs: 1e9 });

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await clock.sleep(1);
}

async function outputsOf({ server }: World, id: string): Promise<LogEntry[]> {
  return server.streams.OUT.entries.filter((entry) => entry.subject.endsWith(id));
}

async function expectBatch(world: World, spec: StrategySpec, data: ReadonlyMap<string, readonly Float64Array[]>): Promise<void> {
  for (const [id, rows] of batchRows(spec, data)) {
    const node = spec.nodes.find((each) => each.id === id)!;
    expectSameBits(rowsOfFrames(await outputsOf(world, id)), rows, `${spec.name} ${node.spec.nodeType} ${id.slice(0, 8)}`);
  }
}

const columns = walk(600, 7);
const data = new Map([[source as string, columns as readonly Float64Array[]]]);

test('rows that come in frames of any size, some of them twice, give the batch run’s rows', async () => {
  const world: World = { server: new MemoryLog(names), store: new MemoryStore() };
  const actor = actorIn(world, 'm1');
  const spec = everything.declare();
  actor.want(wanted(spec));
  const life = actor.run();
  const bus = new MemoryBus(world.server);
  const random = seededRandom(3);
  for (let from = 0; from < 600; ) {
    const to = Math.min(600, from + 1 + random.below(40));
    await feed(bus, columns, from, to);
    if (random.below(3) === 0) await feed(bus, columns, Math.max(0, from - 10), to); // a retry that overlaps
    if (random.below(2) === 0) await clock.sleep(0);
    from = to;
  }
  await until(() => actor.status().rows === 600);
  actor.stop();
  await life;
  await expectBatch(world, spec, data);
});

describe('an owner that dies', () => {
  test('at any write, again and again, leaves a log its next life completes to the batch run’s rows', async () => {
    const spec = everything.declare();
    for (let seed = 1; seed <= 40; seed++) {
      const random = seededRandom(seed);
      const world: World = { server: new MemoryLog(names), store: new MemoryStore() };
      const bus = new MemoryBus(world.server);
      let crashes = 0;
      const lives = (async () => {
        for (;;) {
          const actor = actorIn(world, `life ${crashes}`, crashes < 6 ? new MortalBus(world.server, random.below(30), random) : bus);
          actor.want(wanted(spec));
          const life = actor.run();
          if (crashes >= 6) return { actor, life };
          await expect(life).rejects.toThrow(Crash);
          crashes++;
          if (random.below(4) === 0) world.store.damage(slot);
        }
      })();
      for (let from = 0; from < 600; ) {
        const to = Math.min(600, from + 1 + random.below(20));
        await feed(bus, columns, from, to);
        if (random.below(3) === 0) await clock.sleep(0);
        from = to;
      }
      const { actor, life } = await lives;
      await until(() => actor.status().rows === 600);
      actor.stop();
      await life;
      expect(actor.status().gapRows, `seed ${seed}`).toBe(0);
      await expectBatch(world, spec, data);
    }
  });

  test('while new nodes join, and comes back to them before it has replayed what it had committed, loses and doubles nothing', async () => {
    for (let seed = 1; seed <= 30; seed++) {
      const random = seededRandom(1000 + seed);
      const world: World = { server: new MemoryLog(names), store: new MemoryStore() };
      const bus = new MemoryBus(world.server);
      const specs = [goldenCross.declare(), everything.declare(), goldenCross.declare({ slow: 40 })];
      let present = 1;
      let crashes = 0;
      let fed = false;
      let mortal: MortalBus | undefined;
      let current: SlotActor | undefined;
      const lives = (async () => {
        for (;;) {
          mortal = new MortalBus(world.server, fed ? Number.POSITIVE_INFINITY : random.below(60), random);
          const actor = actorIn(world, `life ${crashes}`, mortal);
          actor.want(wanted(...specs.slice(0, present)));
          current = actor;
          const end = await actor.run().then(() => 'stopped', (error: unknown) => error);
          if (end === 'stopped') return;
          expect(end).toBeInstanceOf(Crash);
          crashes++;
          // Strategies come while nobody runs, and the next life begins behind what the last one committed.
          if (random.below(2) === 0 && present < specs.length) present++;
        }
      })();
      for (let from = 0; from < 600; ) {
        const to = Math.min(600, from + 1 + random.below(12));
        await feed(bus, columns, from, to);
        if (random.below(80) === 0 && present < specs.length) current!.want(wanted(...specs.slice(0, ++present)));
        if (random.below(3) === 0) await clock.sleep(0);
        from = to;
      }
      fed = true;
      mortal!.spare();
      await until(() => {
        current!.want(wanted(...specs));
        return current!.status().rows === 600 && current!.status().nodes.length === wanted(...specs).own.size;
      });
      expect(crashes, `seed ${seed}`).toBeGreaterThan(0);
      current!.stop();
      await lives;
      for (const spec of specs) await expectBatch(world, spec, data);
    }
  });

  test('comes back from its checkpoint where that is sound, and from the log where it is damaged, missing or of another log', async () => {
    const spec = goldenCross.declare();
    const world: World = { server: new MemoryLog(names), store: new MemoryStore() };
    const bus = new MemoryBus(world.server);
    await feed(bus, columns, 0, 300);
    const restoredFrom = async (): Promise<string | undefined> => {
      const actor = actorIn(world, 'm1');
      actor.want(wanted(spec));
      const life = actor.run();
      await until(() => actor.status().rows === 300);
      actor.stop();
      await life;
      return actor.status().restoredFrom;
    };
    expect(await restoredFrom()).toBe('log');
    expect(await restoredFrom()).toBe('checkpoint');
    world.store.damage(slot);
    expect(await restoredFrom()).toBe('log');
    expect(await restoredFrom()).toBe('checkpoint');
    await world.store.remove(slot);
    expect(await restoredFrom()).toBe('log');
    // The log is wiped, the checkpoint stays.
    const other: World = { server: new MemoryLog(names, { identity: 'another' }), store: world.store };
    await feed(new MemoryBus(other.server), columns, 0, 300);
    const actor = actorIn(other, 'm1');
    actor.want(wanted(spec));
    const life = actor.run();
    await until(() => actor.status().rows === 300);
    expect(actor.status().restoredFrom).toBe('log');
    actor.stop();
    await life;
    await expectBatch(other, spec, new Map([[source, columns.map((column) => column.slice(0, 300))]]));
  });
});

test('an owner that was passed finds its lease lost at its next write and writes nothing more', async () => {
  const world: World = { server: new MemoryLog(names), store: new MemoryStore() };
  const bus = new MemoryBus(world.server);
  const spec = goldenCross.declare();
  const old = actorIn(world, 'old');
  old.want(wanted(spec));
  const oldLife = old.run();
  await feed(bus, columns, 0, 100);
  await until(() => old.status().rows === 100);
  const young = actorIn({ server: world.server, store: new MemoryStore() }, 'young');
  young.want(wanted(spec));
  const youngLife = young.run();
  await until(() => young.status().rows === 100);
  expect(young.status().epoch).toBeGreaterThan(old.status().epoch);
  await feed(bus, columns, 100, 600);
  await expect(oldLife).rejects.toMatchObject({ code: 'LEASE_LOST' });
  await until(() => young.status().rows === 600);
  young.stop();
  await youngLife;
  await expectBatch(world, spec, data);
});

test('nodes that come later are warmed from the origin while the first ones run on, and give the rows they would have given from the start', async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = seededRandom(seed);
    const world: World = { server: new MemoryLog(names), store: new MemoryStore() };
    const bus = new MemoryBus(world.server);
    const first = goldenCross.declare();
    const second = everything.declare();
    const third = goldenCross.declare({ slow: 60 }); // a longer window over a page that is already there
    const actor = actorIn(world, 'm1');
    actor.want(wanted(first));
    const life = actor.run();
    const joinAt = [random.below(300), 300 + random.below(250)];
    for (let row = 0; row < 600; row++) {
      await feed(bus, columns, row, row + 1);
      if (row === joinAt[0]) actor.want(wanted(first, second));
      if (row === joinAt[1]) actor.want(wanted(first, second, third));
      if (random.below(20) === 0) await clock.sleep(0);
    }
    await until(() => actor.status().rows === 600 && actor.status().nodes.length === wanted(first, second, third).own.size);
    actor.stop();
    await life;
    for (const spec of [first, second, third]) await expectBatch(world, spec, data);
  }
});

test('a member whose own checkpoint lies before what is left of the log goes on from an upload', async () => {
  const server = new MemoryLog(names);
  const bus = new MemoryBus(server);
  const spec = everything.declare();
  const stores = [new MemoryStore(), new MemoryStore()] as const;
  let restoredFrom: string | undefined;
  const live = async (store: MemoryStore, from: number, to: number): Promise<void> => {
    const actor = new SlotActor({ bus, store, clock, log, subjects: names }, slot, { member: 'm', slots: SLOTS, checkpointEveryRows: 40, checkpointEveryMs: 1e9, uploadEveryMs: 1, silentEveryMs: 1e9 });
    actor.want(wanted(spec));
    const life = actor.run();
    for (let row = from; row < to; row += 10) {
      await feed(bus, columns, row, row + 10);
      await until(() => actor.status().rows === row + 10);
      await clock.sleep(2); // an upload is due
    }
    ({ restoredFrom } = actor.status());
    actor.stop();
    await life;
  };
  await live(stores[0], 0, 200);
  await live(stores[1], 200, 400);
  const { value } = (await (await bus.bucket<UploadRecord>('uploads')).get(slot))!;
  const sequence = value.uploads.at(-1)!.inputSequence + 1;
  expect(sequence).toBeGreaterThan(30); // forty entries so far
  await (await bus.bucket<FloorRecord>('floors')).put(source, { sequence, row: 10 * (sequence - 1) });
  await bus.purge('IN', names.input(slot, source), sequence);
  await live(stores[0], 400, 600);
  expect(restoredFrom).toBe('upload');
  await expectBatch({ server, store: stores[0] }, spec, data);
});

test('nodes that are wanted no more stop between two steps, the others go on, and one that comes again begins another life', async () => {
  for (let seed = 1; seed <= 6; seed++) {
    const random = seededRandom(seed);
    const world: World = { server: new MemoryLog(names), store: new MemoryStore() };
    const bus = new MemoryBus(world.server);
    const [kept, gone] = [goldenCross.declare(), everything.declare()];
    const both = wanted(kept, gone);
    const left = wanted(kept);
    const only = [...both.own].filter((id) => !left.own.has(id));
    const actor = actorIn(world, 'm1');
    actor.want(both);
    const life = actor.run();
    const dropAt = random.below(200);
    for (let row = 0; row < 300; row++) {
      await feed(bus, columns, row, row + 1);
      if (row === dropAt) actor.want(left); // while they still warm, now and then
      if (random.below(10) === 0) await clock.sleep(0);
    }
    await until(() => actor.status().rows === 300 && actor.status().nodes.length === left.own.size);
    const stopped = (await Promise.all(only.map((id) => outputsOf(world, id)))).map((entries) => entries.length);
    await feed(bus, columns, 300, 400);
    await until(() => actor.status().rows === 400);
    expect((await Promise.all(only.map((id) => outputsOf(world, id)))).map((entries) => entries.length)).toEqual(stopped);
    expect(publishedIn(headOf(world.store.read(slot)!))).toEqual(new Set(left.own));

    // As the DAG manager does it: what the life before gave out leaves the subject first.
    for (const id of only) await bus.purge('OUT', names.output(slot, id), world.server.streams.OUT.entries.length + 1);
    const from = world.server.streams.OUT.entries.length;
    actor.want({ ...both, origins: new Map(only.map((id) => [id, { sequence: 1, rows: {}, life: 2 }])) });
    await feed(bus, columns, 400, 600);
    await until(() => actor.status().rows === 600 && actor.status().nodes.length === both.own.size);
    actor.stop();
    await life;
    await expectBatch(world, kept, data);
    for (const [id, rows] of batchRows(gone, data)) {
      if (only.includes(id)) expectSameBits(rowsOfFrames((await outputsOf(world, id)).filter(({ sequence }) => sequence > from)), rows, id.slice(0, 8));
    }
  }
});

test('two strategies that share nodes have them once, on one subject', async () => {
  const world: World = { server: new MemoryLog(names), store: new MemoryStore() };
  const [a, b] = [goldenCross.declare(), goldenCross.declare({ slow: 30 })];
  const both = wanted(a, b);
  const shared = a.nodes.filter((node) => b.nodes.some((other) => other.id === node.id));
  expect(shared.length).toBeGreaterThanOrEqual(3);
  const actor = actorIn(world, 'm1');
  actor.want(both);
  const life = actor.run();
  await feed(new MemoryBus(world.server), columns, 0, 600);
  await until(() => actor.status().rows === 600);
  actor.stop();
  await life;
  const outputs = new Set(world.server.streams.OUT.entries.map((entry) => entry.subject).filter((subject) => subject.includes('.o.')));
  expect(outputs.size).toBe(both.own.size);
  for (const spec of [a, b]) await expectBatch(world, spec, data);
});

test('nodes whose replay would give other bits than the committed ones stand still before they write', async () => {
  const world: World = { server: new MemoryLog(names), store: new MemoryStore() };
  const spec = goldenCross.declare();
  const run = async (server: MemoryLog, rows: readonly Float64Array[]): Promise<{ actor: SlotActor; life: Promise<void> }> => {
    const actor = actorIn({ server, store: new MemoryStore() }, 'm1');
    actor.want(wanted(spec));
    const life = actor.run();
    await feed(new MemoryBus(server), rows, 0, 200);
    return { actor, life };
  };
  const { actor, life } = await run(world.server, columns);
  await until(() => actor.status().rows === 200);
  actor.stop();
  await life;
  // The same outputs in the log, but an input with one price changed: as if a kernel had changed under its version.
  const changed = columns.map((column) => column.slice());
  changed[4]![50]! += 0.01;
  const forged = new MemoryLog(names);
  for (const entry of world.server.streams.OUT.entries) await new MemoryBus(forged).append(entry.subject, entry.data);
  const written = forged.streams.OUT.entries.length;
  const { actor: replaying, life: replay } = await run(forged, changed);
  await until(() => replaying.status().waiting.length === wanted(spec).own.size);
  replaying.stop();
  await replay;
  expect(forged.streams.OUT.entries.slice(written).every((entry) => entry.subject.includes('.lease.'))).toBe(true);
});
