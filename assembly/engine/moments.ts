// The population variance of a window, by block moments (van Herk's blocks, merged with the formula of Chan, Golub and LeVeque).
//
// V1. Rows are cut into blocks of `period`, counted from the kernel's first row. A window is the end of one block and the start of the next:
//     each part has its sum and sum of squares about a centre of its own, so nothing drifts, and a flat window gives 0. The centre is the
//     part's first value at first, and its mean at 8, 32, 128 … values from then on, so that little cancels, however the prices trend.
// V2. With k rows in the present block, M2 = M2(prefix) + M2(suffix) + d²·k·(period − k)/period, d the difference of the two means.
// V3. A window with a gap gives NaN. Tables that a gap or a jump in rows has made stale are rebuilt from the window's own rows.
import { NEVER, lastGap, rows, setLastGap, setRows } from '../state';
import { BATCH_ROWS, finite, finitePair } from '../value';
import {
  CENTRE, INVERSE, LAST, PERIOD, PHASE, SQUARES, SUM, TABLES, TABLES_AT, nextRecentring, recentres, rooted, tableBytes,
} from './moments-layout';
import { blockPairs } from './moments-pairs';

export function momentsBytes(period: i32): usize {
  return TABLES + 3 * (<usize>(period + 1) << 3);
}

export function momentsInit(state: usize, period: f64): void {
  store<f64>(state, period, PERIOD);
  store<f64>(state, 1.0 / period, INVERSE);
  store<i64>(state, 0, TABLES_AT);
  store<i32>(state, 0, PHASE);
  store<f64>(state, 0, CENTRE);
  store<f64>(state, 0, SUM);
  store<f64>(state, 0, SQUARES);
  store<f64>(state, 0, LAST);
  const width = tableBytes(state);
  for (let k = 0; k <= <i32>period; k++) {
    const at = state + TABLES + (<usize>k << 3);
    store<f64>(at, k == 0 ? 0 : 1.0 / <f64>k);
    store<f64>(at + width, 0);
    store<f64>(at + 2 * width, 0);
  }
}

/** Standard deviations, or variances, of `n` rows from `x`; `period − 1` rows before it are readable once they exist. */
export function momentsRun<M>(state: usize, x: usize, out: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  while (x < end) {
    let taken: usize = 0;
    if (<i32>((end - x) >> 3) >= BATCH_ROWS) taken = blockRows<M>(state, x, out, end);
    if (taken == 0) {
      store<f64>(out, spreadStep<M>(state, x));
      taken = 8;
    }
    x += taken;
    out += taken;
  }
}

/** One row. */
function spreadStep<M>(state: usize, x: usize): f64 {
  const row = rows(state);
  const period = load<f64>(state, PERIOD);
  const length = <i64>period;
  const phase = load<i32>(state, PHASE);
  const value = load<f64>(x);
  setRows(state, row + 1);
  store<i32>(state, phase + 1 == <i32>length ? 0 : phase + 1, PHASE);
  if (!finite(value)) {
    setLastGap(state, row);
    return NaN;
  }
  if (row - lastGap(state) < length) return NaN;
  prepare(state, x, phase, row);
  holdTables(state, row + 1, phase + 1);
  gather(state, value);
  const spread = row < length - 1 ? NaN : merged<M>(state, phase + 1);
  if (recentres(phase + 1)) recentre(state, phase + 1);
  return spread;
}

/** The deviation, or variance, of the window that holds `values` rows of the present block (V2). */
// @ts-ignore: decorator
@inline
function merged<M>(state: usize, values: i32): f64 {
  const period = load<f64>(state, PERIOD);
  const sum = load<f64>(state, SUM);
  const squares = load<f64>(state, SQUARES);
  const k = <f64>values;
  const inverse = load<f64>(state, INVERSE);
  const table = state + TABLES + (<usize>values << 3);
  const width = tableBytes(state);
  const mean = sum * load<f64>(table);
  const apart = load<f64>(state, CENTRE) - load<f64>(state, LAST) + (mean - load<f64>(table + width));
  const m2 = squares - sum * mean + load<f64>(table + 2 * width) + apart * apart * (k * (period - k) * inverse);
  const variance = (m2 > 0 ? m2 : 0) * inverse;
  return rooted<M>() ? sqrt(variance) : variance;
}

/** Moves the centre of the present block's sums to their mean, over `values` rows. */
function recentre(state: usize, values: i32): void {
  const centre = load<f64>(state, CENTRE);
  const sum = load<f64>(state, SUM);
  const mean = sum * load<f64>(state + TABLES + (<usize>values << 3));
  const moved = centre + mean;
  const rest = centre - moved + mean; // what the rounding of the new centre left over
  store<f64>(state, moved, CENTRE);
  store<f64>(state, <f64>values * rest, SUM);
  store<f64>(state, load<f64>(state, SQUARES) - sum * mean + <f64>values * (rest * rest), SQUARES);
}

/** Notes that the tables hold at `row`; after the last place of a block they are those of the block before it, and hold no more. */
// @ts-ignore: decorator
@inline
function holdTables(state: usize, row: i64, place: i32): void {
  store<i64>(state, place == <i32>load<f64>(state, PERIOD) ? NEVER : row, TABLES_AT);
}

/** Makes the sums and tables hold at `row`, the row at `x`. */
// @ts-ignore: decorator
@inline
function prepare(state: usize, x: usize, phase: i32, row: i64): void {
  const held = load<i64>(state, TABLES_AT) == row;
  if (phase != 0 && held) return;
  rebuildPrefix(state, x, phase);
  if (!held) rebuildSuffixes(state, x - (<usize>phase << 3), phase, row);
}

