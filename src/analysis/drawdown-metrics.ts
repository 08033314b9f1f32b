// What the drawdowns of a run say about it, and what it earned for them. Every drawdown counts, however small.
import { known, ratio } from './defined.ts';
import type { Drawdowns } from './drawdown.ts';

export interface DrawdownMetrics {
  /** Largest (peak − equity) / peak, in [0, 1] for an account that stays solvent. */
  readonly maxDrawdownRatio: number | null;
  /** Largest peak − equity, in cash. */
  readonly maxDrawdown: number | null;
  /** Longest time from a peak to the row that reaches it again, or to the last row. */
  readonly maxDrawdownMs: number | null;
  readonly drawdowns: number;
  /** Means over all drawdowns of the largest ratio within each, and of their lengths. */
  readonly averageDrawdownRatio: number | null;
  readonly averageDrawdownMs: number | null;
  /** Share of rows below a peak. */
  readonly underWaterRatio: number | null;
  /** Root of the mean squared drawdown ratio over all rows. Martin and McCann (1989), "Ulcer Index". */
  readonly ulcerIndex: number | null;
  /** CAGR / largest drawdown ratio. Young (1991). */
  readonly calmar: number | null;
  /** CAGR / ulcer index: the ulcer performance index. Martin and McCann (1989). */
  readonly martin: number | null;
  /** CAGR / root of the sum of the squared ratios of all drawdowns. Burke (1994), "A Sharper Sharpe Ratio". */
  readonly burke: number | null;
  /** CAGR / mean ratio of all drawdowns. The Sterling ratio of Bacon (2008), "Practical Portfolio Performance Measurement and Attribution". */
  readonly sterling: number | null;
  /** Money gained over the whole run / largest drawdown in cash. Usual in MetaTrader as "recovery factor". */
  readonly recoveryFactor: number | null;
}

export function drawdownMetrics(equity: Float64Array, found: Drawdowns, cash0: number, cagr: number): DrawdownMetrics {
  return {
    maxDrawdownRatio: known(found.depthRatioMax),
    maxDrawdown: known(found.depthMax),
    maxDrawdownMs: known(found.lengthMsMax),
    drawdowns: found.count,
    averageDrawdownRatio: known(found.depthRatioMean),
    averageDrawdownMs: known(found.lengthMsMean),
    underWaterRatio: ratio(found.rowsBelow, equity.length),
    ulcerIndex: known(found.ratioRootMeanSquare),
    calmar: ratio(cagr, found.depthRatioMax),
    martin: ratio(cagr, found.ratioRootMeanSquare),
    burke: ratio(cagr, found.depthRatioNorm),
    sterling: ratio(cagr, found.depthRatioMean),
    recoveryFactor: ratio((equity.at(-1) ?? Number.NaN) - cash0, found.depthMax),
  };
}
