// What is added up along an equity curve. Sums are taken in the order of the rows, so they are the same however the rows are cut (T2 of
// `src/analysis/return-tally.ts`, whose sums these are): lanes hold different sums, never different rows.
import { held, oneRowBack, second } from '../value';
import {
  BEGAN, BELOW_RATIO_SQUARES, BELOW_SQUARES, DEEPEST, DEPTH_MAX, DEPTH_RATIO_MAX, DRAWDOWNS, ENDED, ENDED_COUNT, GAINS, HIGH_COUNT, HIGH_FROM, LEFT_OVER, LOW_COUNT,
  LOW_TO, MEAN, PEAK, POSITIVES, RATIO_SQUARES, RATIO_SUM, ROW, ROWS_BELOW, ROWS_HELD, SECOND, SQUARES, SUM, SUM_ERROR, WORTH, WORTH_SUM,
} from './room';

/** The return of every row, `end` bytes of them, and of one more where that makes their number even: worth / worth before − 1, NaN where the worth before was not above 0. */
export function returnsOf(equity: usize, returns: usize, end: usize): void {
  const zero = f64x2.splat(0);
  const one = held(1);
  let before = v128.load_splat<f64>(WORTH);
  for (let k: usize = 0; k < end; k += 16) {
    const worth = v128.load(equity + k);
    const earlier = oneRowBack(before, worth);
    const change = f64x2.sub(f64x2.div(worth, earlier), one);
    v128.store(returns + k, v128.or(change, v128.not(f64x2.gt(earlier, zero)))); // all bits are a NaN
    before = worth;
  }
  store<f64>(WORTH, second(before));
}

/** Adds up returns, and what the account was worth. */
export function tally(returns: usize, equity: usize, end: usize): void {
  const zero = f64x2.splat(0);
  const one = held(1);
  const turn = f64x2(0, -0.0);
  let total = load<f64>(SUM);
  let error = load<f64>(SUM_ERROR);
  let worth = load<f64>(WORTH_SUM);
  let gainsAndLosses = v128.load(GAINS);
  let squares = v128.load(SQUARES);
  let positives = v128.load_splat<f64>(POSITIVES);
  for (let k: usize = 0; k < end; k += 8) {
    const both = v128.load_splat<f64>(returns + k);
    const value = f64x2.extract_lane(both, 0);
    // A mean near zero is the difference of large sums, so their rounding error is carried along: Knuth (1969), 4.2.2, theorem B.
    const next = total + value;
    const added = next - total;
    error += total - (next - added) + (value - added);
    total = next;
    worth += load<f64>(equity + k);
    const sizes = f64x2.pmax(v128.xor(both, turn), zero); // of what was won, of what was lost
    gainsAndLosses = f64x2.add(gainsAndLosses, sizes);
    const factors = v128.shuffle<f64>(both, sizes, 0, 3);
    squares = f64x2.add(squares, f64x2.mul(factors, factors));
    positives = f64x2.add(positives, v128.and(f64x2.gt(both, zero), one));
  }
  store<f64>(SUM, total);
  store<f64>(SUM_ERROR, error);
  store<f64>(WORTH_SUM, worth);
  store<f64>(POSITIVES, f64x2.extract_lane(positives, 0));
  v128.store(GAINS, gainsAndLosses);
  v128.store(SQUARES, squares);
}

/** How far below its peak the curve goes. Within a drawdown the peak stands still: neither its deepest row nor its squares need a division. */
export function depths(equity: usize, end: usize): void {
  const first = load<f64>(ROW);
  let ended: usize = ENDED;
  let peak = v128.load_splat<f64>(PEAK);
  let deepest = v128.load_splat<f64>(DEEPEST);
  let squares = v128.load(BELOW_SQUARES);
  let isBelow = load<f64>(DEEPEST) > 0;
  let k: usize = 0;
  for (; k + 16 <= end; k += 16) {
    const worth = v128.load(equity + k);
    if (isBelow && i64x2.bitmask(f64x2.ge(worth, peak)) == 0) {
      const below = f64x2.sub(peak, worth);
      deepest = f64x2.pmax(deepest, below);
      squares = f64x2.add(squares, f64x2.mul(below, below));
      continue;
    }
    store<f64>(DEEPEST, max(f64x2.extract_lane(deepest, 0), f64x2.extract_lane(deepest, 1)));
    v128.store(BELOW_SQUARES, squares);
    const row = first + <f64>(k >> 3);
    ended = depthOf(load<f64>(equity + k), row, ended);
    ended = depthOf(load<f64>(equity + k, 8), row + 1, ended);
    peak = v128.load_splat<f64>(PEAK);
    deepest = v128.load_splat<f64>(DEEPEST);
    squares = v128.load(BELOW_SQUARES);
    isBelow = load<f64>(DEEPEST) > 0;
  }
  store<f64>(DEEPEST, max(f64x2.extract_lane(deepest, 0), f64x2.extract_lane(deepest, 1)));
  v128.store(BELOW_SQUARES, squares);
  if (k < end) ended = depthOf(load<f64>(equity + k), first + <f64>(k >> 3), ended);
  store<f64>(ROW, first + <f64>(end >> 3));
  store<f64>(ENDED_COUNT, <f64>((ended - ENDED) >> 3));
}

