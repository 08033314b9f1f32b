// A cluster in one process, driven by a seed: gateway, DAG manager, members with their shards and slots, and feeds, all the code of
// production, on a simulated clock, log, disk and network. Scenario = workload × faults × checkers.
//
// Z1. The same seed gives the same run, story included.
// Z2. Faults stop at some moment; then everything must recover within RECOVER_MS_MAX.
// Z3. What the log holds at the end must equal the batch run, bit for bit, and every frame must bear the epoch of the lease that
//     stood when it was stored.
import { replay } from '#actors/feed.ts';
import { decode } from '#bus/codec.ts';
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { type Slot, slotOf, subjects } from '#bus/subjects.ts';
import { type Random, seededRandom } from '#clock/random.ts';
import { SimulatedClock } from '#clock/simulated.ts';
import { type BarColumns, type Source, type SourceID, sourceId } from '#domain/bar.ts';
import { isFault } from '#domain/fault.ts';
import { interval } from '#domain/interval.ts';
import type { StrategyRecord } from '#domain/lifecycle.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import type { DivideAnswer, DivideRequest } from '#dag/divisions.ts';
import type { DrainAnswer, DrainRequest } from '#dag/manager.ts';
import type { RetentionTerms } from '#dag/retention.ts';
import { type ClusterStatus, strategyId, type Submission, type SubmissionAnswer } from '#gateway/gateway.ts';
import { Strategy, StreamInput } from '#sdk/mod.ts';
import { retire, submit } from '#sdk/submit.ts';
import type { DivisionRecord, PlacementRecord } from '#supervisor/records.ts';
import { walk } from '../support/bars.ts';
import { mixedIntervals } from '../support/operators.ts';
import { type Poison, poison, type PoisonKind } from '../support/poison.ts';
import { breadth, leading } from '../support/queries.ts';
import { everything, goldenCross } from '../support/strategies.ts';
import { checkInput, checkOneWriter, checkRows, divisionsOf, isHeld, livesOf, losesUploads, missingRows, purgedIn, quarantinedIn, recordsIn, type Truth, Truths, truthOfQueries } from './checkers.ts';
import { describe, drawSchedule, type Event, INSTRUMENTS, MEMBERS, type Mishap, ROLES, slotsOf } from './faults.ts';
import { SimulatedBus, SimulatedServer } from './network.ts';
import { SimulatedProcess } from './process.ts';
import { SimulatedRoles } from './roles.ts';

const ROWS = 240;
const FAULTY_MS = 6_000;
const RECOVER_MS_MAX = 60_000;
const ASK_AGAIN_MS = 100;
const PUBLISH_EVERY_MS = 700;
const RETIRED_AT_MS = 4_500;

/** A third of the seeds purge what no slot needs almost at once, in rounds further apart than what a server loses with its power (K5 in dag/retention.ts). */
const FORGETFUL: RetentionTerms = { everyMs: 350, nodesMs: 3_600_000, in: { keepMs: 400 }, out: { keepMs: 400 } };
const KEEPS_ALL: RetentionTerms = { everyMs: 1_000, nodesMs: 3_600_000, in: { keepMs: Infinity }, out: { keepMs: Infinity } };

const names = subjects('t');

const pair = new Strategy({
  name: 'pair',
  build: () => {
    const a = new StreamInput({ venue: 'test', instrument: 'ABC', interval: '1m' });
    const b = new StreamInput({ venue: 'test', instrument: 'XYZ', interval: '1m' });
    return { outputs: { spread: a.close.minus(b.close), known: b.resample('5m').asOf(a) } };
  },
});

