// What a programmer would write instead of a backtest: the loop, and nothing else. No books, no metrics; running sums that drift.

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
