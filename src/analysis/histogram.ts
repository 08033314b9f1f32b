// How often values fell where, in bins a reader can count in.

export interface Histogram {
  /** Lower edge of the first bin, a multiple of the width; zero is always an edge where it lies among them. */
  readonly from: number;
  /** 1, 2 or 5 × 10^k. */
  readonly width: number;
  /** Bin k holds from + k·width ≤ value < from + (k + 1)·width. */
  readonly counts: Int32Array;
  readonly mean: number;
  /** Of a sample (n − 1). */
  readonly deviation: number;
}

const BINS_MAX = 80; // narrower ones are no longer told apart on a screen

/** The width is that of Freedman and Diaconis (1981), 2 · interquartile range / ∛n, rounded down to a step people count in. Undefined for fewer than two distinct values. */
export function histogramOf(values: Float64Array): Histogram | undefined {
  const n = values.length;
  const sorted = values.toSorted();
  const [low, high] = [sorted[0]!, sorted[n - 1]!];
  if (!(n > 1 && Number.isFinite(low) && Number.isFinite(high) && low < high)) return undefined;
  const wanted = (2 * (quantile(sorted, 0.75) - quantile(sorted, 0.25))) / Math.cbrt(n);
  const width = Math.max(stepTo(wanted), stepFrom((high - low) / BINS_MAX));
  const first = Math.floor(low / width);
  const counts = new Int32Array(Math.floor(high / width) - first + 1);
  for (const value of values) {
    const bin = Math.floor(value / width) - first;
    counts[bin] = counts[bin]! + 1;
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  return { from: first * width, width, counts, mean, deviation };
}

/** Type 7 of Hyndman and Fan (1996): linear between the order statistics around (n − 1)·q. */
export function quantile(sorted: Float64Array, q: number): number {
  const place = (sorted.length - 1) * q;
  const k = Math.floor(place);
  const value = sorted[k] ?? Number.NaN;
  return value + ((sorted[k + 1] ?? value) - value) * (place - k);
}

/** The least of 1, 2 and 5 × 10^k that is not below a size. */
export function stepFrom(size: number): number {
  return stepsAround(size).find((step) => step >= size * (1 - 1e-12))!;
}

/** The largest of them that is not above it; 0 for none. */
function stepTo(size: number): number {
  return size > 0 ? stepsAround(size).findLast((step) => step <= size * (1 + 1e-12))! : 0;
}

function stepsAround(size: number): number[] {
  const power = 10 ** Math.floor(Math.log10(size));
  return [0.5, 1, 2, 5, 10].map((digit) => digit * power);
}
