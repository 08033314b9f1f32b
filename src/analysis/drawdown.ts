// A drawdown is the way below the highest equity so far; before the first row that is the opening cash.
// It lasts from the peak's row to the row that reaches the peak again, or to the last row.

export interface Drawdowns {
  readonly count: number;
  /** Of (peak − equity) / peak at the deepest row of each: the largest, the mean, and the root of the sum of squares. */
  readonly depthRatioMax: number;
  readonly depthRatioMean: number;
  readonly depthRatioNorm: number;
  /** Largest peak − equity, in cash. */
  readonly depthMax: number;
  /** Of (peak − equity) / peak over all rows. */
  readonly ratioRootMeanSquare: number;
  readonly lengthMsMax: number;
  readonly lengthMsMean: number;
  /** Rows below a peak. */
  readonly rowsBelow: number;
}

const UNDEFINED: Drawdowns = {
  count: 0, depthRatioMax: Number.NaN, depthRatioMean: Number.NaN, depthRatioNorm: Number.NaN, depthMax: Number.NaN,
  ratioRootMeanSquare: Number.NaN, lengthMsMax: Number.NaN, lengthMsMean: Number.NaN, rowsBelow: Number.NaN,
};

/** NaN for no rows, and for an opening cash that is not above zero. The means of no drawdown are NaN. */
export function drawdownsOf(t: Float64Array, equity: Float64Array, cash0: number): Drawdowns {
  const rows = equity.length;
  if (rows === 0 || !(cash0 > 0)) return UNDEFINED;
  let [depthRatioMax, depthRatioSum, depthRatioSquares, depthMax, lengthMsMax, lengthMsSum] = [0, 0, 0, 0, 0, 0];
  let [count, rowsBelow, squares] = [0, 0, 0];
  let peak = cash0;
  for (let row = 0; ; ) {
    while (row < rows && equity[row]! >= peak) peak = equity[row++]!;
    if (row === rows) break;
    const from = row;
    // Within one drawdown the peak stands still: its deepest row and its squares need no division.
    let deepest = 0;
    let squaresBelow = 0;
    for (; row < rows && !(equity[row]! >= peak); row++) {
      const below = peak - equity[row]!;
      squaresBelow += below * below;
      if (below > deepest) deepest = below;
    }
    const length = t[Math.min(row, rows - 1)]! - t[Math.max(from - 1, 0)]!;
    const ratio = deepest / peak;
    count++;
    rowsBelow += row - from;
    squares += squaresBelow / (peak * peak);
    depthRatioSum += ratio;
    depthRatioSquares += ratio * ratio;
    depthRatioMax = Math.max(depthRatioMax, ratio);
    depthMax = Math.max(depthMax, deepest);
    lengthMsSum += length;
    lengthMsMax = Math.max(lengthMsMax, length);
  }
  return {
    count,
    depthRatioMax,
    depthRatioMean: depthRatioSum / count,
    depthRatioNorm: Math.sqrt(depthRatioSquares),
    depthMax,
    ratioRootMeanSquare: Math.sqrt(squares / rows),
    lengthMsMax,
    lengthMsMean: lengthMsSum / count,
    rowsBelow,
  };
}
