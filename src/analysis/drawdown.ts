// A drawdown is the way below the highest equity so far; before the first row that is the opening cash.
// It lasts from the peak's row to the row that reaches the peak again, or to the last row.

import type { CurveWords } from '#kernels/account-room.ts';

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

/** Times of the drawdowns that are over, as `curveOf` shows them. */
export class DrawdownTimes {
  readonly #t: Float64Array;
  max = 0;
  sum = 0;

  /** Open times of the rows, UTC ms. */
  constructor(t: Float64Array) {
    this.#t = t;
  }

  /** One from its first row to the row that stood at the peak again, or to the last there is. */
  add(from: number, to: number): void {
    const length = this.#t[to]! - this.#t[Math.max(from - 1, 0)]!;
    this.sum += length;
    this.max = Math.max(this.max, length);
  }
}

/** Of a curve of so many rows; the last drawdown may still stand. NaN for no rows, and for an opening cash that is not above zero. The means of no drawdown are NaN. */
export function drawdownsOf(curve: CurveWords, times: DrawdownTimes, rows: number, cash0: number): Drawdowns {
  if (rows === 0 || !(cash0 > 0)) return UNDEFINED;
  const { deepest, peak } = curve;
  const isOpen = deepest > 0;
  if (isOpen) times.add(curve.began, rows - 1);
  const ratio = deepest / peak;
  const count = curve.drawdowns + Number(isOpen);
  const squares = curve.belowRatioSquares + (curve.belowSquares + curve.belowSquaresToo) / (peak * peak);
  return {
    count,
    depthRatioMax: Math.max(curve.depthRatioMax, ratio),
    depthRatioMean: (curve.ratioSum + ratio) / count,
    depthRatioNorm: Math.sqrt(curve.ratioSquares + ratio * ratio),
    depthMax: Math.max(curve.depthMax, deepest),
    ratioRootMeanSquare: Math.sqrt(squares / rows),
    lengthMsMax: times.max,
    lengthMsMean: times.sum / count,
    rowsBelow: curve.rowsBelow + (isOpen ? rows - curve.began : 0),
  };
}
