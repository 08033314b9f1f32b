// A clock that moves only when told to, for simulation and tests: the same calls give the same run.
//
// S1. Time stands still except inside `advance`, and there it is exactly the due time of the timer that runs.
// S2. Between two timers every promise that became ready runs to its end, so what a timer starts is done
//     (or waiting for this clock) before the next timer runs.

import assert from 'node:assert/strict';

import { type Cancel, type Clock, sleepOn, WAIT_MS_MAX } from './clock.ts';

interface Timer {
  dueMs: number;
  /** Order of setting; decides between equal due times. */
  order: number;
  readonly run: () => void;
  /** Undefined for a timer that fires once. */
  readonly everyMs: number | undefined;
}

export class SimulatedClock implements Clock {
  readonly #startMs: number;
  #elapsedMs = 0;
  #order = 0;
  #advancing = false;
  /** Latest first, so that the next timer is taken from the end. */
  readonly #timers: Timer[] = [];

  /** @param startMs UTC of the first moment; `elapsed` counts from there. */
  constructor(startMs = 0) {
    this.#startMs = startMs;
  }

  now(): number {
    return Math.floor(this.#startMs + this.#elapsedMs);
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal);
  }

  every(ms: number, run: () => void): Cancel {
    assert(ms > 0 && ms <= WAIT_MS_MAX, `a timer cannot repeat every ${ms} ms`);
    return this.#set({ dueMs: this.#elapsedMs + ms, order: 0, run, everyMs: ms });
  }

  after(ms: number, run: () => void): Cancel {
    assert(ms >= 0 && ms <= WAIT_MS_MAX, `a timer cannot wait ${ms} ms`);
    return this.#set({ dueMs: this.#elapsedMs + ms, order: 0, run, everyMs: undefined });
  }

  /** Moves time forward by `ms` and runs every timer that falls due, those set on the way included. */
  async advance(ms: number): Promise<void> {
    assert(ms >= 0, `time cannot move by ${ms} ms`);
    assert(!this.#advancing, 'advance was called while time was already moving');
    this.#advancing = true;
    try {
      const endMs = this.#elapsedMs + ms;
      await settled();
      for (let timer = this.#timers.at(-1); timer !== undefined && timer.dueMs <= endMs; timer = this.#timers.at(-1)) {
        this.#timers.pop();
        this.#elapsedMs = timer.dueMs;
        // Set again before it runs, so that the function may cancel its own timer.
        if (timer.everyMs !== undefined) {
          timer.dueMs += timer.everyMs;
          this.#set(timer);
        }
        timer.run();
        await settled(); // by S2
      }
      this.#elapsedMs = endMs;
    } finally {
      this.#advancing = false;
    }
  }

  /** Timers still to fire: zero after a clean stop. */
  get pending(): number {
    return this.#timers.length;
  }

  #set(timer: Timer): Cancel {
    timer.order = this.#order++;
    // Among equal due times the newest order goes in front, hence runs last.
    let index = this.#timers.length;
    while (index > 0 && (this.#timers[index - 1] as Timer).dueMs <= timer.dueMs) index--;
    this.#timers.splice(index, 0, timer);
    return () => {
      const at = this.#timers.indexOf(timer);
      if (at >= 0) this.#timers.splice(at, 1);
    };
  }
}

/** A turn of the event loop: every promise that is ready has run when it ends. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