const QUERIES: readonly StrategySpec[] = [breadth.declare()];
/** Each with the nodes of the ones before it partly in common. */
const PLAIN: readonly StrategySpec[] = [goldenCross.declare(), goldenCross.declare({ instrument: 'XYZ' }), everything.declare(), pair.declare(), goldenCross.declare({ slow: 40 }), mixedIntervals.declare()];
/** The same, and among them a reader of tags and those that tag. */
const LEADING = [leading.declare(), leading.declare({ instrument: 'XYZ' }), leading.declare({ period: 9 })] as const;
const TAGGED: readonly StrategySpec[] = [PLAIN[0]!, ...QUERIES, LEADING[0], ...PLAIN.slice(1, 3), LEADING[1], PLAIN[3]!, LEADING[2], ...PLAIN.slice(4)];
/** The same with the reader behind those that tag, when rows of theirs may be purged. */
const TAGGED_LATE: readonly StrategySpec[] = [...TAGGED.filter((spec) => !QUERIES.includes(spec)).slice(0, 5), ...QUERIES, ...TAGGED.filter((spec) => !QUERIES.includes(spec)).slice(5)];
/** One of those that tag goes again. */
const RETIRED = LEADING[0];
const LEADERS = LEADING.filter((spec) => spec !== RETIRED).map(({ outputs }) => outputs['average']!.node);
/** One seed in so many has tag queries: they cost half as much again. */
const TAGGED_EVERY = 4;
/** A row about half-way. */
const POISONED_ROW = 110;
/** How often an operator tries a poisoned node again when all else is over. */
const FINAL_RELEASES = 1;

/** One seed in five has a strategy whose code fails. Code that never ends takes seconds of real time at each try, and is left to test/actors. */
function poisonOf(seed: number): PoisonKind | undefined {
  return seed % 5 === 2 ? (seed % 2 === 0 ? 'throws' : 'traps') : undefined;
}

const SOURCES: readonly Source[] = INSTRUMENTS.map((instrument) => ({ venue: 'test', instrument, interval: interval('1m') }));

export interface Outcome {
  /** What went wrong; undefined when all checkers are content. */
  readonly violation: string | undefined;
  /** One line per event. */
  readonly story: readonly string[];
  /** Owners the slots had, all together. */
  readonly lives: number;
  /** Divisions of slots that came into force. */
  readonly divisions: number;
  /** Entries that retention took away. */
  readonly purged: number;
}

/** What shall go wrong in a schedule. */
export function scheduleOf(seed: number): Event[] {
  return drawSchedule(seededRandom(seed), FAULTY_MS);
}

/** Runs one schedule, or some of its events only. */
export async function simulate(seed: number, events: readonly Event[] = scheduleOf(seed)): Promise<Outcome> {
  const world = new World(seed, events);
  let violation: string | undefined;
  try {
    await world.run();
  } catch (error) {
    violation = (error as Error).message;
  }
  world.end();
  return { violation, story: world.story, lives: livesOf(world.log), divisions: divisionsOf(world.log), purged: purgedIn(world.log) };
}

class World {
  readonly story: string[] = [];
  /** Every other seed has a log of one server, the others one with replicas. */
  readonly log: MemoryLog;
  readonly #events: readonly Event[];
  readonly #strategies: readonly StrategySpec[];
  readonly #queries: readonly StrategySpec[];
  readonly #poison: Poison | undefined;
  readonly #slots: number;
  /** Of the network and the jitter; the events have their own. */
  readonly #random: Random;
  readonly #clock = new SimulatedClock(1_700_000_000_000);
  readonly #server: SimulatedServer;
  readonly #data = new Map<SourceID, BarColumns>();
  readonly #client: SimulatedProcess;
  readonly #roles: SimulatedRoles;
  readonly #feeds = new Map<string, SimulatedProcess>();
  readonly #fed = new Set<string>();
  #submitted = 0;
  #over = false;
  /** Strategies whose submission was answered. */
  readonly #answered = new Set<StrategySpec>();

