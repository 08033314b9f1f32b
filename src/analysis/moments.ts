// Moments of the returns of an equity curve: one pass for the mean, one for what stands around it.
import type { CurveWords } from '#kernels/account-room.ts';
import { curveOf, type ReturnShape, shapeOf } from '#kernels/equity-curve.ts';

/** Below this share of the sum of squares the variance is what rounding left of a difference, and is taken around the mean instead. */
const CANCELLED = 2 ** -8;

export interface Moments {
  readonly mean: number;
  /** Of a sample (n − 1); NaN below two values. */
  readonly deviation: number;
  /** Root of the mean of min(value, 0)², over all values. */
  readonly downsideDeviation: number;
  /** Sum of the positive values, and of the negative ones, unsigned. */
  readonly gains: number;
  readonly losses: number;
  /** Values above 0. */
  readonly positives: number;
  /** Skewness g1 and excess kurtosis g2 of the values themselves, and bias-corrected G1 and G2: Joanes and Gill (1998), "Comparing measures of sample skewness and kurtosis". */
  readonly skewOfValues: number;
  readonly kurtosisOfValues: number;
  readonly skew: number;
  readonly kurtosis: number;
}

/** Of the `n` returns of a curve with these sums, and this shape around their mean. NaN where there are too few or they do not differ. */
export function momentsFrom(curve: CurveWords, { leftOver, second: squares, third, fourth }: ReturnShape, n: number): Moments {
  // The squares are taken around a mean that is itself rounded; this removes what that left (Chan, Golub and LeVeque 1983).
  const second = squares - (leftOver * leftOver) / n;
  const m2 = second / n;
  const skewness = third / n / (m2 * Math.sqrt(m2));
  const excess = fourth / n / (m2 * m2) - 3;
  return {
    mean: meanOf(curve, n),
    deviation: deviationOf(curve, n) ?? (n > 1 ? Math.sqrt(second / (n - 1)) : Number.NaN),
    downsideDeviation: downsideDeviationOf(curve, n),
    gains: curve.gains,
    losses: curve.losses,
    positives: curve.positives,
    skewOfValues: skewness,
    kurtosisOfValues: excess,
    skew: n > 2 ? (skewness * Math.sqrt(n * (n - 1))) / (n - 2) : Number.NaN,
    kurtosis: n > 3 ? ((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * excess + 6) : Number.NaN,
  };
}

/** Of the returns of an equity curve. */
export function momentsOf(equity: Float64Array): Moments {
  const n = Math.max(equity.length - 1, 0);
  const curve = curveOf(equity, 0, () => {});
  return momentsFrom(curve, shapeOf(equity, meanOf(curve, n), { lowTo: Number.NaN, highFrom: Number.NaN }, new Float64Array(0), new Float64Array(0)), n);
}

type Sums = Pick<CurveWords, 'sum' | 'sumError' | 'squares'>;

/** Mean of `n` returns. */
export function meanOf({ sum, sumError }: Pick<Sums, 'sum' | 'sumError'>, n: number): number {
  return (sum + sumError) / n;
}

/** Standard deviation of a sample (n − 1) of `n` returns; undefined where only the returns themselves tell it. */
export function deviationOf({ sum, sumError, squares }: Sums, n: number): number | undefined {
  const total = sum + sumError;
  const second = squares - (total * total) / n;
  return n > 1 && second > squares * CANCELLED ? Math.sqrt(second / (n - 1)) : undefined;
}

/** Root of the mean of min(return, 0)², over `n` returns. */
export function downsideDeviationOf({ downside }: Pick<CurveWords, 'downside'>, n: number): number {
  return Math.sqrt(downside / n);
}

/** Sum whose rounding error is carried along: Neumaier (1974). */
export function compensatedSum(values: Float64Array): number {
  let [total, error] = [0, 0];
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    const next = total + value;
    error += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + error;
}
