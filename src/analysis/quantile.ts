// Quantiles without sorting everything: a sorted sample says between which two values the wanted ones lie, and only what lies there is sorted.

const SAMPLE_SIZE = 4_096;
const MARGIN = Math.sqrt(SAMPLE_SIZE); // a rank scatters by √(m·q·(1 − q)): this is 2 deviations at the median, 4.6 at q = 0.05

/** Quantiles of type 7 (Hyndman and Fan 1996, the default of R and NumPy): linear between the order statistics around (n − 1)·q. NaN for no values. */
export function quantilesOf(values: Float64Array, probabilities: readonly number[]): number[] {
  const stride = Math.max(Math.floor(values.length / SAMPLE_SIZE), 1);
  const sample = Float64Array.from({ length: Math.ceil(values.length / stride) }, (_, k) => values[k * stride]!).toSorted();
  const scratch = new Float64Array(values.length);
  return probabilities.map((probability) => {
    const place = (values.length - 1) * probability;
    const below = Math.floor(place);
    const [low, high] = neighbours(values, sample, scratch, probability, below);
    return low + (high - low) * (place - below);
  });
}

/** The values of rank k and k + 1, counted from 0; the last one twice. Exact however the sample fell: when they lie elsewhere, everything is sorted. */
function neighbours(values: Float64Array, sample: Float64Array, between: Float64Array, probability: number, k: number): [number, number] {
  const rank = (sample.length - 1) * probability;
  const from = sample[Math.floor(rank - MARGIN)] ?? Number.NEGATIVE_INFINITY;
  const to = sample[Math.ceil(rank + MARGIN)] ?? Number.POSITIVE_INFINITY;
  let before = 0;
  let count = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (value < from) before++;
    else if (value <= to) between[count++] = value;
  }
  const inside = k >= before && k + 1 < before + count;
  const sorted = inside ? between.subarray(0, count).toSorted() : values.toSorted();
  const at = inside ? k - before : k;
  const low = sorted[at] ?? Number.NaN;
  return [low, sorted[at + 1] ?? low];
}
