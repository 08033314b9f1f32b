// Sharpe ratio and volatility of the last stretch of bars, along a run.
//
// W1. Returns are cut into blocks of equal length, and a window is a whole number of them: its moments are merged from those of its blocks
//     (Chan, Golub and LeVeque 1983), so nothing is ever subtracted, and a stretch without a move has a volatility of exactly 0.

export interface Rolling {
  /** Rows the figures stand at: each is the last row of its window. */
  readonly rows: Int32Array;
  /** Mean / standard deviation of bar returns × √(bars per year); NaN where nothing moved. */
  readonly sharpe: Float64Array;
  /** Standard deviation of bar returns × √(bars per year). */
  readonly volatility: Float64Array;
  /** Returns in a window. */
  readonly windowBars: number;
}

/** A standard deviation of fewer returns says nothing. */
const WINDOW_BARS_MIN = 20;

/** Half a year of bars, or a quarter of the run where that is shorter. */
export function windowBarsOf(returns: number, barsPerYear: number): number {
  return Math.round(Math.min(barsPerYear / 2, returns / 4));
}

/** At most `pointsMax` figures and a bit. `returns[k]` is that of row k + 1. Without figures where a window would have fewer than 20 returns. */
export function rollingOf(returns: Float64Array, barsPerYear: number, windowBars: number, pointsMax: number): Rolling {
  if (windowBars < WINDOW_BARS_MIN) return { rows: new Int32Array(0), sharpe: new Float64Array(0), volatility: new Float64Array(0), windowBars };
  const stride = Math.max(Math.min(Math.floor(returns.length / pointsMax), windowBars), 1);
  const blocks = Math.floor(returns.length / stride);
  const perWindow = Math.round(windowBars / stride);
  const means = new Float64Array(blocks);
  const squares = new Float64Array(blocks);
  for (let block = 0; block < blocks; block++) {
    const own = returns.subarray(block * stride, (block + 1) * stride);
    let sum = 0;
    for (const value of own) sum += value;
    const mean = sum / stride;
    let around = 0;
    for (const value of own) around += (value - mean) ** 2;
    means[block] = mean;
    squares[block] = around;
  }
  const count = Math.max(blocks - perWindow + 1, 0);
  const perRootYear = Math.sqrt(barsPerYear);
  const sharpe = new Float64Array(count);
  const volatility = new Float64Array(count);
  for (let first = 0; first < count; first++) {
    let mean = means[first]!;
    let around = squares[first]!;
    for (let k = 1; k < perWindow; k++) {
      const distance = means[first + k]! - mean;
      mean += distance / (k + 1);
      around += squares[first + k]! + (distance * distance * stride * k) / (k + 1);
    }
    const deviation = Math.sqrt(around / (perWindow * stride - 1));
    volatility[first] = deviation * perRootYear;
    sharpe[first] = deviation === 0 ? Number.NaN : (mean / deviation) * perRootYear;
  }
  return { rows: Int32Array.from(sharpe, (_, first) => (first + perWindow) * stride), sharpe, volatility, windowBars: perWindow * stride };
}
