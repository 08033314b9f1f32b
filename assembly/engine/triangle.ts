// The triangular mean of an exact window: the mean over `shorter` rows of the means over `longer` rows, one less of which than both together make a window.
//
// G1. A window is exact as in M1 of mean.ts. Its triangular sum T is kept as an integer, and the output is T / (scale · longer · shorter), rounded once.
// G2. T changes by the newest sum over `longer` rows less the one `shorter` rows back. What they differ by on the next row, but for that row's own
//     part, is the slope: it changes by four values, the newest, the ones `longer`, `shorter − 1` and `period` rows back.
// G3. What does not hold any more is rebuilt from the window's own rows, so the output depends on the rows alone, not on how they were cut.
//
//   0 period │ 8 longer │ 16 shorter │ 24 scale │ 32 limit │ 40 divisor │ 48 slope │ 56 triangular sum │ 64 both hold at row │ 72 last rough row
import { NEVER } from '../state';
import { finite, held, heldSizeMask, oneRowBack, second } from '../value';
import { CLOSE, integerAt, isDecimalFrom, nearPair, scaleFor } from './decimal';
import { EXACT_MAX, ofTwoRows } from './mean';

const PERIOD: usize = 0;
const LONGER: usize = 8;
const SHORTER: usize = 16;
const SCALE: usize = 24;
const LIMIT: usize = 32;
const DIVISOR: usize = 40;
const SLOPE: usize = 48;
const SUM: usize = 56;
const SUMS_AT: usize = 64;
const LAST_ROUGH: usize = 72;
export const TRIANGLE_BYTES: usize = 80;
/** As in mean.ts. */
const STRETCH_BYTES: usize = 512;

// @ts-ignore: decorator
@inline
export function longer(period: f64): f64 {
  return floor(period * 0.5) + 1;
}

// @ts-ignore: decorator
@inline
export function shorter(period: f64): f64 {
  return ceil(period * 0.5);
}

export function triangleInit(at: usize, period: f64): void {
  store<f64>(at, period, PERIOD);
  store<f64>(at, longer(period), LONGER);
  store<f64>(at, shorter(period), SHORTER);
  // The slope is at most 2 · longer values, and a pair of rows adds two slopes and four values.
  store<f64>(at, floor(EXACT_MAX / (longer(period) * shorter(period) + 4 * longer(period) + 4)), LIMIT);
  store<f64>(at, 0, SLOPE);
  store<f64>(at, 0, SUM);
  store<i64>(at, NEVER, SUMS_AT);
  store<i64>(at, NEVER, LAST_ROUGH);
  setScale(at, 1);
}

function setScale(at: usize, scale: f64): void {
  store<f64>(at, scale, SCALE);
  store<f64>(at, scale * (load<f64>(at, LONGER) * load<f64>(at, SHORTER)), DIVISOR);
}

// @ts-ignore: decorator
@inline
export function periodOf(at: usize): f64 {
  return load<f64>(at, PERIOD);
}

// @ts-ignore: decorator
@inline
export function shorterOf(at: usize): f64 {
  return load<f64>(at, SHORTER);
}

/** Takes note of a value outside of whole windows. */
export function noteValue(at: usize, value: f64, row: i64): void {
  if (!isDecimalFrom(value, load<f64>(at, SCALE), load<f64>(at, LIMIT))) store<i64>(at, row, LAST_ROUGH);
}

/**
 * Bytes of the rows from `x`, of `bytes`, whose windows are rough; all of them are values. Any rough value less than a window back says so, and
 * the furthest one is looked for first: where all are rough one look serves a window.
 */
export function roughBytes(at: usize, x: usize, row: i64, bytes: usize): usize {
  const width = <usize>load<f64>(at, PERIOD) << 3;
  if (row - load<i64>(at, LAST_ROUGH) >= <i64>load<f64>(at, PERIOD)) {
    noteValue(at, load<f64>(x), row);
    if (load<i64>(at, LAST_ROUGH) != row) return 0;
  }
  // In bytes from `x`: rows before `known` have been looked at, those before `until` are rough.
  let known: usize = 0;
  let until = min(bytes, width - (<usize>(row - load<i64>(at, LAST_ROUGH)) << 3));
  while (known < until) {
    let k = until;
    do {
      k -= 8;
      noteValue(at, load<f64>(x + k), row + <i64>(k >> 3));
    } while (k > known && load<i64>(at, LAST_ROUGH) != row + <i64>(k >> 3));
    known = until;
    if (load<i64>(at, LAST_ROUGH) == row + <i64>(k >> 3)) until = min(bytes, k + width);
  }
  return until;
}

/** One row of an exact window after another. False when the window before was none, or the value is none of its kind. */
// @ts-ignore: decorator
@inline
export function exactStep(at: usize, x: usize, out: usize, row: i64): bool {
  const scale = load<f64>(at, SCALE);
  const entering = integerAt(load<f64>(x), scale, load<f64>(at, LIMIT));
  if (load<i64>(at, SUMS_AT) != row || !finite(entering)) return false;
  const gain = entering - nearest(load<f64>(x - (<usize>load<f64>(at, LONGER) << 3)) * scale);
  const turning = nearest(load<f64>(x + 8 - (<usize>load<f64>(at, SHORTER) << 3)) * scale);
  const leaving = nearest(load<f64>(x - (<usize>load<f64>(at, PERIOD) << 3)) * scale);
  const slope = load<f64>(at, SLOPE);
  keepSums(at, slope + (gain - (turning - leaving)), load<f64>(at, SUM) + (gain + slope), row + 1);
  store<f64>(out, meanNow(at));
  return true;
}

