// The least or greatest value of a window. Extrema are exact, so one row and many may go different ways to the same bits.
//
// X1. One row: blocks of `period` rows, the extreme of the present block so far and of the rest of the block before (van Herk, Gil and Werman).
// X2. Many rows: a window of at most sixteen rows is two stretches that overlap, of the power of two below its length. For longer ones two such
//     blocks at a time, one in each lane, from any row on.
// X3. A window with a gap gives NaN. Tables that are stale are rebuilt from the window's own rows.
//
//   32 period │ 40 tables hold at row │ 48 phase i32 │ 56 extreme of the block so far │ 64 table, period + 1 long
import { lastGap, rows, setLastGap, setRows } from '../state';
import { SCRATCH, finite, finitePair, loadPair } from '../value';

const PERIOD: usize = 32;
const TABLE_AT: usize = 40;
const PHASE: usize = 48;
const SO_FAR: usize = 56;
const TABLE: usize = 64;
/** Two tables of pairs fit the scratch area. */
const MANY_PERIOD_MAX: i32 = 1_024;
const STRETCHES_PERIOD_MAX: i32 = 16;
const STRETCHES_BYTES_MAX: usize = 8_192; // they stay in the first-level cache until they are read
const LEAD: usize = 48; // a stretch of eight begins in the third pair of rows before that of its end
const STRETCHES: usize = SCRATCH + LEAD;
const MANY_ROWS_MIN: i32 = 32;

/** Markers for the two extrema; used as type arguments so that each gets its own code. */
export type Least = i32;
export type Greatest = f64;

// @ts-ignore: decorator
@inline
function better<M>(a: f64, b: f64): f64 {
  return isFloat<M>() ? (a < b ? b : a) : b < a ? b : a;
}

// @ts-ignore: decorator
@inline
function betterPair<M>(a: v128, b: v128): v128 {
  return isFloat<M>() ? f64x2.pmax(a, b) : f64x2.pmin(a, b);
}

// @ts-ignore: decorator
@inline
function worst<M>(): f64 {
  return isFloat<M>() ? -Infinity : Infinity;
}

export function extremeBytes(period: i32): usize {
  return TABLE + (<usize>(period + 1) << 3);
}

export function extremeInit<M>(state: usize, period: f64): void {
  store<f64>(state, period, PERIOD);
  store<i64>(state, 0, TABLE_AT);
  store<i32>(state, 0, PHASE);
  store<f64>(state, worst<M>(), SO_FAR);
  for (let k = 0; k <= <i32>period; k++) store<f64>(state + (<usize>k << 3), worst<M>(), TABLE);
}

/** Extremes of `n` rows from `x`; `period − 1` rows before it are readable once they exist. */
export function extremeRun<M>(state: usize, x: usize, out: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  while (x < end) {
    const taken = <i32>((end - x) >> 3) >= MANY_ROWS_MIN ? manyRows<M>(state, x, out, end) : 0;
    x += taken;
    out += taken;
    if (taken > 0) continue;
    for (const stop = min(end, x + (<usize>MANY_ROWS_MIN << 3)); x < stop; x += 8, out += 8) store<f64>(out, extremeStep<M>(state, x));
  }
}

/** One row. */
function extremeStep<M>(state: usize, x: usize): f64 {
  const row = rows(state);
  const length = <i64>load<f64>(state, PERIOD);
  const phase = load<i32>(state, PHASE);
  const value = load<f64>(x);
  setRows(state, row + 1);
  store<i32>(state, phase + 1 == <i32>length ? 0 : phase + 1, PHASE);
  if (!finite(value)) {
    setLastGap(state, row);
    return NaN;
  }
  if (row - lastGap(state) < length) return NaN;
  if (phase == 0 || load<i64>(state, TABLE_AT) != row) rebuild<M>(state, x, phase, row);
  store<i64>(state, row + 1, TABLE_AT);
  const soFar = better<M>(load<f64>(state, SO_FAR), value);
  store<f64>(state, soFar, SO_FAR);
  if (row < length - 1) return NaN;
  return better<M>(soFar, load<f64>(state + (<usize>(phase + 1) << 3), TABLE));
}

function rebuild<M>(state: usize, x: usize, phase: i32, row: i64): void {
  const period = <i32>load<f64>(state, PERIOD);
  const start = x - (<usize>phase << 3);
  let soFar = worst<M>();
  for (let k = 0; k < phase; k++) soFar = better<M>(soFar, load<f64>(start + (<usize>k << 3)));
  store<f64>(state, soFar, SO_FAR);
  if (row < <i64>period) return;
  const block = start - (<usize>period << 3);
  let rest = worst<M>();
  for (let k = period - 1; k > phase; k--) {
    rest = better<M>(rest, load<f64>(block + (<usize>k << 3)));
    store<f64>(state + (<usize>k << 3), rest, TABLE);
  }
}

/** Rows without a gap in any of their windows. Answers the bytes taken. */
function manyRows<M>(state: usize, x: usize, out: usize, end: usize): usize {
  const row = rows(state);
  const period = <i32>load<f64>(state, PERIOD);
  if (period > MANY_PERIOD_MAX || row < <i64>period || row - lastGap(state) < <i64>period) return 0;
  const window = <usize>period << 3;
  const bytes = period <= STRETCHES_PERIOD_MAX ? stretchRows<M>(x, out, min<usize>(end - x, STRETCHES_BYTES_MAX) & ~15, window) : blockRows<M>(x, out, end - x, window);
  const taken = <i64>(bytes >> 3);
  setRows(state, row + taken);
  store<i32>(state, <i32>((<i64>load<i32>(state, PHASE) + taken) % <i64>period), PHASE);
  return bytes;
}

