// What a programmer would write instead: the same work in plain JavaScript, for the one case and nothing else. No warm-up gate, no
// cache, no checkpoint; running sums that drift.
import { CLOSE, EMA_PERIOD, SMA_PERIOD } from '../dag.ts';

/** SMA20 → EMA10 → signal, one call per row. */
export class ThreeNodesByHand {
  readonly #window = new Float64Array(SMA_PERIOD);
  #at = 0;
  #rows = 0;
  #sum = 0;
  #trend = 0;

  push(close: number): number {
    this.#sum += close - this.#window[this.#at]!;
    this.#window[this.#at] = close;
    if (++this.#at === SMA_PERIOD) this.#at = 0;
    const average = this.#sum / SMA_PERIOD;
    if (++this.#rows < SMA_PERIOD) return Number.NaN;
    this.#trend = this.#rows === SMA_PERIOD ? average : this.#trend + (2 / (EMA_PERIOD + 1)) * (average - this.#trend);
    return average > this.#trend ? 1 : 0;
  }
}

/** The same over a whole column. */
export function threeNodesInOneLoop(columns: readonly Float64Array[], signal: Float64Array): void {
  const close = columns[CLOSE]!;
  const weight = 2 / (EMA_PERIOD + 1);
  let sum = 0;
  let trend = 0;
  for (let row = 0; row < close.length; row++) {
    sum += close[row]! - (row >= SMA_PERIOD ? close[row - SMA_PERIOD]! : 0);
    if (row < SMA_PERIOD - 1) continue;
    const average = sum / SMA_PERIOD;
    trend = row === SMA_PERIOD - 1 ? average : trend + weight * (average - trend);
    signal[row] = average > trend ? 1 : 0;
  }
}