// @ts-ignore: decorator
@inline
function meanNow(at: usize): f64 {
  return load<f64>(at, SUM) / load<f64>(at, DIVISOR) + 0.0;
}

// @ts-ignore: decorator
@inline
function keepSums(at: usize, slope: f64, sum: f64, row: i64): void {
  store<f64>(at, slope, SLOPE);
  store<f64>(at, sum, SUM);
  store<i64>(at, row, SUMS_AT);
}

/** The first row of an exact window, all of it decimals, at a scale that fits it. False when a value is beyond the limit there: the window is rough. */
export function exactAnew(at: usize, x: usize, out: usize, row: i64): bool {
  const period = <i32>load<f64>(at, PERIOD);
  for (let back = period - 1; back >= 0; back--) widen(at, load<f64>(x - (<usize>back << 3)));
  const scale = load<f64>(at, SCALE);
  const limit = load<f64>(at, LIMIT);
  const most = <i32>load<f64>(at, SHORTER);
  const reach = <i32>load<f64>(at, LONGER);
  let slope: f64 = 0;
  let sum: f64 = 0;
  for (let back = period - 1; back >= 0; back--) {
    const integer = integerAt(load<f64>(x - (<usize>back << 3)), scale, limit);
    if (!finite(integer)) store<i64>(at, row - back, LAST_ROUGH);
    sum += <f64>min(min(back + 1, period - back), most) * integer;
    slope += <f64>(<i32>(back < reach) - <i32>(back >= most - 1)) * integer;
  }
  if (!finite(sum)) return false;
  keepSums(at, slope, sum, row + 1);
  store<f64>(out, meanNow(at));
  return true;
}

/** Takes a wider scale when the value needs one. */
function widen(at: usize, value: f64): void {
  const scale = load<f64>(at, SCALE);
  const limit = load<f64>(at, LIMIT);
  if (finite(integerAt(value, scale, limit))) return;
  const wider = scaleFor(value, scale, limit);
  if (wider > 0) setScale(at, wider);
}

/** `exactStep` two rows at a time and a stretch at a time, as `exactRows` of mean.ts. Answers the bytes taken. */
export function exactRows(at: usize, x: usize, out: usize, row: i64, bytes: usize): usize {
  if (load<i64>(at, SUMS_AT) != row) return 0;
  const scale = v128.load_splat<f64>(at, SCALE);
  const limit = v128.load_splat<f64>(at, LIMIT);
  const divisor = v128.load_splat<f64>(at, DIVISOR);
  const xGained = x - (<usize>load<f64>(at, LONGER) << 3);
  const xTurning = x + 8 - (<usize>load<f64>(at, SHORTER) << 3);
  const xLeaving = x - (<usize>load<f64>(at, PERIOD) << 3);
  const close = held(CLOSE);
  const size = heldSizeMask();
  const most = bytes & ~15;
  let stretch = STRETCH_BYTES;
  let taken: usize = 0;
  while (taken < most) {
    const until = min(taken + stretch, most);
    let slopes = v128.load_splat<f64>(at, SLOPE); // as if the two rows before had it
    let sums = v128.load_splat<f64>(at, SUM);
    let bend = f64x2.splat(0); // and had changed nothing
    let rise = bend;
    let near = i64x2.splat(-1);
    let greatest = bend;
    for (let k = taken; k < until; k += 16) {
      const scaled = f64x2.mul(v128.load(x + k), scale);
      const entering = f64x2.nearest(scaled);
      near = v128.and(near, nearPair(scaled, entering, close, size));
      greatest = f64x2.pmax(greatest, v128.and(scaled, size));
      const gain = f64x2.sub(entering, f64x2.nearest(f64x2.mul(v128.load(xGained + k), scale)));
      const turning = f64x2.nearest(f64x2.mul(v128.load(xTurning + k), scale));
      const leaving = f64x2.nearest(f64x2.mul(v128.load(xLeaving + k), scale));
      const bendNow = f64x2.sub(gain, f64x2.sub(turning, leaving));
      const slopesBefore = slopes;
      slopes = f64x2.add(slopes, ofTwoRows(bend, bendNow));
      const riseNow = f64x2.add(gain, oneRowBack(slopesBefore, slopes));
      sums = f64x2.add(sums, ofTwoRows(rise, riseNow));
      bend = bendNow;
      rise = riseNow;
      v128.store(out + k, f64x2.div(sums, divisor));
    }
    if (i64x2.bitmask(v128.and(near, f64x2.le(greatest, limit))) == 3) {
      keepSums(at, second(slopes), second(sums), row + <i64>(until >> 3));
      taken = until;
    } else if (stretch > 16) stretch = 16;
    else break;
  }
  return taken;
}
