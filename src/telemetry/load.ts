// How much of its thread's time something computes, as of about the last minute.
import type { Clock } from '#clock/clock.ts';

/** What is older counts for little: a burst is not a load. */
const MEMORY_MS = 60_000;

export class Load {
  readonly #clock: Clock;
  #ratio = 0;
  #busyMs = 0;
  #lookedMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lookedMs = clock.monotonicMs();
  }

  /** Runs something that computes and waits for nothing. */
  compute<T>(run: () => T): T {
    const beganMs = this.#clock.monotonicMs();
    try {
      return run();
    } finally {
      this.#busyMs += this.#clock.monotonicMs() - beganMs;
    }
  }

  /** In [0, 1], an average in which a moment counts the less the longer ago it was. Meant to be asked every few seconds or oftener. */
  get ratio(): number {
    const nowMs = this.#clock.monotonicMs();
    const passedMs = nowMs - this.#lookedMs;
    if (passedMs === 0) return this.#ratio;
    const kept = Math.exp(-passedMs / MEMORY_MS);
    this.#ratio = kept * this.#ratio + (1 - kept) * Math.min(1, this.#busyMs / passedMs);
    this.#busyMs = 0;
    this.#lookedMs = nowMs;
    return this.#ratio;
  }
}
