// A cluster in one process, driven by a seed: the same slots, supervisors and feeds as in production, on a simulated clock, log,
// disk and network. Scenario = workload × faults × checkers.
//
// Z1. The same seed gives the same run, story included.
// Z2. Faults stop at some moment; then everything must recover within RECOVER_MS_MAX.
// Z3. What the log holds at the end must equal the batch run, bit for bit, and every frame must bear the epoch of the lease that
//     stood when it was stored.
import { replay } from '#actors/feed.ts';
import { SlotActor, type Wanted } from '#actors/slot.ts';
import { withUpstreams } from '#actors/assemble.ts';
import { decodeFrame } from '#bus/frame.ts';
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { type Slot, slotOf, subjects } from '#bus/subjects.ts';
import { MemoryStore } from '#checkpoint/memory.ts';
import { type Random, seededRandom } from '#clock/random.ts';
import { SimulatedClock } from '#clock/simulated.ts';
import { slotsOf } from '#dag/dag.ts';
import { type BarColumns, type Source, sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { DeclaredNode } from '#domain/node-spec.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { Strategy, StreamInput } from '#sdk/mod.ts';
import { Supervisor } from '#supervisor/supervisor.ts';
import { logger } from '#telemetry/log.ts';
import { walk } from '../support/bars.ts';
import { everything, goldenCross } from '../support/strategies.ts';
import { batchRows, expectSameBits, rowsOfFrames } from '../support/truth.ts';
import { SimulatedBus, SimulatedProcess } from './process.ts';

const SLOTS = 4;
const ROWS = 240;
const FAULTY_MS = 6_000;
const RECOVER_MS_MAX = 60_000;
const MEMBERS = ['m1', 'm2', 'm3'] as const;

const names = subjects('t');
const log = logger({ role: 'simulation', level: 'silent' });

const pair = new Strategy({
  name: 'pair',
  build: () => {
    const a = new StreamInput({ venue: 'test', instrument: 'ABC', interval: '1m' });
    const b = new StreamInput({ venue: 'test', instrument: 'XYZ', interval: '1m' });
    return { outputs: { spread: a.close.minus(b.close) } };
  },
});

/** Each with the nodes of the ones before it partly in common. */
const STRATEGIES: readonly StrategySpec[] = [goldenCross.declare(), everything.declare(), pair.declare(), goldenCross.declare({ slow: 40 }), goldenCross.declare({ instrument: 'XYZ' })];
const SOURCES: readonly Source[] = ['ABC', 'XYZ'].map((instrument) => ({ venue: 'test', instrument, interval: interval('1m') }));

export interface Outcome {
  /** What went wrong; undefined when all checkers are content. */
  readonly violation: string | undefined;
  /** One line per event. */
  readonly story: readonly string[];
  readonly lives: number;
}

/** Runs one schedule. */
export async function simulate(seed: number): Promise<Outcome> {
  const world = new World(seed);
  let violation: string | undefined;
  try {
    await world.run();
  } catch (error) {
    violation = (error as Error).message;
  }
  world.end();
  return { violation, story: world.story, lives: world.lives };
}

interface Member {
  readonly name: string;
  readonly store: MemoryStore;
  process: SimulatedProcess;
  supervisor: Supervisor;
  readonly slots: Set<Slot>;
  readonly actors: Map<Slot, SlotActor>;
  readonly releases: Map<Slot, Promise<void>>;
}

class World {
  readonly story: string[] = [];
  lives = 0;
  readonly #random: Random;
  readonly #clock = new SimulatedClock(1_700_000_000_000);
  readonly #server = new MemoryLog(names);
  readonly #data = new Map<string, BarColumns>();
  readonly #members = new Map<string, Member>();
  readonly #feeds = new Map<Source, SimulatedProcess>();
  readonly #fed = new Set<Source>();
  #present = 1;
  #healed = false;
  #over = false;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    for (const [k, source] of SOURCES.entries()) this.#data.set(sourceId(source), walk(ROWS, seed * 2 + k));
  }

  async run(): Promise<void> {
    for (const name of MEMBERS) this.#members.set(name, this.#born(name, new MemoryStore(), new Set()));
    for (const slot of this.#slots()) this.#give(this.#pick(MEMBERS), slot);
    for (const source of SOURCES) this.#feed(source);
    while (this.#clock.monotonicMs() < FAULTY_MS) {
      await this.#clock.advance(this.#random.next() * 300);
      this.#mishap();
    }
    this.#heal();
    for (const deadlineMs = this.#clock.monotonicMs() + RECOVER_MS_MAX; !this.#isComplete(); ) {
      if (this.#clock.monotonicMs() > deadlineMs) throw new Error(`not recovered ${RECOVER_MS_MAX} ms after the faults stopped: ${this.#missing()}`);
      await this.#clock.advance(100);
    }
    this.#check();
  }

  end(): void {
    this.#over = true;
    for (const { process } of this.#members.values()) process.kill();
    for (const process of this.#feeds.values()) process.kill();
  }

  #say(text: string): void {
    this.story.push(`${this.#clock.monotonicMs().toFixed(1).padStart(9)} ms  ${text}`);
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#random.below(from.length)]!;
  }

  // ---- workload

  #nodes(): DeclaredNode[] {
    return [...new Map(STRATEGIES.slice(0, this.#present).flatMap((spec) => spec.nodes).map((node) => [node.id, node])).values()];
  }

  #slots(): Slot[] {
    return [...new Set(slotsOf(this.#nodes(), SLOTS).values())];
  }

  #wanted(slot: Slot): Wanted {
    const nodes = this.#nodes();
    const slots = slotsOf(nodes, SLOTS);
    const own = new Set(nodes.filter((node) => node.spec.nodeType !== 'stream' && slots.get(node.id) === slot).map((node) => node.id));
    return { own, nodes: withUpstreams(own, nodes) };
  }

  #born(name: string, store: MemoryStore, slots: Set<Slot>): Member {
    const process = new SimulatedProcess(name, this.#clock, this.#random);
    const supervisor = new Supervisor(process.clock(), this.#random, log);
    return { name, store, process, supervisor, slots, actors: new Map(), releases: new Map() };
  }

  #give(name: string, slot: Slot): void {
    const member = this.#members.get(name)!;
    member.slots.add(slot);
    if (member.supervisor.has(slot)) {
      // As a member does: what is being released is given anew once it is.
      void member.releases.get(slot)?.then(() => this.#members.get(name) === member && member.slots.has(slot) && this.#give(name, slot));
      return;
    }
    const { process, store } = member;
    member.supervisor.add({
      id: slot,
      restart: 'permanent',
      start: async () => {
        this.lives++;
        const bus = new SimulatedBus(this.#server, process, this.#clock);
        const actor = new SlotActor({ bus, store, clock: process.clock(), log, subjects: names }, slot, { member: name, slots: SLOTS, checkpointEveryRows: 30, checkpointEveryMs: 300 });
        actor.want(this.#wanted(slot));
        member.actors.set(slot, actor);
        return { ended: actor.run(), stop: async () => actor.stop() };
      },
    });
  }

  #feed(source: Source): void {
    if (this.#fed.has(source) || this.#over) return;
    const process = new SimulatedProcess(`feed ${source.instrument}`, this.#clock, this.#random);
    this.#feeds.set(source, process);
    const columns = this.#data.get(sourceId(source))!;
    const bus = new SimulatedBus(this.#server, process, this.#clock);
    // A minute of market in 25 ms: the feed is done about when the faults are.
    const pace = { speed: 60_000 / 25, rowsPerFrame: 1 + this.#random.below(12) };
    replay({ bus, clock: process.clock(), subjects: names }, SLOTS, source, columns, pace, () => {}).then(
      () => this.#fed.add(source),
      (error: unknown) => {
        this.#say(`${process.name} gave up (${(error as Error).message}) and is started again`);
        this.#feed(source);
      },
    );
  }

  // ---- faults

  #mishap(): void {
    const member = this.#members.get(this.#pick(MEMBERS))!;
    const ms = Math.round(this.#random.next() ** 2 * 3_000);
    switch (this.#random.below(11)) {
      case 0:
      case 1:
        this.#kill(member, ms);
        return;
      case 2:
        this.#say(`${member.name} is paused for ${ms} ms`);
        member.process.pause(ms);
        return;
      case 3:
        this.#say(`${member.name} is cut off for ${ms} ms`);
        member.process.cutOff(ms);
        return;
      case 4:
      case 5:
        this.#move(ms);
        return;
      case 6: {
        const slot = this.#pick(this.#slots());
        this.#say(`the checkpoint of slot ${slot} on ${member.name} is damaged`);
        member.store.damage(slot, 'head');
        return;
      }
      case 7:
        this.#publish();
        return;
      case 8: {
        const source = this.#pick(SOURCES);
        const process = this.#feeds.get(source)!;
        if (this.#fed.has(source)) return;
        this.#say(`${process.name} is killed and started again`);
        process.kill();
        this.#feed(source);
        return;
      }
      case 9:
        this.#double();
        return;
      default: {
        const process = this.#feeds.get(this.#pick(SOURCES))!;
        this.#say(`${process.name} is cut off for ${ms} ms`);
        process.cutOff(ms);
      }
    }
  }

  #kill(member: Member, downMs: number): void {
    this.#say(`${member.name} is killed, for ${downMs} ms`);
    member.process.kill();
    const next = this.#born(member.name, member.store, member.slots);
    this.#members.set(member.name, next);
    this.#clock.after(downMs, () => {
      if (this.#over || this.#members.get(member.name) !== next) return;
      for (const slot of next.slots) this.#give(member.name, slot);
    });
  }

  /** Gives a slot to another member. The one it had is told late, so that for a while both believe. */
  #move(toldAfterMs: number): void {
    const slot = this.#pick(this.#slots());
    const to = this.#pick(MEMBERS);
    this.#say(`slot ${slot} goes to ${to}; its owners before are told after ${toldAfterMs} ms`);
    this.#give(to, slot);
    this.#clock.after(toldAfterMs, () => {
      if (this.#healed) return; // who owns what has been settled since
      for (const member of this.#members.values()) {
        if (member.name === to || !member.slots.delete(slot)) continue;
        this.#release(member, slot);
      }
    });
  }

  /** Something writes a frame of the input log again, past every condition and duplicate window. */
  #double(): void {
    const { entries } = this.#server.streams.IN;
    if (entries.length === 0) return;
    const { subject, sequence, data } = this.#pick(entries);
    this.#say(`entry ${sequence} of the input log is doubled`);
    void new MemoryBus(this.#server).append(subject, data);
  }

  #release(member: Member, slot: Slot): void {
    const released = member.supervisor.stop(slot).finally(() => member.releases.get(slot) === released && member.releases.delete(slot));
    member.releases.set(slot, released);
  }

  #publish(): void {
    if (this.#present === STRATEGIES.length) return;
    this.#say(`strategy ${STRATEGIES[this.#present]!.name} is published`);
    this.#present++;
    for (const slot of this.#slots()) {
      const owners = [...this.#members.values()].filter((member) => member.slots.has(slot));
      if (owners.length === 0) this.#give(this.#pick(MEMBERS), slot);
      for (const { actors } of owners) actors.get(slot)?.want(this.#wanted(slot));
    }
  }

  #heal(): void {
    this.#say('the faults stop');
    this.#healed = true;
    while (this.#present < STRATEGIES.length) this.#publish();
    for (const { process } of this.#members.values()) process.heal();
    for (const process of this.#feeds.values()) process.heal();
    for (const slot of this.#slots()) {
      // One owner is left: the first who has it.
      const owners = [...this.#members.values()].filter((member) => member.slots.has(slot));
      const [first, ...others] = owners;
      for (const other of others) {
        other.slots.delete(slot);
        this.#release(other, slot);
      }
      this.#give(first?.name ?? this.#pick(MEMBERS), slot);
    }
  }

  // ---- checkers


  #truth(): Map<StrategySpec, ReturnType<typeof batchRows>> {
    return new Map(STRATEGIES.map((spec) => [spec, batchRows(spec, this.#data)]));
  }

  #isComplete(): boolean {
    return this.#fed.size === SOURCES.length && this.#missing() === '';
  }

  /** The nodes that do not have all their rows yet. */
  #missing(): string {
    this.#expected ??= this.#truth();
    const missing: string[] = [];
    for (const [spec, nodes] of this.#expected) {
      for (const [id, rows] of nodes) {
        const last = this.#server.streams.OUT.lastOn;
        const frame = [...last].find(([subject]) => subject.endsWith(id))?.[1];
        const { first, count } = frame ? decodeFrame(frame.data, frame.subject) : { first: 0, count: 0 };
        if (first + count < rows.first + rows.columns[0]!.length) missing.push(`${spec.name} ${id.slice(0, 8)} at ${first + count}`);
      }
    }
    return missing.join(', ');
  }

  #expected: Map<StrategySpec, ReturnType<typeof batchRows>> | undefined;

  #check(): void {
    for (const [spec, nodes] of this.#expected!) {
      for (const [id, rows] of nodes) {
        const entries = this.#server.streams.OUT.entries.filter((entry) => entry.subject.endsWith(id));
        expectSameBits(rowsOfFrames(entries), rows, `${spec.name} ${id.slice(0, 8)}`);
      }
    }
    const lease = new Map<string, number>();
    for (const { subject, sequence, data } of this.#server.streams.OUT.entries) {
      const [, , kind, slot] = subject.split('.') as [string, string, string, string];
      if (kind === 'lease') lease.set(slot, sequence);
      else if (decodeFrame(data, subject).epoch !== lease.get(slot)) throw new Error(`${subject} at ${sequence}: written under epoch ${decodeFrame(data, subject).epoch}, and ${lease.get(slot)} stood`);
    }
    for (const source of SOURCES) {
      // Rows may stand in the input log twice, since readers skip them; none may be missing.
      let next = 0;
      for (const { subject, data } of this.#server.streams.IN.entries) {
        if (subject !== names.input(slotOf(sourceId(source), SLOTS), sourceId(source))) continue;
        const { first, count } = decodeFrame(data, subject);
        if (first > next) throw new Error(`${subject}: rows ${next} to ${first - 1} are missing from the input log`);
        next = Math.max(next, first + count);
      }
    }
  }
}
