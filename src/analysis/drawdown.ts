// A drawdown is the way below the highest equity so far; before the first row that is the opening cash.

export interface Drawdowns {
  readonly ratioMax: number;
  readonly ratioRootMeanSquare: number;
  /** Longest time below a peak: from the peak's row to the row that reaches it again, or to the last row. */
  readonly lengthMsMax: number;
}

/** NaN for no rows, and for an opening cash that is not above zero. */
export function drawdownsOf(t: Float64Array, equity: Float64Array, cash0: number): Drawdowns {
  let peak = cash0;
  let peakT = t[0]!;
  let ratioMax = equity.length > 0 && cash0 > 0 ? 0 : Number.NaN;
  let squares = 0;
  let lengthMsMax = 0;
  for (let row = 0; row < equity.length; row++) {
    const value = equity[row]!;
    if (value >= peak) {
      if (t[row]! - peakT > lengthMsMax && row > 0 && equity[row - 1]! < peak) lengthMsMax = t[row]! - peakT;
      peak = value;
      peakT = t[row]!;
      continue;
    }
    const ratio = (peak - value) / peak;
    squares += ratio * ratio;
    if (ratio > ratioMax) ratioMax = ratio;
    if (t[row]! - peakT > lengthMsMax) lengthMsMax = t[row]! - peakT;
  }
  return { ratioMax, ratioRootMeanSquare: Math.sqrt(squares / equity.length), lengthMsMax: equity.length > 0 ? lengthMsMax : Number.NaN };
}
