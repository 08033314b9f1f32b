// What the bar returns of a run say about it: growth, spread, and one against the other.
import type { CurveWords } from '#kernels/account-room.ts';
import { type ReturnShape, shapeOf } from '#kernels/equity-curve.ts';
import { known, ratio, returnOf } from './defined.ts';
import { meanOf, type Moments, momentsFrom } from './moments.ts';
import { probabilisticSharpe } from './overfit.ts';
import { type Tail, type TailBounds, tailsOf } from './quantile.ts';

/** What the first two moments tell; a sweep works these out without keeping the returns. */
export interface ReturnRatios {
  /** Standard deviation of bar returns × √(bars per year). */
  readonly volatility: number | null;
  /** √(mean of squared negative returns, over all bars) × √(bars per year). Sortino and Price (1994), target 0. */
  readonly downsideDeviation: number | null;
  /** Mean / standard deviation of bar returns × √(bars per year). Sharpe (1994), "The Sharpe Ratio". */
  readonly sharpe: number | null;
  /** Mean of bar returns / √(mean of squared negative returns, over all bars) × √(bars per year). Sortino and Price (1994). */
  readonly sortino: number | null;
  /** Sum of positive bar returns / sum of negative ones, unsigned. Keating and Shadwick (2002), threshold 0. */
  readonly omega: number | null;
}

export interface ReturnMetrics extends ReturnRatios {
  /** √((1 + S² / 2) / n) × √(bars per year), where S is the Sharpe ratio of one bar and n the number of returns. Lo (2002), "The Statistics of Sharpe Ratios", for independent returns. */
  readonly sharpeStandardError: number | null;
  /**
   * Probability that the true Sharpe ratio is above 0: Φ(S·√(n − 1) / √(1 − g1·S + (g2 + 2) / 4 · S²)) with S of one bar,
   * g1 the skewness and g2 the excess kurtosis of the returns, not bias corrected. Bailey and López de Prado (2012), "The Sharpe Ratio Efficient Frontier".
   */
  readonly probabilisticSharpe: number | null;
  /** Mean of max(return, 0) / √(mean of squared negative returns), both over all bars, of one bar. Sortino, van der Meer and Plantinga (1999). */
  readonly upsidePotential: number | null;
  /** Share of bars with a return above 0. */
  readonly positiveBarRatio: number | null;
  /** Sample skewness, bias corrected: G1 of Joanes and Gill (1998). */
  readonly skew: number | null;
  /** Sample excess kurtosis, bias corrected: G2 of Joanes and Gill (1998). */
  readonly kurtosis: number | null;
  /** Loss per bar not exceeded in 95 % of bars: minus the 5 % quantile of bar returns (Hyndman and Fan 1996, type 7). */
  readonly valueAtRisk95: number | null;
  /** Mean loss of the bars at or beyond valueAtRisk95. Rockafellar and Uryasev (2000). */
  readonly conditionalValueAtRisk95: number | null;
  /** The same for 99 % of bars and the 1 % quantile. */
  readonly valueAtRisk99: number | null;
  readonly conditionalValueAtRisk99: number | null;
  /** |95 % quantile| / |5 % quantile| of bar returns. */
  readonly tailRatio: number | null;
  /** Omega × tail ratio. Bernut, "Common sense ratio", with his gain-to-pain ratio taken of bar returns. */
  readonly commonSense: number | null;
}

export function returnRatios({ mean, deviation, downsideDeviation, gains, losses }: Pick<Moments, 'mean' | 'deviation' | 'downsideDeviation' | 'gains' | 'losses'>, barsPerYear: number): ReturnRatios {
  const perRootYear = Math.sqrt(barsPerYear);
  return {
    volatility: known(deviation * perRootYear),
    downsideDeviation: known(downsideDeviation * perRootYear),
    sharpe: known(barSharpeOf(mean, deviation) * perRootYear),
    sortino: ratio(mean * perRootYear, downsideDeviation),
    omega: ratio(gains, losses),
  };
}

function barSharpeOf(mean: number, deviation: number): number {
  return deviation === 0 ? Number.NaN : mean / deviation;
}

const TAIL_SHARES = { low: [0.01, 0.05], high: [0.05] };

/** Of an equity curve and what it adds up to. */
export function returnMetrics(equity: Float64Array, curve: CurveWords, barsPerYear: number): ReturnMetrics {
  const n = Math.max(equity.length - 1, 0);
  const { shape, low, high } = lookAt(equity, meanOf(curve, n), n);
  const moments = momentsFrom(curve, shape, n);
  const { mean, deviation, downsideDeviation, gains, positives, skewOfValues, kurtosisOfValues, skew, kurtosis } = moments;
  const ratios = returnRatios(moments, barsPerYear);
  const barSharpe = barSharpeOf(mean, deviation);
  const [low1, low5] = low.quantiles as [number, number];
  const [mean1, mean5] = low.means as [number, number];
  const [high5] = high.quantiles as [number];
  const { omega } = ratios;
  const tailRatio = ratio(Math.abs(high5), Math.abs(low5));
  return {
    ...ratios,
    sharpeStandardError: known(Math.sqrt((1 + barSharpe ** 2 / 2) / n) * Math.sqrt(barsPerYear)),
    probabilisticSharpe: probabilisticSharpe({ barSharpe, returns: n, skew: skewOfValues, kurtosis: kurtosisOfValues }, 0),
    upsidePotential: ratio(gains / n, downsideDeviation),
    positiveBarRatio: Number.isFinite(mean) ? ratio(positives, n) : null,
    skew: known(skew),
    kurtosis: known(kurtosis),
    valueAtRisk95: known(0 - low5),
    conditionalValueAtRisk95: known(0 - mean5),
    valueAtRisk99: known(0 - low1),
    conditionalValueAtRisk99: known(0 - mean1),
    tailRatio,
    commonSense: omega === null || tailRatio === null ? null : known(omega * tailRatio),
  };
}

/** The second pass over the returns: their shape and their tails at once. By C4 there are no tails where a return is not defined. */
function lookAt(equity: Float64Array, mean: number, n: number): { shape: ReturnShape; low: Tail; high: Tail } {
  let shape: ReturnShape | undefined;
  const at = (row: number): number => returnOf(equity[row]!, equity[row + 1]!);
  const collect = (bounds: TailBounds, low: Float64Array, high: Float64Array): ReturnShape => (shape = shapeOf(equity, mean, bounds, low, high));
  const tails = tailsOf({ length: Number.isNaN(mean) ? 0 : n, at, collect, all: () => returnsOf(equity) }, TAIL_SHARES);
  return { shape: shape!, ...tails };
}

/** C1: value[i + 1] / value[i] − 1; by C7 NaN behind a value that is not above 0. */
export function returnsOf(values: Float64Array): Float64Array {
  const returns = new Float64Array(Math.max(values.length - 1, 0));
  for (let row = 0; row < returns.length; row++) returns[row] = returnOf(values[row]!, values[row + 1]!);
  return returns;
}
