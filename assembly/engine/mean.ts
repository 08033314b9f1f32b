// The mean of a window, plain (SMA) or with weights 1, 2 … period (WMA), or its sum: exact for decimals, free of drift for anything else.
//
// M1. A window is *exact* when each of its values is a decimal at the scale 10^K, K being the least that fits every exact window so far.
//     Its sum is kept as an integer N, and the output is N / (10^K · D), D = period, period·(period + 1)/2 or, for the sum, 1, rounded once:
//     equal rationals give equal doubles, whatever K.
// M2. A window is *rough* when it holds a value that is no such decimal. Its output is the sum of two partial sums: of the present block of
//     `period` rows from its start, and of the block before from its end (van Herk). Blocks are counted from the kernel's first row.
// M3. A window with a gap gives NaN; nothing of the gap remains once it has left.
// M4. Whatever is not valid any more is rebuilt from the window's own rows, so the output depends on the rows alone, not on how they were cut.
import { NEVER, lastGap, rows, setLastGap, setRows } from '../state';
import { BATCH_ROWS, finite, held, heldSizeMask, oneRowBack, second } from '../value';
import { CLOSE, integerAt, isDecimal, nearPair, scaleFor } from './decimal';
import {
  DIVISOR, LAST_ROUGH, LIMIT, PERIOD, PHASE, PREFIX, SCALE, SUM, SUMS_AT, TABLE, TABLES_AT, WEIGHTED, WEIGHTED_PREFIX, divisorOf, weighted, weights,
} from './mean-layout';
import { roughRows, roughStep } from './rough-mean';

export const EXACT_MAX: f64 = 9007199254740992.0; // 2⁵³
/** So many rows that looking at them once costs nothing, and so few that taking them again costs little. */
const STRETCH_BYTES: usize = 512;
/** What a sum may exceed the window's own by while two rows enter and two leave, in units of the limit. */
// @ts-ignore: decorator
@inline
function slack<M>(period: f64): f64 {
  return weighted<M>() ? 4 * period + 2 : 4;
}

export function meanBytes<M>(period: i32): usize {
  return TABLE + (<usize>(period + 1) << 3);
}

export function meanInit<M>(state: usize, period: f64): void {
  store<f64>(state, period, PERIOD);
  store<f64>(state, floor(EXACT_MAX / (weights<M>(period) + slack<M>(period))), LIMIT);
  store<f64>(state, 0, SUM);
  store<f64>(state, 0, WEIGHTED);
  store<i64>(state, 0, SUMS_AT);
  store<i64>(state, NEVER, LAST_ROUGH);
  store<i64>(state, NEVER, TABLES_AT);
  store<f64>(state, 0, PREFIX);
  store<f64>(state, 0, WEIGHTED_PREFIX);
  store<i32>(state, 0, PHASE);
  setScale<M>(state, 1);
}

function setScale<M>(state: usize, scale: f64): void {
  store<f64>(state, scale, SCALE);
  store<f64>(state, scale * divisorOf<M>(load<f64>(state, PERIOD)), DIVISOR);
}

/** Means of `n` rows from `x`; `period` rows before it are readable once they exist. */
// @ts-ignore: decorator
@inline
export function meanRun<M>(state: usize, x: usize, out: usize, n: i32): void {
  if (n == 1) store<f64>(out, meanStep<M>(state, x)); // as it is live, row by row
  else meanManyRows<M>(state, x, out, n);
}

function meanManyRows<M>(state: usize, x: usize, out: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  while (x < end) {
    let taken: usize = 0;
    if (<i32>((end - x) >> 3) >= BATCH_ROWS) {
      taken = exactRows<M>(state, x, out, end);
      if (taken == 0) taken = roughRows<M>(state, x, out, end);
    }
    if (taken == 0) {
      store<f64>(out, meanStep<M>(state, x));
      taken = 8;
    }
    x += taken;
    out += taken;
  }
}

/** One row. */
// @ts-ignore: decorator
@inline
export function meanStep<M>(state: usize, x: usize): f64 {
  const row = rows(state);
  const scaled = load<f64>(x) * load<f64>(state, SCALE);
  const integer = nearest(scaled);
  const isExact = isDecimal(scaled, integer, load<f64>(state, LIMIT));
  if (!isExact || load<i64>(state, SUMS_AT) != row) return changingStep<M>(state, x, isExact ? integer : NaN);
  // The window before was exact and one more such value enters: by M1 the window is exact.
  setRows(state, row + 1);
  store<i64>(state, row + 1, SUMS_AT);
  const before = <f64>row;
  const total = advanceSums<M>(state, x, before, integer);
  return before + 1 < load<f64>(state, PERIOD) ? NaN : total / load<f64>(state, DIVISOR) + 0.0;
}

/** One row that brings a gap, a rough value or more decimal places, or comes after one. `integer` is NaN when the value is not exact yet. */
function changingStep<M>(state: usize, x: usize, integer: f64): f64 {
  const row = rows(state);
  const length = <i64>load<f64>(state, PERIOD);
  const value = load<f64>(x);
  setRows(state, row + 1);
  if (!finite(value)) {
    setLastGap(state, row);
    return NaN;
  }
  if (!finite(integer) && scaleFor(value, load<f64>(state, SCALE), load<f64>(state, LIMIT)) == 0) store<i64>(state, row, LAST_ROUGH);
  if (row - lastGap(state) < length) return NaN;
  if (row - load<i64>(state, LAST_ROUGH) >= length && rebuildSums<M>(state, x, row)) {
    store<i64>(state, row + 1, SUMS_AT);
    return row < length - 1 ? NaN : load<f64>(state, weighted<M>() ? WEIGHTED : SUM) / load<f64>(state, DIVISOR) + 0.0;
  }
  return row < length - 1 ? NaN : roughStep<M>(state, x, row);
}