/** Windows of two stretches that overlap. Answers the bytes taken, an even number of rows; ends before a gap. */
function stretchRows<M>(x: usize, out: usize, bytes: usize, window: usize): usize {
  if (window <= 16) return bestOfTwo<M>(x, out, leadingValues(x, bytes), window - 8);
  const stretch: usize = window > 64 ? 64 : window > 32 ? 32 : 16;
  const back = window - stretch;
  const from = x - back;
  const whole = stretch == 64 ? stretchExtremes<M>(from, back + bytes, 8) : stretch == 32 ? stretchExtremes<M>(from, back + bytes, 4) : stretchExtremes<M>(from, back + bytes, 2);
  return bestOfTwo<M>(STRETCHES + back, out, whole ? bytes : leadingValues(x, bytes), back);
}

/** The better of each value and that `back` bytes before it. Answers the bytes. */
function bestOfTwo<M>(x: usize, out: usize, bytes: usize, back: usize): usize {
  for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, betterPair<M>(v128.load(x + k), v128.load(x + k - back)));
  return bytes;
}

/** For each row from `x`, the extreme of the two, four or eight `rows` that end with it, in the scratch area. False when one of them is no value. */
// @ts-ignore: decorator
@inline
function stretchExtremes<M>(x: usize, bytes: usize, rows: i32): bool {
  const end = bytes + LEAD;
  const at = x - LEAD - 8;
  let two2 = f64x2.splat(worst<M>()); // of two rows, two rows back
  let four2 = two2;
  let four4 = two2;
  let seen = f64x2.splat(0);
  for (let k: usize = 0; k < end; k += 16) {
    const values = v128.load(at + k, 8);
    const two = betterPair<M>(values, v128.load(at + k));
    const four = betterPair<M>(two, two2);
    v128.store(STRETCHES - LEAD + k, rows == 8 ? betterPair<M>(four, four4) : rows == 4 ? four : two);
    seen = f64x2.add(seen, values);
    two2 = two;
    four4 = four2;
    four2 = four;
  }
  return finitePair(seen);
}

/** Bytes of the leading rows that are values, of an even number of rows. */
function leadingValues(x: usize, bytes: usize): usize {
  let seen = f64x2.splat(0);
  for (let k: usize = 0; k < bytes; k += 16) seen = f64x2.add(seen, v128.load(x + k));
  if (finitePair(seen)) return bytes;
  let k: usize = 0;
  for (; k < bytes && finitePair(v128.load(x + k)); k += 16);
  return k;
}

/**
 * Two blocks at a time, from any row on: lane 0 is a row of the first, lane 1 the same place in the second. The last two end with the last row,
 * and so may take rows again. Answers the bytes taken, 0 when there are not two blocks; ends before two blocks with a gap.
 */
function blockRows<M>(x: usize, out: usize, bytes: usize, window: usize): usize {
  if (bytes < 2 * window) return 0;
  let earlier = SCRATCH;
  let now = SCRATCH + (window << 1) + 16;
  restOfBlock<M>(x, earlier, window);
  for (let k: usize = 0; k < bytes; k += 2 * window) {
    if (k + 2 * window > bytes) {
      k = bytes - 2 * window;
      restOfBlock<M>(x + k, earlier, window);
    }
    if (!restsOfPair<M>(x + k, now, window)) return k;
    extremesOfPair<M>(x + k, out + k, earlier, now, window);
    const spare = earlier;
    earlier = now;
    now = spare;
  }
  return bytes;
}

/** For each place of the block before `x`, the extreme from there to its end, in lane 1; past its end the worst. */
function restOfBlock<M>(x: usize, table: usize, window: usize): void {
  let rest = f64x2.splat(worst<M>());
  for (let k = window; k > 0; k -= 8) {
    v128.store(table + (k << 1), rest);
    rest = betterPair<M>(rest, v128.load_splat<f64>(x - window + k - 8)); // as a pair: a choice between single values is a branch
  }
}

/** For each place of two blocks, the extremes from there to their ends. False when one of their rows is no value. */
function restsOfPair<M>(x: usize, table: usize, window: usize): bool {
  let rest = f64x2.splat(worst<M>());
  let seen = f64x2.splat(0);
  for (let k = window; k > 0; k -= 8) {
    const values = loadPair(x + k - 8, x + window + k - 8);
    v128.store(table + (k << 1), rest);
    rest = betterPair<M>(rest, values);
    seen = f64x2.add(seen, values);
  }
  return finitePair(seen);
}

/** A window is the rest of the block before and the present one so far; the block before the first is in lane 1 of `earlier`, the first in lane 0 of `now`. */
function extremesOfPair<M>(x: usize, out: usize, earlier: usize, now: usize, window: usize): void {
  let soFar = f64x2.splat(worst<M>());
  for (let k: usize = 0; k < window; k += 8) {
    soFar = betterPair<M>(soFar, loadPair(x + k, x + window + k));
    const rest = v128.shuffle<f64>(v128.load(earlier + (k << 1), 16), v128.load(now + (k << 1), 16), 1, 2);
    const extreme = betterPair<M>(soFar, rest);
    v128.store64_lane(out + k, extreme, 0);
    v128.store64_lane(out + window + k, extreme, 1);
  }
}
