// Whether a series of measurements keeps growing, or only goes up and down.
// Growth has to be both seen and large: Mann's test (Mann 1945, Kendall 1975) asks whether later values are larger more often than chance
// would have it, Theil and Sen's slope (the median over all pairs) how much that makes over the series. Neither minds single outliers.

/** One in a hundred flat series is taken for a growing one by the test alone. */
const Z_MAX = 2.326;
const GROWTH_RATIO_MAX = 0.1;
/** Fewer values cannot pass Z_MAX by enough to say anything. */
export const TREND_VALUES_MIN = 8;

export interface Trend {
  /** Per value. */
  readonly slope: number;
  /** Of Mann's test, with the correction for continuity and none for ties; 0 without any. */
  readonly z: number;
  /** What the slope makes over the whole series, by its median. */
  readonly growthRatio: number;
  /** Undefined when there are too few values to tell. */
  readonly isFlat: boolean | undefined;
}

export function trendOf(values: readonly number[]): Trend {
  const n = values.length;
  const slopes: number[] = [];
  let s = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      slopes.push((values[j]! - values[i]!) / (j - i));
      s += Math.sign(values[j]! - values[i]!);
    }
  }
  const z = s === 0 ? 0 : (s - Math.sign(s)) / Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const slope = middle(slopes);
  const growthRatio = middle(values) === 0 ? 0 : (slope * (n - 1)) / middle(values);
  return { slope, z, growthRatio, isFlat: n < TREND_VALUES_MIN ? undefined : z <= Z_MAX || growthRatio <= GROWTH_RATIO_MAX };
}

function middle(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = values.toSorted((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2;
}
