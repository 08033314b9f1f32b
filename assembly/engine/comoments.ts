// What two columns have to do with one another over a window: sums of squares and products about the means, and what is made of them.
//
// W1. Blocks as in moments.ts: the window is the end of one block of `period` rows and the start of the next, each part with sums about a pair
//     of values of its own, merged with the formula of Chan, Golub and LeVeque. Nothing drifts, and where a column is flat its sums are 0.
// W2. A window with a gap in either column gives NaN. Tables that are stale are rebuilt from the window's own rows.
import { NEVER, lastGap, rows, setLastGap, setRows } from '../state';
import { canonical, finite, first, loadPair } from '../value';
import { CENTRE, ENTRY_BYTES, LAST, PERIOD, PHASE, SUMS, TABLE, TABLES_AT, relation } from './comoments-layout';
import { relationPairs } from './comoments-pairs';

export function comomentsBytes(period: i32): usize {
  return TABLE + <usize>(period + 1) * ENTRY_BYTES;
}

export function comomentsInit(state: usize, period: f64): void {
  memory.fill(state + PERIOD, 0, comomentsBytes(<i32>period) - PERIOD);
  store<f64>(state, period, PERIOD);
  store<i64>(state, NEVER, TABLES_AT);
}

/** Relations of `n` rows from `x` and `y`; `period − 1` rows before them are readable once they exist. */
export function relationRun<M>(state: usize, x: usize, y: usize, out: usize, n: i32): void {
  const end = <usize>n << 3;
  const window = <usize>load<f64>(state, PERIOD) << 3;
  for (let k: usize = 0; k < end; ) {
    const isWhole = load<i32>(state, PHASE) == 0 && k + 2 * window <= end && prepare(state, x + k, y + k);
    const taken = isWhole ? relationPairs<M>(state, x + k, y + k, out + k, end - k, rows(state)) : 0;
    k += taken;
    if (taken > 0) continue;
    for (const stop = min(end, k + window - (<usize>load<i32>(state, PHASE) << 3)); k < stop; k += 8) store<f64>(out + k, relationStep<M>(state, x + k, y + k));
  }
}

/** True when two blocks may be taken from the row at `x` on; the table then holds for it. */
function prepare(state: usize, x: usize, y: usize): bool {
  const row = rows(state);
  const length = <i64>load<f64>(state, PERIOD);
  if (row < length || row - lastGap(state) < length) return false;
  rebuild(state, x, y, 0, row);
  return true;
}

/** One row. */
function relationStep<M>(state: usize, x: usize, y: usize): f64 {
  const row = rows(state);
  const length = <i64>load<f64>(state, PERIOD);
  const phase = load<i32>(state, PHASE);
  setRows(state, row + 1);
  store<i32>(state, phase + 1 == <i32>length ? 0 : phase + 1, PHASE);
  if (!finite(load<f64>(x)) || !finite(load<f64>(y))) {
    setLastGap(state, row);
    return NaN;
  }
  if (row - lastGap(state) < length || row < length - 1) return NaN;
  if (phase == 0 || load<i64>(state, TABLES_AT) != row) rebuild(state, x, y, phase, row);
  store<i64>(state, row + 1, TABLES_AT);
  gather(state + SUMS, load<f64>(x) - load<f64>(state, CENTRE), load<f64>(y) - load<f64>(state, CENTRE + 8));
  return merged<M>(state, phase + 1);
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

/** The relation in the window that holds `values` rows of the present block. */
function merged<M>(state: usize, values: i32): f64 {
  const period = load<f64>(state, PERIOD);
  const k = <f64>values;
  const inverse = 1.0 / k;
  const sums = state + SUMS;
  const entry = state + TABLE + <usize>values * ENTRY_BYTES;
  const meanX = load<f64>(sums) * inverse;
  const meanY = load<f64>(sums, 8) * inverse;
  const apartX = load<f64>(state, CENTRE) - load<f64>(state, LAST) + (meanX - load<f64>(entry));
  const apartY = load<f64>(state, CENTRE + 8) - load<f64>(state, LAST + 8) + (meanY - load<f64>(entry, 8));
  const weight = k * (period - k) * (1.0 / period);
  const weighed = apartX * weight;
  const xx = load<f64>(sums, 16) - load<f64>(sums) * meanX + load<f64>(entry, 16) + apartX * weighed;
  const yy = load<f64>(sums, 24) - load<f64>(sums, 8) * meanY + load<f64>(entry, 24) + apartY * (apartY * weight);
  const xy = load<f64>(sums, 32) - load<f64>(sums) * meanY + load<f64>(entry, 32) + apartY * weighed;
  return canonical(first(relation<M>(f64x2.splat(max(0, xx)), f64x2.splat(max(0, yy)), f64x2.splat(xy), f64x2.splat(1))));
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
    const inverse = 1.0 / <f64>(period - k);
    const at = <usize>(period - 1 - k) << 3;
    gather(sums, load<f64>(lastX - at) - load<f64>(lastX), load<f64>(lastY - at) - load<f64>(lastY));
    const entry = entries + <usize>k * ENTRY_BYTES;
    const meanX = load<f64>(sums) * inverse;
    const meanY = load<f64>(sums, 8) * inverse;
    store<f64>(entry, meanX);
    store<f64>(entry, meanY, 8);
    store<f64>(entry, load<f64>(sums, 16) - load<f64>(sums) * meanX, 16);
    store<f64>(entry, load<f64>(sums, 24) - load<f64>(sums, 8) * meanY, 24);
    store<f64>(entry, load<f64>(sums, 32) - load<f64>(sums) * meanY, 32);
  }
}
