// The decisions of a supervisor, as pure functions over data. The words are Erlang/OTP's, but for `restartScope`: a strategy here is
// a trading strategy.
//
//   restart     ended by itself   failed   ended because a sibling failed
//   permanent   again             again    again
//   transient   done              again    again
//   temporary   done              done     done
//
//   scope   ended and started again along with the child that failed
//   one     nobody
//   rest    those added after it
//   all     all
//
//   a child     counts against the limit
//   ended       yes
//   failed      yes
//   failed by a Fault   no: it was expected and says what to mend, and ending its neighbours would mend nothing
import { isFault } from '#domain/fault.ts';

export type Restart = 'permanent' | 'transient' | 'temporary';
export type Exit = 'ended' | 'failed' | 'sibling';
export type RestartScope = 'one' | 'rest' | 'all';

export interface RestartTerms {
  readonly restartScope: RestartScope;
  /** The supervisor itself fails at the restart that is one too many within the period. */
  readonly restartsMax: number;
  readonly periodMs: number;
}

/** The first table. */
export function startsAgain(restart: Restart, exit: Exit): boolean {
  return restart === 'permanent' || (restart === 'transient' && exit !== 'ended');
}

/** The second table: those that are started anew, the failed one included, in the order they were added. */
export function restartedWith<T>(scope: RestartScope, failed: T, inOrder: readonly T[]): T[] {
  if (scope === 'one') return [failed];
  return scope === 'all' ? [...inOrder] : inOrder.slice(inOrder.indexOf(failed));
}

/** The third table. */
export function counts(failure: unknown): boolean {
  return !isFault(failure);
}

/** Remembers restarts for as long as the period. */
export class RestartLimit {
  readonly #terms: RestartTerms;
  readonly #timesMs: number[] = [];

  constructor(terms: RestartTerms) {
    this.#terms = terms;
  }

  /** Counts a restart; true when it is one too many. */
  passedBy(nowMs: number): boolean {
    const { restartsMax, periodMs } = this.#terms;
    this.#timesMs.push(nowMs);
    while (nowMs - this.#timesMs[0]! > periodMs) this.#timesMs.shift();
    return this.#timesMs.length > restartsMax;
  }
}

const BACKOFF_MS_MIN = 100;
const BACKOFF_MS_MAX = 5_000; // an operator who mends something sees it taken up while still looking

/** How long to wait before a start: twice as long after each failure in a row; `chance` in [0, 1) takes up to half of it away. */
export function backoffMs(failuresInRow: number, chance: number): number {
  return Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** failuresInRow) * (0.5 + chance / 2);
}
