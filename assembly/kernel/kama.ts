// Kaufman's adaptive moving average: the faster, the straighter the way the price took over the last `period` rows.
//
// W1. A way of up to 15 changes is put together from stretches of eight, four, two and one of them, the newest first, each at most once. So it takes
//     three additions a row and one for each of its stretches, and depends on its own rows alone.
// W2. A longer one is a loose mean, times the period.
//   parts: 0 trail of values │ of long ways: 1 mean of the absolute changes │ 2 its trail │ numbers: 0 period │ 1 … 3 the average
import { adaptivePair, adaptiveRows, averagesBefore, keepAverages, placeAdaptive, sharesBefore } from '../engine/adaptive';
import { Plain } from '../engine/mean-layout';
import { PARTS, number, part, placeTrail, placeTrailedLooseMean, setNumber, trailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { trailAppend, trailBytes } from '../engine/trail';
import { input, output } from '../operand';
import { held, heldSizeMask, oneRowBack } from '../value';

const FAST: f64 = 2.0 / 3.0; // an ema of 2 rows
const SLOW: f64 = 2.0 / 31.0; // an ema of 30 rows
const STRETCHES_PERIOD_MAX: i32 = 15;
/** Rows before a tile's first, of which a stretch of its way may end there or begin there. */
const LEAD: usize = 192;
const SHARES: usize = 0; // scratch columns; those of stretches have a lead, and are two columns long
const ONES: usize = 1;
const TWOS: usize = 3;
const FOURS: usize = 5;
const EIGHTS: usize = 7;

export function kamaBytes(params: usize): usize {
  const period = load<f64>(params);
  return PARTS + trailBytes(<i32>period) + (isLong(period) ? trailedMeanBytes<Plain>(period) : 0);
}

// @ts-ignore: decorator
@inline
function isLong(period: f64): bool {
  return period > <f64>STRETCHES_PERIOD_MAX;
}

export function kamaInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  setNumber(state, 0, period);
  placeAdaptive(state, 1);
  const at = placeTrail(state, 0, state + PARTS, period);
  if (isLong(period)) placeTrailedLooseMean(state, 1, at, period);
}

export function kamaRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 1, outputs, 1, 0, end); from < end; from = passGaps(inputs, 1, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 1, from, end);
    averages(state, trailAppend(part(state, 0), input(inputs, 0) + from, bytes), output(outputs, 0) + from, bytes);
    from += bytes;
  }
}

/** Averages of a tile of rows from `x`, which is a trail. */
function averages(state: usize, x: usize, out: usize, bytes: usize): void {
  const period = number(state, 0);
  let stretches = <i32>period;
  if (isLong(period)) {
    longWays(state, x, bytes, period);
    stretches = 8; // the whole way stands where those of eight would
  } else {
    shortStretches(x, bytes, stretches);
  }
  const back = <usize>period << 3;
  const done = averagePairs(state, x, x - back, stretches, out, bytes & ~15) ? bytes & ~15 : 0;
  if (done == bytes) return;
  const one = held(1);
  const size = heldSizeMask();
  const range = held(FAST - SLOW);
  const slow = held(SLOW);
  const past = x - back;
  for (let k = done; k < bytes; k += 16) {
    const share = shareOf(x + k, past + k, wayOf(k, stretches), one, size, range, slow);
    const values = v128.load(past + k); // none before the way is whole
    v128.store(scratch(SHARES) + k, f64x2.add(share, f64x2.sub(values, values)));
  }
  adaptiveRows(state, 1, x + done, scratch(SHARES) + done, out + done, bytes - done);
}

function longWays(state: usize, x: usize, bytes: usize, period: f64): void {
  const ways = scratch(EIGHTS) + LEAD;
  for (let k: usize = 0; k < bytes; k += 16) v128.store(ways + k, f64x2.abs(f64x2.sub(v128.load(x + k), v128.load(x + k - 8))));
  trailedLooseMean(state, 1, ways, ways, bytes);
  const length = f64x2.splat(period);
  for (let k: usize = 0; k < bytes; k += 16) v128.store(ways + k, f64x2.mul(length, v128.load(ways + k)));
}

/** The sums of one, two, four and eight absolute changes that end with each row; of the first rows some are read that nobody asks for. */
function shortStretches(x: usize, bytes: usize, period: i32): void {
  const size = heldSizeMask();
  let one2 = f64x2.splat(0); // two rows back, and so on
  let two2 = one2;
  let four2 = one2;
  let four4 = one2;
  const end = LEAD + bytes;
  for (let k = LEAD - ((<usize>period + 8) << 3); k < end; k += 16) {
    const one = v128.and(f64x2.sub(v128.load(x - LEAD + k), v128.load(x - LEAD - 8 + k)), size);
    const two = f64x2.add(oneRowBack(one2, one), one);
    const four = f64x2.add(two2, two);
    if (period & 1) v128.store(scratch(ONES) + k, one);
    if (period & 2) v128.store(scratch(TWOS) + k, two);
    if (period & 4) v128.store(scratch(FOURS) + k, four);
    v128.store(scratch(EIGHTS) + k, f64x2.add(four4, four));
    one2 = one;
    two2 = two;
    four4 = four2;
    four2 = four;
  }
}

/** The way to the rows at byte `k` of the tile (W1). */
// @ts-ignore: decorator
@inline
function wayOf(k: usize, stretches: i32): v128 {
  let at = LEAD + k;
  let way = f64x2.splat(0);
  if (stretches & 8) {
    way = v128.load(scratch(EIGHTS) + at);
    at -= 64;
  }
  if (stretches & 4) {
    way = f64x2.add(way, v128.load(scratch(FOURS) + at));
    at -= 32;
  }
  if (stretches & 2) {
    way = f64x2.add(way, v128.load(scratch(TWOS) + at));
    at -= 16;
  }
  return stretches & 1 ? f64x2.add(way, v128.load(scratch(ONES) + at)) : way;
}

/**
 * The share of the distance to each value that the average takes: by the way from `period` rows ago as the crow flies over the way taken, squared. No
 * way at all counts as a straight one, as in TA-Lib.
 */
// @ts-ignore: decorator
@inline
function shareOf(x: usize, past: usize, way: v128, one: v128, size: v128, range: v128, slow: v128): v128 {
  const crow = v128.and(f64x2.sub(v128.load(x), v128.load(past)), size);
  const straight = f64x2.pmin(one, f64x2.div(crow, way)); // of 0 / 0 it is 1 too
  const share = f64x2.add(f64x2.mul(straight, range), slow);
  return f64x2.mul(share, share);
}

/** An even number of rows. False, and nothing has happened, when an average was no value, or is to be the first. */
function averagePairs(state: usize, x: usize, past: usize, stretches: i32, out: usize, bytes: usize): bool {
  const one = held(1);
  const size = heldSizeMask();
  const range = held(FAST - SLOW);
  const slow = held(SLOW);
  let averages = averagesBefore(state, 1);
  let shares1 = sharesBefore(state, 1);
  for (let k: usize = 0; k < bytes; k += 16) {
    const shares = shareOf(x + k, past + k, wayOf(k, stretches), one, size, range, slow);
    averages = adaptivePair(one, shares, shares1, x + k, averages);
    v128.store(out + k, averages);
    shares1 = shares;
  }
  return keepAverages(state, 1, averages, shares1);
}
