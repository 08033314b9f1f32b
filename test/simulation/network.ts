// A process's connection to the simulated log: every question travels, and may be lost on the way or on the way back.
import { type AppendOptions, type BucketName, type Fence, type KeptEntry, type KeptRecord, type LogEntry, type LogReader, type ObjectBucket, type ObjectBucketName, type RecordBucket, type ServiceDescription, type StepEntry, type StreamName, type StreamState, matches } from '#bus/bus.ts';
import { MemoryBus, type MemoryLog } from '#bus/memory.ts';
import type { Random } from '#clock/random.ts';
import type { SimulatedClock } from '#clock/simulated.ts';
import { Fault } from '#domain/fault.ts';
import type { SimulatedProcess } from './process.ts';

const ANSWER_WAIT_MS = 200;
const CALL_WAIT_MS = 1_000;
/** How often a reader that hears nothing tries again. */
const RETRY_MS = 20;

/** A leader that was deposed and does not know it yet goes on answering what it is asked to read. */
const DEPOSED_MS = 400;

/** The server's side: it may have no leader for a while. */
export class SimulatedServer {
  readonly log: MemoryLog;
  readonly #clock: SimulatedClock;
  readonly #random: Random;
  #electionUntilMs = 0;
  #lives = 0;
  /** Where the streams ended for the leader that was deposed last. */
  #deposedAt: Readonly<Record<StreamName, number>> = { IN: 0, OUT: 0, EVENT: 0 };

  constructor(log: MemoryLog, clock: SimulatedClock, random: Random) {
    this.log = log;
    this.#clock = clock;
    this.#random = random;
  }

  /** Where the stream ends for whoever answers now: some of the answers of a replicated log after an election are of its leader before. */
  endOf(stream: StreamName): number {
    const isDeposed = this.log.isReplicated && this.#clock.monotonicMs() < this.#electionUntilMs + DEPOSED_MS && this.#random.below(2) === 0;
    return isDeposed ? this.#deposedAt[stream] : this.log.streams[stream].entries.length;
  }

  /** Nobody leads the streams for so long: nothing is stored and nothing answered. */
  elect(ms: number): void {
    this.#electionUntilMs = Math.max(this.#electionUntilMs, this.#clock.monotonicMs() + ms);
    const { IN, OUT, EVENT } = this.log.streams;
    this.#deposedAt = { IN: IN.entries.length, OUT: OUT.entries.length, EVENT: EVENT.entries.length };
  }

  /** Where the input log ended at a moment. */
  endAt(ms: number): number {
    return this.log.streams.IN.entries.findLast(({ storedMs }) => storedMs <= ms)?.sequence ?? 0;
  }

  /** The machine loses power, and each stream what came to it in the last so many ms. Nothing that was on its way arrives. */
  losePower(lostMs: Readonly<Partial<Record<StreamName, number>>>): void {
    this.#lives++;
    for (const [name, ms] of Object.entries(lostMs)) {
      const { entries } = this.log.streams[name as StreamName];
      this.log.loseBehind(name as StreamName, entries.findLast(({ storedMs }) => storedMs <= this.#clock.now() - ms)?.sequence ?? 0);
    }
  }

  /** Tells a server from the same one before it lost power. */
  get lives(): number {
    return this.#lives;
  }

  heal(): void {
    this.#electionUntilMs = 0;
  }

  get hasLeader(): boolean {
    return this.#clock.monotonicMs() >= this.#electionUntilMs;
  }
}

export class SimulatedBus extends MemoryBus {
  readonly #server: SimulatedServer;
  readonly #process: SimulatedProcess;
  readonly #clock: SimulatedClock;

  constructor(server: SimulatedServer, process: SimulatedProcess, clock: SimulatedClock) {
    super(server.log);
    this.#server = server;
    this.#process = process;
    this.#clock = clock;
  }

  override append(subject: string, data: Uint8Array, options?: AppendOptions): Promise<number> {
    return this.#ask(subject, () => super.append(subject, data, options));
  }

  protected override appendBatch(entries: readonly StepEntry[], fence: Fence): Promise<number> {
    return this.#ask(fence.subject, () => super.appendBatch(entries, fence));
  }

  override last(stream: StreamName, subject: string): Promise<LogEntry | undefined> {
    return this.#ask(subject, async () => {
      const { entries, purged } = this.#server.log.streams[stream];
      const end = this.#server.endOf(stream);
      if (end === entries.length) return super.last(stream, subject);
      return entries.slice(0, end).findLast((entry) => matches(subject, entry.subject) && !purged.has(entry.sequence));
    });
  }

  override lastOfEach(stream: StreamName, filters: readonly string[], known?: number, after?: number): Promise<readonly LogEntry[]> {
    return this.#ask(filters.join(), () => super.lastOfEach(stream, filters, known, after));
  }

