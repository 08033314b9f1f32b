// The crossover job: 500,000 bars from integers only, and an answer in exact integers (9,784 round trips, equity 85,502.80096).
// Bars are SplitMix64 (Vigna 2015) walks in cents; the generator is a second writing of the job's own, proven by the sha256 of the file both make.

export const CROSSOVER_SHA256 = 'e51d260afa0cc11590aa4141623330bee9961bf2afa6d939691254a14c95c937';

export interface CentBars {
  readonly t: Float64Array;
  readonly open: Int32Array;
  readonly high: Int32Array;
  readonly low: Int32Array;
  readonly close: Int32Array;
  readonly volume: Int32Array;
}

function splitMix64(seed: bigint): () => bigint {
  const mask = (1n << 64n) - 1n;
  let state = seed;
  return () => {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
    return z ^ (z >> 31n);
  };
}

export function generateBars(count: number, seed: number): CentBars {
  const random = splitMix64(BigInt(seed));
  const below = (limit: bigint): number => Number(random() % limit);
  const bars = { t: new Float64Array(count), open: new Int32Array(count), high: new Int32Array(count), low: new Int32Array(count), close: new Int32Array(count), volume: new Int32Array(count) };
  let last = 100_000;
  for (let row = 0; row < count; row++) {
    const open = Math.max(last + below(11n) - 5, 10_000);
    let high = open;
    let low = open;
    let price = open;
    for (let step = 0; step < 8; step++) {
      price += below(61n) - 30;
      if (price < 10_000) price = 20_000 - price;
      high = Math.max(high, price);
      low = Math.min(low, price);
    }
    last = price;
    bars.t[row] = 1_704_067_200_000 + row * 60_000;
    bars.open[row] = open;
    bars.high[row] = high;
    bars.low[row] = low;
    bars.close[row] = price;
    bars.volume[row] = 100 + below(9_901n);
  }
  return bars;
}

function decimal(cents: number): string {
  return `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}

/** The file of the job: its sha256 is CROSSOVER_SHA256. */
export function csvOf(bars: CentBars): string {
  const lines = ['ts,open,high,low,close,volume'];
  for (let row = 0; row < bars.t.length; row++) {
    lines.push([bars.t[row], decimal(bars.open[row]!), decimal(bars.high[row]!), decimal(bars.low[row]!), decimal(bars.close[row]!), bars.volume[row]].join(','));
  }
  return `${lines.join('\n')}\n`;
}

/** 1 from the row on which the fast average rises above the slow one, 0 from the row on which it falls below; averages compared as exact fractions. */
export function crossoverTargets(close: Int32Array, fast: number, slow: number): Float64Array {
  const targets = new Float64Array(close.length);
  let fastSum = 0;
  let slowSum = 0;
  let previous = Number.NaN;
  let held = 0;
  for (let row = 0; row < close.length; row++) {
    fastSum += close[row]! - (row >= fast ? close[row - fast]! : 0);
    slowSum += close[row]! - (row >= slow ? close[row - slow]! : 0);
    if (row >= slow - 1) {
      const difference = fastSum * slow - slowSum * fast;
      if (difference > 0 && previous <= 0) held = 1;
      else if (difference < 0 && previous >= 0) held = 0;
      previous = difference;
    }
    targets[row] = held;
  }
  return targets;
}

export function toPrices(cents: Int32Array): Float64Array {
  return Float64Array.from(cents, (value) => value / 100);
}
