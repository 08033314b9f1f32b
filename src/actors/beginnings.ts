// How the slots of one shard begin: a few at a time, and then on together.
// G1. What one lays out keeps the thread, and the others would wait for answers that have long come. So no more than AT_ONCE_MAX begin at once.
// G2. A slot that has begun computes nothing before the others have, and not longer than GATHER_MS_MAX. Rows that came meanwhile are one step
//     then; as many small ones they would keep the thread from those that have yet to begin, and rows of those would come seconds later.
import { Turns } from '#bus/turns.ts';
import type { Clock } from '#clock/clock.ts';

/** While one lays out its nodes the answers for the others come. */
const AT_ONCE_MAX = 4;
/** One that waits for the log, or for a checkpoint from elsewhere, holds up nobody for longer. */
const GATHER_MS_MAX = 1_000;

export class Beginnings {
  readonly #turns = new Turns(AT_ONCE_MAX);
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** By G1. */
  turn<T>(run: () => Promise<T>): Promise<T> {
    return this.#turns.take(run);
  }

  /** By G2. */
  async gathered(): Promise<void> {
    const waited = new AbortController();
    await Promise.race([this.#turns.idle(), this.#clock.sleep(GATHER_MS_MAX, waited.signal).catch(() => {})]);
    waited.abort();
  }
}
