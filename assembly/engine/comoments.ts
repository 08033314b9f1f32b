// Sums of squares and products about the means, of two columns over one window.
//
// W1. Blocks as in moments.ts: the window is the end of one block of `period` rows and the start of the next, each part with sums about a pair
//     of values of its own, merged with the formula of Chan, Golub and LeVeque. Nothing drifts, and where a column is flat its sums are 0.
// W2. A window with a gap in either column gives NaN. Tables that are stale are rebuilt from the window's own rows.
//
//   32 period │ 40 tables hold at row │ 48 phase i32 │ 56 centre: x, y │ 72 sums: x, y, xx, yy, xy │ 112 last values of the block before: x, y
//   128 table: per place the means less those last values, x, y, then xx, yy, xy; period + 1 long
import { NEVER, lastGap, rows, setLastGap, setRows } from '../state';
import { finite, loadPair } from '../value';

const PERIOD: usize = 32;
const TABLES_AT: usize = 40;
const PHASE: usize = 48;
const CENTRE: usize = 56;
const SUMS: usize = 72;
const LAST: usize = 112;
const TABLE: usize = 128;
const ENTRY_BYTES: usize = 40;

export function comomentsBytes(period: i32): usize {
  return TABLE + <usize>(period + 1) * ENTRY_BYTES;
}

export function comomentsInit(state: usize, period: f64): void {
  memory.fill(state + PERIOD, 0, comomentsBytes(<i32>period) - PERIOD);
  store<f64>(state, period, PERIOD);
  store<i64>(state, NEVER, TABLES_AT);
}

/** One row. Stores the three sums, or NaN, at `xx`, `yy` and `xy`. */
export function comomentsStep(state: usize, x: usize, y: usize, xx: usize, yy: usize, xy: usize): void {
  const row = rows(state);
  const length = <i64>load<f64>(state, PERIOD);
  const phase = load<i32>(state, PHASE);
  setRows(state, row + 1);
  store<i32>(state, phase + 1 == <i32>length ? 0 : phase + 1, PHASE);
  store<f64>(xx, NaN);
  store<f64>(yy, NaN);
  store<f64>(xy, NaN);
  if (!finite(load<f64>(x)) || !finite(load<f64>(y))) return setLastGap(state, row);
  if (row - lastGap(state) < length || row < length - 1) return;
  if (phase == 0 || load<i64>(state, TABLES_AT) != row) rebuild(state, x, y, phase, row);
  store<i64>(state, row + 1, TABLES_AT);
  gather(state + SUMS, load<f64>(x) - load<f64>(state, CENTRE), load<f64>(y) - load<f64>(state, CENTRE + 8));
  merge(state, phase + 1, xx, yy, xy);
}

// @ts-ignore: decorator
@inline
function gather(sums: usize, x: f64, y: f64): void {
  store<f64>(sums, load<f64>(sums) + x);
  store<f64>(sums, load<f64>(sums, 8) + y, 8);
  store<f64>(sums, load<f64>(sums, 16) + x * x, 16);
  store<f64>(sums, load<f64>(sums, 24) + y * y, 24);
  store<f64>(sums, load<f64>(sums, 32) + x * y, 32);
}

/** The window that holds `values` rows of the present block. */
function merge(state: usize, values: i32, xx: usize, yy: usize, xy: usize): void {
  const period = load<f64>(state, PERIOD);
  const k = <f64>values;
  const sums = state + SUMS;
  const entry = state + TABLE + <usize>values * ENTRY_BYTES;
  const meanX = load<f64>(sums) / k;
  const meanY = load<f64>(sums, 8) / k;
  const apartX = load<f64>(state, CENTRE) - load<f64>(state, LAST) + (meanX - load<f64>(entry));
  const apartY = load<f64>(state, CENTRE + 8) - load<f64>(state, LAST + 8) + (meanY - load<f64>(entry, 8));
  const weight = (k * (period - k)) / period;
  store<f64>(xx, max(0, load<f64>(sums, 16) - load<f64>(sums) * meanX + load<f64>(entry, 16) + apartX * apartX * weight));
  store<f64>(yy, max(0, load<f64>(sums, 24) - load<f64>(sums, 8) * meanY + load<f64>(entry, 24) + apartY * apartY * weight));
  store<f64>(xy, load<f64>(sums, 32) - load<f64>(sums) * meanY + load<f64>(entry, 32) + apartX * apartY * weight);
}

/** The sums of the present block before the row at `x`, and the table of the block before it as far as it lies in the window. */
function rebuild(state: usize, x: usize, y: usize, phase: i32, row: i64): void {
  const period = <i32>load<f64>(state, PERIOD);
  const back = <usize>phase << 3;
  v128.store(state, loadPair(x - back, y - back), CENTRE);
  memory.fill(state + SUMS, 0, ENTRY_BYTES);
  for (let at = back; at > 0; at -= 8) gather(state + SUMS, load<f64>(x - at) - load<f64>(x - back), load<f64>(y - at) - load<f64>(y - back));
  v128.store(state, v128.load(state, CENTRE), LAST);
  if (row < <i64>period || phase == period - 1) return; // no block before, or no row of it in the window
  const lastX = x - back - 8;
  const lastY = y - back - 8;
  v128.store(state, loadPair(lastX, lastY), LAST);
  const entries = state + TABLE;
  const sums = entries; // place 0 is of no window: it holds the sums on the way
  memory.fill(sums, 0, ENTRY_BYTES);
  for (let k = period - 1; k > phase; k--) {
    const values = <f64>(period - k);
    const at = <usize>(period - 1 - k) << 3;
    gather(sums, load<f64>(lastX - at) - load<f64>(lastX), load<f64>(lastY - at) - load<f64>(lastY));
    const entry = entries + <usize>k * ENTRY_BYTES;
    const meanX = load<f64>(sums) / values;
    const meanY = load<f64>(sums, 8) / values;
    store<f64>(entry, meanX);
    store<f64>(entry, meanY, 8);
    store<f64>(entry, load<f64>(sums, 16) - load<f64>(sums) * meanX, 16);
    store<f64>(entry, load<f64>(sums, 24) - load<f64>(sums, 8) * meanY, 24);
    store<f64>(entry, load<f64>(sums, 32) - load<f64>(sums) * meanY, 32);
  }
}
