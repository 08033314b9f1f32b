// The least or greatest value of a window. Extrema are exact, so one row and many may go different ways to the same bits.
//
// X1. One row: blocks of `period` rows, the extreme of the present block so far and of the rest of the block before (van Herk, Gil and Werman).
// X2. Many rows: windows of 1, 2, 4 … rows by doubling, two rows per instruction; the last step lets two such windows overlap.
// X3. A window with a gap gives NaN. Tables that are stale are rebuilt from the window's own rows.
//
//   32 period │ 40 tables hold at row │ 48 phase i32 │ 56 extreme of the block so far │ 64 table, period + 1 long
import { lastGap, rows, setLastGap, setRows } from '../state';
import { SCRATCH, finite, finitePair } from '../value';

const PERIOD: usize = 32;
const TABLE_AT: usize = 40;
const PHASE: usize = 48;
const SO_FAR: usize = 56;
const TABLE: usize = 64;
/** Rows, window included, whose doubling fits the scratch area. */
const TILE_ROWS: i32 = 2_048;
/** Longer windows would spend most of a tile on rows of the tile before. */
const DOUBLING_PERIOD_MAX: i32 = 512;
const DOUBLING_ROWS_MIN: i32 = 32;

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
    let taken: usize = 0;
    if (<i32>((end - x) >> 3) >= DOUBLING_ROWS_MIN) taken = doublingRows<M>(state, x, out, end);
    if (taken == 0) {
      store<f64>(out, extremeStep<M>(state, x));
      taken = 8;
    }
    x += taken;
    out += taken;
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

/** A tile of rows without a gap in any of their windows. Answers the bytes taken. */
function doublingRows<M>(state: usize, x: usize, out: usize, end: usize): usize {
  const row = rows(state);
  const period = <i32>load<f64>(state, PERIOD);
  if (period > DOUBLING_PERIOD_MAX || row < <i64>period || row - lastGap(state) < <i64>period) return 0;
  const before = <usize>(period - 1) << 3;
  const bytes = copyTile(x, before, min<usize>(end - x, (<usize>TILE_ROWS << 3) - before));
  if (bytes < <usize>period << 3) return 0; // too few to pay for the table that must be rebuilt after
  const tile = SCRATCH + 16;
  const last = before + bytes;
  let width: usize = 8; // bytes of the window each entry holds the extreme of
  for (; width << 1 <= before + 8; width <<= 1) {
    for (let at = last; at > width; ) {
      at -= 16;
      v128.store(tile + at, betterPair<M>(v128.load(tile + at), v128.load(tile + at - width)));
    }
  }
  const overlap = before + 8 - width;
  for (let k: usize = 0; k < bytes; k += 16) {
    const at = tile + before + k;
    v128.store(out + k, betterPair<M>(v128.load(at), v128.load(at - overlap)));
  }
  const taken = <i64>(bytes >> 3);
  setRows(state, row + taken);
  store<i32>(state, <i32>((<i64>load<i32>(state, PHASE) + taken) % <i64>period), PHASE);
  return bytes;
}

/** Copies the window before `x` and an even number of rows from it to the scratch area, up to a pair with a gap. Answers the bytes of the rows. */
function copyTile(x: usize, before: usize, most: usize): usize {
  const tile = SCRATCH + 16;
  memory.copy(tile, x - before, before);
  let k: usize = 0;
  for (; k + 16 <= most; k += 16) {
    const values = v128.load(x + k);
    if (!finitePair(values)) break;
    v128.store(tile + before + k, values);
  }
  return k;
}