/** One row; answers where the next drawdown that ends is listed. */
function depthOf(worth: f64, row: f64, ended: usize): usize {
  const peak = load<f64>(PEAK);
  const deepest = load<f64>(DEEPEST);
  if (worth >= peak) {
    store<f64>(PEAK, worth);
    if (deepest == 0) return ended;
    surface(peak, deepest, row);
    store<u32>(ended, <u32>load<f64>(BEGAN));
    store<u32>(ended, <u32>row, 4);
    return ended + 8;
  }
  const below = peak - worth;
  if (deepest == 0) store<f64>(BEGAN, row);
  if (below > deepest) store<f64>(DEEPEST, below);
  store<f64>(BELOW_SQUARES, load<f64>(BELOW_SQUARES) + below * below);
  return ended;
}

/** A drawdown is over. */
function surface(peak: f64, deepest: f64, row: f64): void {
  const ratio = deepest / peak;
  const squares = load<f64>(BELOW_SQUARES) + load<f64>(BELOW_SQUARES, 8);
  store<f64>(DRAWDOWNS, load<f64>(DRAWDOWNS) + 1);
  store<f64>(DEPTH_MAX, max(load<f64>(DEPTH_MAX), deepest));
  store<f64>(DEPTH_RATIO_MAX, max(load<f64>(DEPTH_RATIO_MAX), ratio));
  store<f64>(RATIO_SUM, load<f64>(RATIO_SUM) + ratio);
  store<f64>(RATIO_SQUARES, load<f64>(RATIO_SQUARES) + ratio * ratio);
  store<f64>(BELOW_RATIO_SQUARES, load<f64>(BELOW_RATIO_SQUARES) + squares / (peak * peak));
  store<f64>(ROWS_BELOW, load<f64>(ROWS_BELOW) + row - load<f64>(BEGAN));
  store<f64>(DEEPEST, 0);
  v128.store(BELOW_SQUARES, f64x2.splat(0));
}

/** Counts the rows that end with a position. */
export function presence(position: usize, end: usize): void {
  const zero = f64x2.splat(0);
  const one = held(1);
  let rows = f64x2.splat(0);
  for (let k: usize = 0; k < end; k += 16) rows = f64x2.add(rows, v128.and(f64x2.ne(v128.load(position + k), zero), one));
  store<f64>(ROWS_HELD, load<f64>(ROWS_HELD) + f64x2.extract_lane(rows, 0) + f64x2.extract_lane(rows, 1));
}

/** Sums of the powers of returns around their mean, row by row, and the returns of both tails, listed. */
export function shape(returns: usize, low: usize, high: usize, end: usize): void {
  const mean = load<f64>(MEAN);
  const lowTo = v128.load_splat<f64>(LOW_TO);
  const highFrom = v128.load_splat<f64>(HIGH_FROM);
  let lowAt = low;
  let highAt = high;
  const one = f64x2.splat(1);
  let oddPowers = v128.load(LEFT_OVER);
  let evenPowers = v128.load(SECOND);
  for (let k: usize = 0; k < end; k += 16) {
    const value = v128.load(returns + k);
    const lows = <usize>i64x2.bitmask(f64x2.le(value, lowTo));
    const highs = <usize>i64x2.bitmask(f64x2.ge(value, highFrom));
    store<f64>(lowAt, f64x2.extract_lane(value, 0));
    lowAt += (lows & 1) << 3;
    store<f64>(lowAt, f64x2.extract_lane(value, 1));
    lowAt += (lows & 2) << 2;
    store<f64>(highAt, -f64x2.extract_lane(value, 0));
    highAt += (highs & 1) << 3;
    store<f64>(highAt, -f64x2.extract_lane(value, 1));
    highAt += (highs & 2) << 2;
  }
  for (let k: usize = 0; k < end; k += 8) {
    const off = load<f64>(returns + k) - mean;
    const square = off * off;
    const powers = f64x2.replace_lane(one, 1, square);
    oddPowers = f64x2.add(oddPowers, f64x2.mul(f64x2.splat(off), powers));
    evenPowers = f64x2.add(evenPowers, f64x2.mul(f64x2.splat(square), powers));
  }
  v128.store(LEFT_OVER, oddPowers);
  v128.store(SECOND, evenPowers);
  store<f64>(LOW_COUNT, <f64>((lowAt - low) >> 3));
  store<f64>(HIGH_COUNT, <f64>((highAt - high) >> 3));
}
