// The only door to time. Whatever waits, stamps or measures is given a Clock; nothing else reads the wall.
//
// C1. `now` may jump (the machine's time is set); `monotonicMs` never goes back. Durations use the second.
// C2. Timers fire no earlier than asked, in the order of their due times; equal due times fire in the order they were set.
// C3. A cancelled timer never fires, and cancelling twice, or from inside the timer itself, is harmless.
// C4. An error thrown by a timer's function is a bug and is not caught here.

/** Stops the timer it came from. */
export type Cancel = () => void;

export interface Clock {
  /** UTC, whole milliseconds since 1970. */
  now(): number;
  /** Milliseconds since an arbitrary point, fractions included: for durations only. */
  monotonicMs(): number;
  /** Waits `ms`. An aborted signal rejects with the signal's reason, at once and without leaving a timer. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `run` every `ms`, first after `ms`. */
  every(ms: number, run: () => void): Cancel;
  /** Calls `run` once, after `ms`. */
  after(ms: number, run: () => void): Cancel;
}

/** Timers of the runtime hold 31 bits; a longer wait would fire at once instead (24.8 days is no wait of ours). */
export const WAIT_MS_MAX = 2 ** 31 - 1;

/** Resolves once the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })));
}

/** One `sleep` for every clock, made of its `after`. */
export function sleepOn(clock: Pick<Clock, 'after'>, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const abort = (): void => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}
