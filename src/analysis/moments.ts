// Moments of a series of returns: one pass for the mean, one for what stands around it.
import { ReturnTally } from './return-tally.ts';

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

/** NaN where there are too few values or they do not differ. */
export function momentsOf(values: Float64Array): Moments {
  const n = values.length;
  const tally = new ReturnTally();
  tally.add(values, n);
  const mean = tally.sum / n;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let leftOver = 0;
  for (let row = 0; row < n; row++) {
    const d = values[row]! - mean;
    const square = d * d;
    leftOver += d;
    second += square;
    third += square * d;
    fourth += square * square;
  }
  // The squares are taken around a mean that is itself rounded; this removes what that left (Chan, Golub and LeVeque 1983).
  second -= (leftOver * leftOver) / n;
  const m2 = second / n;
  const skewness = third / n / (m2 * Math.sqrt(m2));
  const excess = fourth / n / (m2 * m2) - 3;
  return {
    mean,
    deviation: tally.deviation(n) ?? (n > 1 ? Math.sqrt(second / (n - 1)) : Number.NaN),
    downsideDeviation: tally.downsideDeviation(n),
    gains: tally.gains,
    losses: tally.losses,
    positives: tally.positives,
    skewOfValues: skewness,
    kurtosisOfValues: excess,
    skew: n > 2 ? (skewness * Math.sqrt(n * (n - 1))) / (n - 2) : Number.NaN,
    kurtosis: n > 3 ? ((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * excess + 6) : Number.NaN,
  };
}

/** Sum whose rounding error is carried along. */
export function compensatedSum(values: Float64Array): number {
  const tally = new ReturnTally();
  tally.add(values, values.length);
  return tally.sum;
}
