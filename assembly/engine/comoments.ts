// What two columns have to do with one another over a window: sums of squares and products about a centre, and what is made of them.
//
// W1. The window is the end of one block of `period` rows and the start of the next. The sums of both are about the last values of the first block,
//     which the window holds, so that little cancels when they are put together; those of the end were added up from there backwards, those of the
//     start from there on. Nothing drifts, and where a column is flat its sums are 0.
// W2. A window that is one whole block is the end of it from its first row, about its own last values.
// W3. A window with a gap in either column gives NaN. Tables that are stale are rebuilt from the window's own rows.
import { NEVER, lastGap, rows, setLastGap, setRows } from '../state';
import { canonical, finite, first, loadPair } from '../value';
import { CENTRE, ENTRY_BYTES, PERIOD, PHASE, SUMS, TABLE, TABLES_AT, relation } from './comoments-layout';
import { relationPairs } from './comoments-pairs';

export function comomentsBytes(period: i32): usize {
  return TABLE + <usize>period * ENTRY_BYTES;
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
  if (load<i64>(state, TABLES_AT) != row) rebuild(state, x, y, 0);
  return true;
}

/** One row. */
function relationStep<M>(state: usize, x: usize, y: usize): f64 {
  const row = rows(state);
  const length = <i64>load<f64>(state, PERIOD);
  const phase = load<i32>(state, PHASE);
  const isLast = phase + 1 == <i32>length;
  setRows(state, row + 1);
  store<i32>(state, isLast ? 0 : phase + 1, PHASE);
  if (!finite(load<f64>(x)) || !finite(load<f64>(y))) {
    setLastGap(state, row);
    return NaN;
  }
  if (row - lastGap(state) < length || row < length - 1) return NaN;
  const isCurrent = load<i64>(state, TABLES_AT) == row;
  store<i64>(state, row + 1, TABLES_AT);
  if (isLast) {
    restOfBlock(state, x, y, 0);
    return relationOf<M>(state, 0);
  }
  if (!isCurrent) rebuild(state, x, y, phase);
  gather(state + SUMS, load<f64>(x) - load<f64>(state, CENTRE), load<f64>(y) - load<f64>(state, CENTRE + 8));
  return relationOf<M>(state, phase + 1);
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

/** The relation in the window of the present block so far and the block before from a place on. */
function relationOf<M>(state: usize, place: i32): f64 {
  const entry = state + TABLE + <usize>place * ENTRY_BYTES;
  const x = both(state, entry, 0);
  const y = both(state, entry, 8);
  const length = v128.load_splat<f64>(state, PERIOD);
  return canonical(first(relation<M>(length, x, y, both(state, entry, 16), both(state, entry, 24), both(state, entry, 32), f64x2.splat(1))));
}

// @ts-ignore: decorator
@inline
function both(state: usize, entry: usize, offset: usize): v128 {
  return f64x2.add(v128.load_splat<f64>(state + SUMS + offset), v128.load_splat<f64>(entry + offset));
}

/** The table of the block before the present one, as far as it lies in the window, and the sums of the present one before the row at `x`. */
function rebuild(state: usize, x: usize, y: usize, phase: i32): void {
  const back = <usize>phase << 3;
  restOfBlock(state, x - back - 8, y - back - 8, phase + 1);
  for (let at = back; at > 0; at -= 8) gather(state + SUMS, load<f64>(x - at) - load<f64>(state, CENTRE), load<f64>(y - at) - load<f64>(state, CENTRE + 8));
}

/** The table of the block whose last row is at `lastX`, from place `from` on; no row of another is summed up yet. */
function restOfBlock(state: usize, lastX: usize, lastY: usize, from: i32): void {
  const sums = state + SUMS;
  v128.store(state, loadPair(lastX, lastY), CENTRE);
  memory.fill(sums, 0, ENTRY_BYTES);
  const places = <i32>load<f64>(state, PERIOD) - from;
  for (let k = 0; k < places; k++) {
    const at = <usize>k << 3;
    gather(sums, load<f64>(lastX - at) - load<f64>(state, CENTRE), load<f64>(lastY - at) - load<f64>(state, CENTRE + 8));
    const entry = state + TABLE + <usize>(from + places - 1 - k) * ENTRY_BYTES;
    for (let c: usize = 0; c < ENTRY_BYTES; c += 8) store<f64>(entry + c, load<f64>(sums + c));
  }
  memory.fill(sums, 0, ENTRY_BYTES);
}
