// Both tails of a series without sorting it: ranks of a sample say beyond which value each tail lies, one pass collects what lies there,
// and a selection finds the wanted ranks among it.

const SAMPLE_SIZE = 4_096;
const MARGIN = Math.sqrt(SAMPLE_SIZE); // a rank scatters by √(m·q·(1 − q)): this is 2 deviations at the median, 4.6 at q = 0.05
const ROOM = 2; // times what the sample promises a tail to hold; what is written beyond it is dropped, and counted

export interface Tail {
  /** Of each share asked for, its quantile counted from this end: type 7 of Hyndman and Fan (1996), linear between the order statistics around (n − 1)·q. */
  readonly quantiles: readonly number[];
  /** Of each share, the mean of the values at or beyond its quantile. */
  readonly means: readonly number[];
}

/** Shares of the values, counted from either end: rising, at most ½, one at least of each. */
export interface TailShares {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** A series that is read as often as is needed, and need not be kept. */
export interface Series {
  readonly length: number;
  readonly at: (row: number) => number;
  /** Collects the values up to `lowTo`, and those from `highFrom` on, negated, as far as there is room for them; answers how many there are of each. */
  readonly collect: (bounds: TailBounds, low: Float64Array, high: Float64Array) => { readonly lowFound: number; readonly highFound: number };
  readonly all: () => Float64Array;
}

export interface TailBounds {
  readonly lowTo: number;
  readonly highFrom: number;
}

/** The low and the high end of a series of numbers. NaN for no values. */
export function tailsOf(series: Series, shares: TailShares): { low: Tail; high: Tail } {
  const { length } = series;
  const largest = Math.max(...shares.low, ...shares.high);
  const stride = Math.max(Math.floor(length / SAMPLE_SIZE), 1);
  const sample = new Float64Array(Math.ceil(length / stride));
  for (let k = 0; k < sample.length; k++) sample[k] = series.at(k * stride);
  const rank = Math.ceil((sample.length - 1) * largest + MARGIN);
  const [lowTo, highFrom] = rank < sample.length ? [ranked(sample, rank), ranked(sample, sample.length - 1 - rank)] : [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const room = Math.min(Math.ceil((ROOM * length * rank) / sample.length), length);
  const low = new Float64Array(room);
  const high = new Float64Array(room); // negated, so that this end too is found as a low one
  const { lowFound, highFound } = series.collect({ lowTo, highFrom }, low, high);
  // Exact however the sample fell: a tail too short for its ranks, or too long for its room, is the whole series instead.
  const needed = Math.min(Math.floor((length - 1) * largest) + 2, length);
  const lowest = lowFound >= needed && lowFound <= room ? low.subarray(0, lowFound) : series.all();
  const highest = highFound >= needed && highFound <= room ? high.subarray(0, highFound) : series.all().map((value) => -value);
  const mirrored = tailOf(highest, length, shares.high);
  return { low: tailOf(lowest, length, shares.low), high: { quantiles: mirrored.quantiles.map((value) => 0 - value), means: mirrored.means.map((value) => 0 - value) } };
}

/** Of no values. */
function undefinedTail(shares: readonly number[]): Tail {
  return { quantiles: shares.map(() => Number.NaN), means: shares.map(() => Number.NaN) };
}

/** @param values the lowest of `length` values, reordered here. */
function tailOf(values: Float64Array, length: number, shares: readonly number[]): Tail {
  if (length === 0) return undefinedTail(shares);
  let from = 0;
  const found = shares.map((share) => {
    const place = (length - 1) * share;
    const k = Math.floor(place);
    select(values, k, from);
    from = k;
    const value = values[k]!;
    const quantile = value + (lowestFrom(values, k + 1, value) - value) * (place - k);
    return { quantile, mean: meanUpTo(values, quantile) };
  });
  return { quantiles: found.map(({ quantile }) => quantile), means: found.map(({ mean }) => mean) };
}

/** The value of a rank; the others are reordered. */
function ranked(values: Float64Array, rank: number): number {
  select(values, rank, 0);
  return values[rank]!;
}

/** Puts the value of rank `k` in its place, nothing above it before and nothing below it after: Hoare (1961), "Algorithm 65: Find". Ranks below `from` are in theirs. */
function select(values: Float64Array, k: number, from: number): void {
  let first = from;
  let last = values.length - 1;
  while (first < last) {
    const pivot = values[(first + last) >>> 1]!;
    let up = first;
    let down = last;
    while (up <= down) {
      while (values[up]! < pivot) up++;
      while (values[down]! > pivot) down--;
      if (up > down) break;
      const value = values[up]!;
      values[up++] = values[down]!;
      values[down--] = value;
    }
    if (k <= down) last = down;
    else if (k >= up) first = up;
    else return;
  }
}

/** The lowest value from a place on; `none` where no value is. */
function lowestFrom(values: Float64Array, from: number, none: number): number {
  let lowest = values[from] ?? none;
  for (let row = from + 1; row < values.length; row++) if (values[row]! < lowest) lowest = values[row]!;
  return lowest;
}

function meanUpTo(values: Float64Array, limit: number): number {
  let total = 0;
  let count = 0;
  for (let row = 0; row < values.length; row++) {
    if (values[row]! > limit) continue;
    total += values[row]!;
    count++;
  }
  return total / count;
}