/** The moments of the present block before the row at `x`. */
function rebuildPrefix(state: usize, x: usize, phase: i32): void {
  const start = x - (<usize>phase << 3);
  store<f64>(state, load<f64>(start), CENTRE);
  store<f64>(state, 0, SUM);
  store<f64>(state, 0, SQUARES);
  for (let k = 0; k < phase; k++) {
    gather(state, load<f64>(start + (<usize>k << 3)));
    if (recentres(k + 1)) recentre(state, k + 1);
  }
}

// @ts-ignore: decorator
@inline
function gather(state: usize, value: f64): void {
  const centred = value - load<f64>(state, CENTRE);
  store<f64>(state, load<f64>(state, SUM) + centred, SUM);
  store<f64>(state, load<f64>(state, SQUARES) + centred * centred, SQUARES);
}

/** The tables, as far as they lie in the window: entry k is about the rows k … period − 1 of the block that ends before `start`. */
function rebuildSuffixes(state: usize, start: usize, phase: i32, row: i64): void {
  const period = <i32>load<f64>(state, PERIOD);
  store<f64>(state, load<f64>(start), LAST);
  if (row < <i64>period || phase == period - 1) return; // no block before, or no row of it in the window
  const width = tableBytes(state);
  const inverses = state + TABLES;
  const block = start - (<usize>period << 3);
  const last = load<f64>(start - 8);
  store<f64>(state, last, LAST);
  let centre = last;
  let offset: f64 = 0; // of the centre from the last value
  let sum: f64 = 0;
  let squares: f64 = 0;
  for (let k = period - 1; k > phase; k--) {
    const values = period - k;
    const centred = load<f64>(block + (<usize>k << 3)) - centre;
    sum += centred;
    squares += centred * centred;
    const mean = sum * load<f64>(inverses + (<usize>values << 3));
    const m2 = squares - sum * mean;
    const entry = inverses + width + (<usize>k << 3);
    store<f64>(entry, offset + mean);
    store<f64>(entry + width, m2);
    if (recentres(values)) {
      const moved = centre + mean;
      const rest = centre - moved + mean;
      centre = moved;
      offset = moved - last;
      sum = <f64>values * rest;
      squares = m2 + <f64>values * (rest * rest);
    }
  }
}

/** Rows up to the end of a block or to where its centre moves, or to a pair with a gap. Answers the bytes taken. */
function blockRows<M>(state: usize, x: usize, out: usize, end: usize): usize {
  const row = rows(state);
  const period = load<f64>(state, PERIOD);
  const length = <i64>period;
  if (row < length || row - lastGap(state) < length) return 0;
  const phase = load<i32>(state, PHASE);
  if (!finite(load<f64>(x))) return 0;
  if (phase == 0) {
    if (load<i64>(state, TABLES_AT) != row) rebuildSuffixes(state, x, 0, row);
    holdTables(state, row, 0);
    const taken = blockPairs<M>(state, x, out, end, row);
    if (taken > 0) return taken;
  }
  prepare(state, x, phase, row);
  const until = min(<i32>length, nextRecentring(phase));
  const stop = min(end, x + (<usize>(until - phase) << 3));
  const inverse = f64x2.splat(load<f64>(state, INVERSE));
  const periods = f64x2.splat(period);
  const zero = f64x2.splat(0);
  const two = f64x2.splat(2);
  const width = tableBytes(state);
  const centre = v128.load_splat<f64>(state, CENTRE);
  const between = f64x2.splat(load<f64>(state, CENTRE) - load<f64>(state, LAST));
  let table = state + TABLES + (<usize>(phase + 1) << 3);
  let sum = load<f64>(state, SUM);
  let squares = load<f64>(state, SQUARES);
  let places = f64x2(<f64>(phase + 1), <f64>(phase + 2));
  let k: usize = 0;
  for (; x + k + 16 <= stop; k += 16, table += 16) {
    const values = v128.load(x + k);
    if (!finitePair(values)) break;
    const centred = f64x2.sub(values, centre);
    const squared = f64x2.mul(centred, centred);
    const sum0 = sum + f64x2.extract_lane(centred, 0);
    sum = sum0 + f64x2.extract_lane(centred, 1);
    const squares0 = squares + f64x2.extract_lane(squared, 0);
    squares = squares0 + f64x2.extract_lane(squared, 1);
    const sums = f64x2(sum0, sum);
    const mean = f64x2.mul(sums, v128.load(table));
    const apart = f64x2.add(between, f64x2.sub(mean, v128.load(table + width)));
    const within = f64x2.add(f64x2.sub(f64x2(squares0, squares), f64x2.mul(sums, mean)), v128.load(table + 2 * width));
    const weight = f64x2.mul(f64x2.mul(places, f64x2.sub(periods, places)), inverse);
    const m2 = f64x2.add(within, f64x2.mul(f64x2.mul(apart, apart), weight));
    const variance = f64x2.mul(f64x2.pmax(zero, m2), inverse);
    v128.store(out + k, rooted<M>() ? f64x2.sqrt(variance) : variance);
    places = f64x2.add(places, two);
  }
  if (k == 0) return 0;
  store<f64>(state, sum, SUM);
  store<f64>(state, squares, SQUARES);
  const taken = <i64>(k >> 3);
  setRows(state, row + taken);
  const place = phase + <i32>taken;
  holdTables(state, row + taken, place);
  if (recentres(place)) recentre(state, place);
  store<i32>(state, place == <i32>length ? 0 : place, PHASE);
  return k;
}