  constructor(seed: number, events: readonly Event[]) {
    this.#events = events;
    const [strategies, queries] = seed % TAGGED_EVERY !== 0 ? [PLAIN, []] : [seed % (2 * TAGGED_EVERY) === 0 ? TAGGED : TAGGED_LATE, QUERIES];
    this.#queries = queries;
    this.#slots = slotsOf(seed);
    this.#random = seededRandom(seed ^ 0x5eed);
    this.log = new MemoryLog(names, { isReplicated: seed % 2 === 1, now: () => this.#clock.now() });
    this.#server = new SimulatedServer(this.log, this.#clock, this.#random);
    for (const [k, source] of SOURCES.entries()) this.#data.set(sourceId(source), walk(ROWS, seed * 2 + k));
    const kind = poisonOf(seed);
    this.#poison = kind && poison(INSTRUMENTS[0], this.#data.get(sourceId(SOURCES[0]!))!, POISONED_ROW, kind);
    this.#strategies = this.#poison ? [...strategies.slice(0, SOURCES.length), this.#poison.spec, ...strategies.slice(SOURCES.length)] : strategies;
    const ports = { clock: this.#clock, random: this.#random, server: this.#server, subjects: names, slots: this.#slots, retention: seed % 3 === 0 ? FORGETFUL : KEEPS_ALL, say: (text: string) => this.#say(text) };
    this.#client = new SimulatedProcess('client', this.#clock, this.#random);
    this.#roles = new SimulatedRoles(ports);
  }

  async run(): Promise<void> {
    await this.#listen();
    for (const source of SOURCES) this.#feed(source);
    for (const _ of SOURCES) this.#publish(); // one for each source, so that there is something to divide
    // While rows flow, or members would never change.
    if (this.#queries.length > 0) {
      for (let k = SOURCES.length; k < this.#strategies.length; k++) this.#clock.after(k * PUBLISH_EVERY_MS, () => this.#publish());
      this.#clock.after(RETIRED_AT_MS, () => this.#retire(RETIRED));
    }
    for (const event of this.#events) {
      await this.#clock.advance(event.atMs - this.#clock.monotonicMs());
      this.#say(describe(event));
      this.#happen(event);
    }
    await this.#clock.advance(Math.max(0, FAULTY_MS - this.#clock.monotonicMs()));
    this.#heal();
    const truths = new Truths(this.#strategies.filter((spec) => !this.#queries.includes(spec)), this.#data, this.#poison);
    let releases = this.#poison ? FINAL_RELEASES : 0;
    let truth: Truth;
    let asked: Truth | undefined;
    for (const deadlineMs = this.#clock.monotonicMs() + RECOVER_MS_MAX; ; ) {
      const records = await recordsIn(this.log);
      truth = truths.of(records);
      const missing = this.#fed.size < SOURCES.length ? 'rows of a feed' : missingRows(this.log, truth) || (await this.#notExecuting()) || this.#missingOfQueries((asked = truthOfQueries(this.log, records, this.#queries, LEADERS)));
      if (missing === '' && (!this.#poison || (await isHeld(this.log, this.#poison, records)))) {
        if (releases-- <= 0) break;
        await this.#release();
      }
      if (this.#clock.monotonicMs() > deadlineMs) throw new Error(`not recovered ${RECOVER_MS_MAX} ms after the faults stopped: ${missing || 'a node that stands still is not in quarantine'}; in quarantine: ${(await quarantinedIn(this.log)).join('; ') || 'nothing'}`);
      await this.#clock.advance(100);
    }
    checkRows(this.log, truth);
    checkRows(this.log, asked!);
    checkOneWriter(this.log, await recordsIn(this.log));
    checkInput(this.log, names, SOURCES, this.#slots);
  }

  #missingOfQueries(truth: Truth | undefined): string {
    return truth ? missingRows(this.log, truth) : 'what tag queries are told';
  }

  end(): void {
    this.#over = true;
    this.#roles.end();
    for (const process of [this.#client, ...this.#feeds.values()]) process.kill();
  }

  #say(text: string): void {
    this.story.push(`${this.#clock.monotonicMs().toFixed(1).padStart(9)} ms  ${text}`);
  }

  /** What the cluster decides belongs into the story too. */
  async #listen(): Promise<void> {
    const bus = new MemoryBus(this.log);
    await (await bus.bucket<PlacementRecord>('placement')).watch((slot, record) => this.#say(`slot ${slot} is placed on ${record?.member}${record?.next === undefined ? '' : `, ${record.next} gets ready`}`));
    await (await bus.bucket<StrategyRecord>('strategies')).watch((_, record) => this.#say(`${record?.name} is ${record?.state}`));
    await (await bus.bucket<DivisionRecord>('divisions')).watch((slot, record) => this.#say(`slot ${slot} is ${record?.state}`));
    const leases = await bus.read('OUT', [names.lease('*' as Slot), names.shareLeases('*' as Slot)], 1);
    const follow = async (): Promise<void> => {
      for (let taken = await leases.take(); taken; taken = await leases.take()) {
        for (const { subject, sequence, data } of taken) {
          const { member, released, division, isOver } = decode<{ member: string; released?: object; division?: object; isOver?: true }>(data);
          const lease = subject.split('.').slice(3).join('.');
          if (isOver) this.#say(`the lease of share ${lease} is over`);
          else this.#say(`${member} ${released ? 'lets go of' : 'takes'} the lease of slot ${lease}${division ? ', divided' : ''}${released ? '' : `, epoch ${sequence}`}`);
        }
      }
    };
    void follow();
  }

  // ---- workload

  /** Submits the next strategy, again and again until the gateway has it. */
  #publish(): void {
    if (this.#over) return;
    const spec = this.#strategies[this.#submitted];
    if (!spec) return;
    this.#submitted++;
    const attempt = (): void => {
      if (this.#over) return;
      submit(new SimulatedBus(this.#server, this.#client, this.#clock), names, spec, 'simulation').then(() => void this.#answered.add(spec), (error: unknown) => {
        if (!isFault(error) || !error.retry) this.#say(`the gateway refuses ${spec.name}: ${(error as Error).message}`);
        else this.#clock.after(ASK_AGAIN_MS, attempt);
      });
    };
    attempt();
  }

  /** Asks until the gateway has ended it; not while it is still being asked for, which would begin it again. */
  #retire(spec: StrategySpec): void {
    if (this.#over) return;
    const again = (): void => void this.#clock.after(ASK_AGAIN_MS, () => this.#retire(spec));
    if (!this.#answered.has(spec)) {
      again();
      return;
    }
    const bus = new SimulatedBus(this.#server, this.#client, this.#clock);
    // What was on its way all the while, and asked again long ago, arrives now: by G6 of gateway/gateway.ts nothing begins.
    const ended = (): void => void bus.call<Submission, SubmissionAnswer>(names.call('gateway', 'submit'), { spec, correlationId: 'late' }).catch(() => {});
    retire(bus, names, strategyId(spec)).then(ended, (error: unknown) => {
      if (!isFault(error)) throw error;
      if (error.code === 'STRATEGY_UNKNOWN') ended(); // and the answer was lost
      else again();
    });
  }

  #restartFeed(source: Source): void {
    this.#feeds.get(source.instrument)!.kill();
    this.#fed.delete(source.instrument); // it may have to bring its last rows again
    this.#feed(source);
  }

  #feed(source: Source): void {
    const { instrument } = source;
    if (this.#fed.has(instrument) || this.#over) return;
    const process = new SimulatedProcess(`feed ${instrument}`, this.#clock, this.#random);
    this.#feeds.set(instrument, process);
    const bus = new SimulatedBus(this.#server, process, this.#clock);
    // A minute of market in 25 ms: the feed is done about when the faults are.
    const pace = { speed: 60_000 / 25, rowsPerFrame: 1 + this.#random.below(12) };
    replay({ bus, clock: process.clock(), subjects: names }, this.#slots, source, this.#data.get(sourceId(source))!, pace, () => {}).then(
      () => this.#fed.add(instrument),
      (error: unknown) => {
        this.#say(`${process.name} gave up (${(error as Error).message}) and is started again`);
        this.#feed(source);
      },
    );
  }

  // ---- faults

  #happen(event: Mishap): void {
    switch (event.kind) {
      case 'kill':
        return this.#roles.kill(event.role, event.ms);
      case 'kill shard':
        return this.#roles.killShard(event.member, event.shard);
      case 'restart':
        return this.#roles.restart(event.role);
      case 'pause':
        return this.#roles.processOf(event.role).pause(event.ms);
      case 'cut off':
        return this.#roles.processOf(event.role).cutOff(event.ms);
      case 'jump':
        return this.#roles.processOf(event.role).jump(event.ms);
      case 'elect':
        return this.#server.elect(event.ms);
      case 'place':
        for (const member of MEMBERS) if (member !== event.member) this.#roles.processOf(member).deafen(event.ms);
        void new MemoryBus(this.log).bucket('placement').then((bucket) => bucket.put(this.#slotOf(event.instrument), { member: event.member }));
        return;
      case 'drain':
        this.#drain(event.member, true);
        this.#clock.after(event.ms, () => this.#drain(event.member, false));
        return;
      case 'split':
        this.#split(event.instrument, 2);
        this.#clock.after(event.ms, () => this.#split(event.instrument, 1));
        return;
      case 'damage':
        for (const disk of this.#roles.disksOf(event.member)) disk.damage(this.#slotOf(event.instrument));
        return;
      case 'lose':
        this.#roles.kill(event.member, event.ms);
        for (const disk of this.#roles.disksOf(event.member)) disk.wipe();
        return;
      case 'power':
        return void this.#losePower(event);
      case 'fill disk':
        for (const disk of this.#roles.disksOf(event.member)) disk.fill(event.ms);
        return;
      case 'publish':
        return this.#publish();
      case 'release':
        return void this.#release();
      case 'kill feed':
        return this.#restartFeed(sourceNamed(event.instrument));
      case 'cut off feed':
        return this.#feeds.get(event.instrument)!.cutOff(event.ms);
      case 'double': {
        const { entries } = this.log.streams.IN;
        const entry = entries[Math.floor(event.place * entries.length)];
        if (entry) void new MemoryBus(this.log).append(entry.subject, entry.data);
      }
    }
  }

  async #losePower({ ms, inMs, outMs, sparesManager }: Extract<Mishap, { kind: 'power' }>): Promise<void> {
    if (this.log.isReplicated) return this.#say('which costs nothing here');
    if (await losesUploads(this.log, this.#server.endAt(this.#clock.now() - Math.max(inMs, outMs)))) return this.#say('which would take what a slot is rebuilt from');
    this.#server.losePower({ IN: inMs, OUT: Math.max(this.#queries.length > 0 ? inMs : 0, outMs) });
    for (const role of sparesManager ? MEMBERS : ROLES) this.#roles.kill(role, ms);
    for (const source of SOURCES) this.#restartFeed(source);
  }

  async #release(): Promise<void> {
    const bucket = await new MemoryBus(this.log).bucket('quarantine');
    for (const { key } of await bucket.all()) await bucket.remove(key);
  }

  /** Asks until the DAG manager has heard it. */
  #drain(member: string, drained: boolean): void {
    if (this.#over) return;
    const bus = new SimulatedBus(this.#server, this.#client, this.#clock);
    bus.call<DrainRequest, DrainAnswer>(names.call('dag', 'drain'), { member, drained }).catch(() => this.#clock.after(ASK_AGAIN_MS, () => this.#drain(member, drained)));
  }

  /** Asks until the DAG manager has heard it, or says that the slot cannot be divided. */
  #split(instrument: string, shares: number): void {
    if (this.#over) return;
    const bus = new SimulatedBus(this.#server, this.#client, this.#clock);
    bus.call<DivideRequest, DivideAnswer>(names.call('dag', 'split'), { slot: this.#slotOf(instrument), shares }).catch((error: unknown) => {
      if (isFault(error) && error.retry) this.#clock.after(ASK_AGAIN_MS, () => this.#split(instrument, shares));
      else this.#say(`slot ${this.#slotOf(instrument)} is not divided: ${(error as Error).message}`);
    });
  }

  #slotOf(instrument: string): Slot {
    return slotOf(sourceId(sourceNamed(instrument)), this.#slots);
  }

  #heal(): void {
    this.#say('the faults stop');
    while (this.#submitted < this.#strategies.length) this.#publish();
    this.#server.heal();
    this.#roles.heal();
    for (const process of this.#feeds.values()) process.heal();
  }

  /** The strategies of which the gateway does not say yet that they run. */
  async #notExecuting(): Promise<string> {
    let status: ClusterStatus | undefined;
    const asked = new SimulatedBus(this.#server, this.#client, this.#clock).call<object, ClusterStatus>(names.call('gateway', 'status'), {}).then((answer) => (status = answer), () => {});
    while (!(await Promise.race([asked.then(() => true), new Promise<boolean>((resolve) => setImmediate(resolve, false))]))) await this.#clock.advance(10);
    if (!status) return 'an answer of the gateway';
    const waiting = this.#strategies.filter((spec) => !status!.strategies.some(({ id, state }) => id === strategyId(spec) && state === (spec === RETIRED ? 'Completed' : 'Executing')));
    return waiting.map((spec) => `${spec.name} is not executing`).join(', ');
  }
}

function sourceNamed(name: string): Source {
  return SOURCES.find(({ instrument }) => instrument === name)!;
}
