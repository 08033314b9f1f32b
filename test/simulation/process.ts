// A process of the simulated cluster, as its clock and its connection show it: it may be killed, paused, or cut off.
//
// Y1. A killed process never gets another answer: whatever it waits for stays open for ever, and what it sent may or may not have
//     arrived.
// Y2. A paused process gets its answers when it goes on; the log does not wait for it.
// Y3. A process that is cut off sends nothing and hears nothing; what it asked fails with NATS_UNREACHABLE, its outcome unknown.
// Y4. Every delay and every choice comes from the seed.
import type { AppendOptions, LogEntry, LogReader, StreamName, StreamState } from '#bus/bus.ts';
import { MemoryBus, type MemoryLog } from '#bus/memory.ts';
import type { Cancel, Clock } from '#clock/clock.ts';
import type { Random } from '#clock/random.ts';
import type { SimulatedClock } from '#clock/simulated.ts';
import { Fault } from '#domain/fault.ts';

const DELAY_MS_MAX = 4;
const ANSWER_WAIT_MS = 200;

/** Never settles: the caller is dead. A new one each time, or the one would hold on to all who ever waited for it. */
const never = (): Promise<never> => new Promise(() => {});

export class SimulatedProcess {
  readonly name: string;
  readonly #clock: SimulatedClock;
  readonly #random: Random;
  #dead = false;
  #pausedUntilMs = 0;
  #cutOffUntilMs = 0;

  constructor(name: string, clock: SimulatedClock, random: Random) {
    this.name = name;
    this.#clock = clock;
    this.#random = random;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  kill(): void {
    this.#dead = true;
  }

  pause(ms: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#clock.monotonicMs() + ms);
  }

  cutOff(ms: number): void {
    this.#cutOffUntilMs = Math.max(this.#cutOffUntilMs, this.#clock.monotonicMs() + ms);
  }

  /** From now on nothing goes wrong any more. */
  heal(): void {
    this.#pausedUntilMs = 0;
    this.#cutOffUntilMs = 0;
  }

  get isCutOff(): boolean {
    return this.#clock.monotonicMs() < this.#cutOffUntilMs;
  }

  /** Waits until the process runs; by Y1 for ever when it is dead. */
  async running(): Promise<void> {
    for (;;) {
      if (this.#dead) await never();
      const waitMs = this.#pausedUntilMs - this.#clock.monotonicMs();
      if (waitMs <= 0) return;
      await this.#clock.sleep(waitMs);
    }
  }

  /** The way to the server or back. */
  async travel(): Promise<void> {
    await this.#clock.sleep(this.#random.next() * DELAY_MS_MAX);
  }

  /** A clock whose timers stop with the process. */
  clock(): Clock {
    const clock = this.#clock;
    const guarded = (run: () => void) => (): void => void this.running().then(run);
    return {
      now: () => clock.now(),
      monotonicMs: () => clock.monotonicMs(),
      sleep: async (ms, signal) => {
        await clock.sleep(ms, signal);
        await this.running();
      },
      every: (ms, run): Cancel => clock.every(ms, guarded(run)),
      after: (ms, run): Cancel => clock.after(ms, guarded(run)),
    };
  }
}

/** A process's connection to the log. */
export class SimulatedBus extends MemoryBus {
  readonly #process: SimulatedProcess;
  readonly #clock: SimulatedClock;

  constructor(server: MemoryLog, process: SimulatedProcess, clock: SimulatedClock) {
    super(server);
    this.#process = process;
    this.#clock = clock;
  }

  override append(subject: string, data: Uint8Array, options?: AppendOptions): Promise<number> {
    return this.#ask(subject, () => super.append(subject, data, options));
  }

  override last(stream: StreamName, subject: string): Promise<LogEntry | undefined> {
    return this.#ask(subject, () => super.last(stream, subject));
  }

  override state(stream: StreamName): Promise<StreamState> {
    return this.#ask(stream, () => super.state(stream));
  }

  override async read(stream: StreamName, filters: readonly string[], fromSequence: number): Promise<LogReader> {
    const reader = await this.#ask(filters.join(), () => super.read(stream, filters, fromSequence));
    return {
      take: async () => {
        const taken = await reader.take();
        await this.#process.travel();
        while (this.#process.isCutOff) await this.#clock.sleep(20); // the reader rebuilds itself behind the last entry
        await this.#process.running();
        return taken;
      },
      close: () => reader.close(),
    };
  }

  async #ask<T>(what: string, serve: () => Promise<T>): Promise<T> {
    await this.#process.running();
    if (this.#process.isCutOff) return this.#lost(what);
    await this.#process.travel();
    // Between here and the answer the process may be killed, paused or cut off; the server has done its part.
    const outcome = await serve().then(
      (value) => ({ value }),
      (fault: unknown) => ({ fault }),
    );
    await this.#process.travel();
    await this.#process.running();
    if (this.#process.isCutOff) return this.#lost(what);
    if ('fault' in outcome) throw outcome.fault;
    return outcome.value;
  }

  async #lost(what: string): Promise<never> {
    await this.#clock.sleep(ANSWER_WAIT_MS);
    await this.#process.running();
    throw new Fault('NATS_UNREACHABLE', `${what}: the outcome is unknown`, { cure: 'try again', retry: true });
  }
}
