// A process of the simulated cluster, as its clock shows it: it may be killed, paused, or cut off. A thread is a process whose
// parent's fate is its own.
//
// Y1. A killed process never gets another answer: whatever it waits for stays open for ever, and what it sent may or may not have
//     arrived.
// Y2. A paused process gets its answers when it goes on; the log does not wait for it.
// Y3. A process that is cut off sends nothing and hears nothing; what it asked fails with NATS_UNREACHABLE, its outcome unknown.
// Y4. Every delay and every choice comes from the seed.
import type { Cancel, Clock } from '#clock/clock.ts';
import type { Random } from '#clock/random.ts';
import type { SimulatedClock } from '#clock/simulated.ts';

const DELAY_MS_MAX = 4;

/** Never settles: the caller is dead. A new one each time, or the one would hold on to all who ever waited for it. */
const never = (): Promise<never> => new Promise(() => {});

export class SimulatedProcess {
  readonly name: string;
  readonly #clock: SimulatedClock;
  readonly #random: Random;
  readonly #parent: SimulatedProcess | undefined;
  #dead = false;
  #pausedUntilMs = 0;
  #cutOffUntilMs = 0;
  #deafUntilMs = 0;
  #jumpMs = 0;

  constructor(name: string, clock: SimulatedClock, random: Random, parent?: SimulatedProcess) {
    this.name = name;
    this.#clock = clock;
    this.#random = random;
    this.#parent = parent;
  }

  get isDead(): boolean {
    return this.#dead || this.#parent?.isDead === true;
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

  /** Hears of changed records only after so long; nothing else is wrong with it. */
  deafen(ms: number): void {
    this.#deafUntilMs = Math.max(this.#deafUntilMs, this.#clock.monotonicMs() + ms);
  }

  get isDeaf(): boolean {
    return this.#clock.monotonicMs() < this.#deafUntilMs;
  }

  /** Its wall clock is set, by so much. */
  jump(ms: number): void {
    this.#jumpMs += ms;
  }

  /** From now on nothing goes wrong any more. */
  heal(): void {
    this.#pausedUntilMs = 0;
    this.#cutOffUntilMs = 0;
    this.#deafUntilMs = 0;
  }

  get isCutOff(): boolean {
    return this.#clock.monotonicMs() < this.#cutOffUntilMs || this.#parent?.isCutOff === true;
  }

  /** Waits until the process runs; by Y1 for ever when it is dead. */
  async running(): Promise<void> {
    for (;;) {
      if (this.isDead) await never();
      const waitMs = this.#pausedForMs();
      if (waitMs <= 0) return;
      await this.#clock.sleep(waitMs);
    }
  }

  /** The way to another process or back. */
  async travel(): Promise<void> {
    await this.#clock.sleep(this.#random.next() * DELAY_MS_MAX);
  }

  /** A clock whose timers stop with the process. */
  clock(): Clock {
    const clock = this.#clock;
    const guarded = (run: () => void) => (): void => void this.running().then(run);
    return {
      now: () => clock.now() + this.#jumpMs,
      monotonicMs: () => clock.monotonicMs(),
      sleep: async (ms, signal) => {
        await clock.sleep(ms, signal);
        await this.running();
      },
      every: (ms, run): Cancel => {
        const cancel = clock.every(ms, () => (this.isDead ? cancel() : void this.running().then(run)));
        return cancel;
      },
      after: (ms, run): Cancel => clock.after(ms, guarded(run)),
    };
  }

  #pausedForMs(): number {
    return Math.max(this.#pausedUntilMs - this.#clock.monotonicMs(), this.#parent ? this.#parent.#pausedForMs() : 0);
  }
}