  override state(stream: StreamName): Promise<StreamState> {
    return this.#ask(stream, () => super.state(stream));
  }

  override next(stream: StreamName, subject: string, fromSequence: number): Promise<KeptEntry | undefined> {
    return this.#ask(subject, () => super.next(stream, subject, fromSequence));
  }

  override purge(stream: StreamName, subject: string, beforeSequence: number): Promise<number> {
    return this.#ask(subject, () => super.purge(stream, subject, beforeSequence));
  }

  override async read(stream: StreamName, filters: readonly string[], fromSequence: number): Promise<LogReader> {
    const reader = await this.#ask(filters.join(), () => super.read(stream, filters, fromSequence));
    return {
      take: async () => {
        const taken = await reader.take();
        await this.#arrival(); // the reader rebuilds itself behind the last entry
        return taken;
      },
      close: () => reader.close(),
    };
  }

  override async bucket<T>(name: BucketName): Promise<RecordBucket<T>> {
    const inner = await this.#ask(name, () => super.bucket<T>(name));
    return {
      get: (key) => this.#ask(key, () => inner.get(key)),
      put: (key, value) => this.#ask(key, () => inner.put(key, value)),
      replace: (key, value, revision) => this.#ask(key, () => inner.replace(key, value, revision)),
      remove: (key) => this.#ask(key, () => inner.remove(key)),
      all: (): Promise<readonly KeptRecord<T>[]> => this.#ask(name, () => inner.all()),
      watch: async (callback, only) => {
        // Each change travels behind the one before it.
        let told: Promise<void> = Promise.resolve();
        const stop = await this.#ask(name, () =>
          inner.watch((key, value, revision) => {
            told = told.then(async () => {
              await this.#arrival();
              while (!this.#process.isDead && this.#process.isDeaf) await this.#clock.sleep(RETRY_MS);
              callback(key, value, revision);
            });
          }, only),
        );
        await told;
        return stop;
      },
    };
  }

  override async objects(name: ObjectBucketName): Promise<ObjectBucket> {
    const inner = await this.#ask(name, () => super.objects(name));
    return {
      put: (key, bytes) => this.#ask(key, () => inner.put(key, bytes)),
      get: (key) => this.#ask(key, () => inner.get(key)),
      remove: (key) => this.#ask(key, () => inner.remove(key)),
      keys: () => this.#ask(name, () => inner.keys()),
    };
  }

  override async call<Q, A>(subject: string, question: Q): Promise<A> {
    const answer = this.#ask(subject, () => super.call<Q, A>(subject, question));
    answer.catch(() => {}); // one that comes too late is nobody's
    const waited = new AbortController();
    const late = this.#clock.sleep(CALL_WAIT_MS, waited.signal).then(() => {
      throw new Fault('TIMEOUT', `${subject}: no answer in ${CALL_WAIT_MS} ms`, { cure: 'try again', retry: true });
    });
    late.catch(() => {});
    try {
      return await Promise.race([answer, late]);
    } finally {
      waited.abort();
    }
  }

  override serve({ endpoints, ...service }: ServiceDescription): Promise<void> {
    const served = Object.entries(endpoints).map(([name, { subject, answer }]) => [name, { subject, answer: (question: never) => this.#answer(() => answer(question)) }] as const);
    return this.#ask(service.name, () => super.serve({ ...service, endpoints: Object.fromEntries(served) }));
  }

  async #answer(answer: () => Promise<unknown>): Promise<unknown> {
    await this.#process.running();
    if (this.#process.isCutOff) return new Promise(() => {}); // the question never arrived
    const value = await answer();
    await this.#arrival();
    return value;
  }

  async #arrival(): Promise<void> {
    await this.#process.travel();
    while (!this.#process.isDead && (this.#process.isCutOff || !this.#server.hasLeader)) await this.#clock.sleep(RETRY_MS);
    await this.#process.running();
  }

  async #ask<T>(what: string, serve: () => Promise<T>): Promise<T> {
    await this.#process.running();
    if (this.#process.isCutOff) return this.#lost(what);
    const { lives } = this.#server;
    await this.#process.travel();
    if (!this.#server.hasLeader || this.#server.lives !== lives) return this.#lost(what);
    // Between here and the answer the process may be killed, paused or cut off; the server has done its part.
    const outcome = await serve().then(
      (value) => ({ value }),
      (fault: unknown) => ({ fault }),
    );
    await this.#process.travel();
    await this.#process.running();
    if (this.#process.isCutOff || !this.#server.hasLeader) return this.#lost(what);
    if ('fault' in outcome) throw outcome.fault;
    return outcome.value;
  }

  async #lost(what: string): Promise<never> {
    await this.#clock.sleep(ANSWER_WAIT_MS);
    await this.#process.running();
    throw new Fault('NATS_UNREACHABLE', `${what}: the outcome is unknown`, { cure: 'try again', retry: true });
  }
}