/** The window moves one row on: `integer` enters, the value `period` rows back leaves. Answers what is to be divided. */
// @ts-ignore: decorator
@inline
function advanceSums<M>(state: usize, x: usize, row: f64, integer: f64): f64 {
  const period = load<f64>(state, PERIOD);
  const full = row >= period;
  const sum = load<f64>(state, SUM);
  const leaving = full ? nearest(load<f64>(x - (<usize><i32>period << 3)) * load<f64>(state, SCALE)) : 0;
  const next = sum + (integer - leaving);
  store<f64>(state, next, SUM);
  if (!weighted<M>()) return next;
  const held = load<f64>(state, WEIGHTED);
  // Before the window is full the newest row counts its place from the start, so that the oldest has weight 1.
  const heavy = full ? held - sum + period * integer : held + (row + 1) * integer;
  store<f64>(state, heavy, WEIGHTED);
  return heavy;
}

/** The sums over the window ending at `x`, anew, at a scale that fits all of it. False when a value is beyond the limit there: the window is rough. */
function rebuildSums<M>(state: usize, x: usize, row: i64): bool {
  const period = load<f64>(state, PERIOD);
  const length = min<i64>(row + 1, <i64>period);
  for (let back = length - 1; back >= 0; back--) widen<M>(state, load<f64>(x - (<usize>back << 3)));
  const scale = load<f64>(state, SCALE);
  const limit = load<f64>(state, LIMIT);
  let sum: f64 = 0;
  let heavy: f64 = 0;
  for (let back = length - 1; back >= 0; back--) {
    const integer = integerAt(load<f64>(x - (<usize>back << 3)), scale, limit);
    if (finite(integer)) {
      sum += integer;
      heavy += <f64>(length - back) * integer;
    } else {
      store<i64>(state, row - back, LAST_ROUGH);
    }
  }
  store<f64>(state, sum, SUM);
  store<f64>(state, heavy, WEIGHTED);
  return row - load<i64>(state, LAST_ROUGH) >= <i64>period;
}

/** Takes a wider scale when the value needs one. */
// @ts-ignore: decorator
@inline
function widen<M>(state: usize, value: f64): void {
  const scale = load<f64>(state, SCALE);
  const limit = load<f64>(state, LIMIT);
  if (finite(integerAt(value, scale, limit))) return;
  const wider = scaleFor(value, scale, limit);
  if (wider > 0) setScale<M>(state, wider);
}

/**
 * Rows of an exact window, two at a time, as far as the values stay decimals. A stretch of pairs is looked at as a whole, at its end; one that holds
 * anything else is taken again pair by pair, up to there. Answers the bytes taken.
 */
function exactRows<M>(state: usize, x: usize, out: usize, end: usize): usize {
  const row = rows(state);
  const period = load<f64>(state, PERIOD);
  if (row < <i64>period || load<i64>(state, SUMS_AT) != row) return 0;
  const width = <usize>period << 3;
  const scale = v128.load_splat<f64>(state, SCALE);
  const limit = v128.load_splat<f64>(state, LIMIT);
  const divisor = v128.load_splat<f64>(state, DIVISOR);
  const length = f64x2.splat(period);
  const close = held(CLOSE);
  const size = heldSizeMask();
  const most = (end - x) & ~15;
  let stretch = STRETCH_BYTES;
  let bytes: usize = 0;
  while (bytes < most) {
    const until = min(bytes + stretch, most);
    let sums = v128.load_splat<f64>(state, SUM); // as if the two rows before had it
    let heavies = v128.load_splat<f64>(state, WEIGHTED);
    let change = f64x2.splat(0); // and had changed nothing
    let heavyChange = change;
    let near = i64x2.splat(-1);
    let greatest = f64x2.splat(0);
    for (let k = bytes; k < until; k += 16) {
      const scaled = f64x2.mul(v128.load(x + k), scale);
      const entering = f64x2.nearest(scaled);
      near = v128.and(near, nearPair(scaled, entering, close, size));
      greatest = f64x2.pmax(greatest, v128.and(scaled, size));
      const leaving = f64x2.nearest(f64x2.mul(v128.load(x + k - width), scale));
      const sumsBefore = sums;
      const changeNow = f64x2.sub(entering, leaving);
      sums = f64x2.add(sums, ofTwoRows(change, changeNow));
      change = changeNow;
      if (weighted<M>()) {
        const heavyNow = heavyChanges(f64x2.mul(length, entering), sumsBefore, sums);
        heavies = f64x2.add(heavies, ofTwoRows(heavyChange, heavyNow));
        heavyChange = heavyNow;
      }
      v128.store(out + k, f64x2.div(weighted<M>() ? heavies : sums, divisor));
    }
    if (i64x2.bitmask(v128.and(near, f64x2.le(greatest, limit))) == 3) {
      store<f64>(state, second(sums), SUM);
      store<f64>(state, second(heavies), WEIGHTED);
      bytes = until;
    } else if (stretch > 16) stretch = 16;
    else break;
  }
  const next = row + <i64>(bytes >> 3);
  setRows(state, next);
  store<i64>(state, next, SUMS_AT);
  return bytes;
}

/** What changes the weighted sums of two rows: what the window held falls by one weight each, what enters has the greatest. */
// @ts-ignore: decorator
@inline
export function heavyChanges(entering: v128, sumsBefore: v128, sums: v128): v128 {
  return f64x2.sub(entering, oneRowBack(sumsBefore, sums));
}

/** For each of two rows, what it and the row before it change. */
// @ts-ignore: decorator
@inline
export function ofTwoRows(before: v128, now: v128): v128 {
  return f64x2.add(oneRowBack(before, now), now);
}
