// What a programmer would write instead: the same work in plain JavaScript, for the one case and nothing else. No warm-up gate, no
// cache, no checkpoint; running sums that drift.
import { CLOSE, EMA_PERIOD, SMA_PERIOD } from './dag.ts';

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

export interface CrossoverAnswer {
  readonly entries: number;
  readonly equity: number;
}

/** The crossover job on floats: averages from running sums, fills at the next open, 0.1 % a side. */
export function crossoverByHand(open: Float64Array, close: Float64Array, fast: number, slow: number): CrossoverAnswer {
  let fastSum = 0;
  let slowSum = 0;
  let previous = Number.NaN;
  let position = 0;
  let order = 0;
  let cash = 100_000;
  let entries = 0;
  for (let row = 0; row < close.length; row++) {
    if (order !== 0) {
      cash -= order * open[row]! + open[row]! * 0.001;
      position += order;
      if (order > 0) entries++;
      order = 0;
    }
    fastSum += close[row]!;
    if (row >= fast) fastSum -= close[row - fast]!;
    slowSum += close[row]!;
    if (row >= slow) slowSum -= close[row - slow]!;
    if (row < slow - 1) continue;
    const difference = fastSum / fast - slowSum / slow;
    if (difference > 0 && previous <= 0 && position === 0) order = 1;
    else if (difference < 0 && previous >= 0 && position === 1) order = -1;
    previous = difference;
  }
  return { entries, equity: cash + position * close.at(-1)! };
}
