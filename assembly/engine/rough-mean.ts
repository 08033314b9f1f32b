// Means of rough windows, those that hold a value which is no decimal (M2 of mean.ts): sums of blocks, one row or two blocks at a time.
import { NEVER, lastGap, rows, setRows } from '../state';
import { SCRATCH, blemish, canonical, canonicalPair, finitePair, held, heldSizeMask, loadPair, settle } from '../value';
import { CLOSE, SCALE_MAX, fitPair, isDecimalFrom, roughPair } from './decimal';
import { LAST_ROUGH, LIMIT, PERIOD, PHASE, PREFIX, SCALE, TABLE, TABLES_AT, WEIGHTED_PREFIX, divisorOf, weighted, weights } from './mean-layout';

/** Two tables of pairs fit the scratch area. */
const PAIRED_PERIOD_MAX: i32 = 1_024;
const PAIRED_PERIOD_MIN: i32 = 4;

/** One row of a rough window. */
export function roughStep<M>(state: usize, x: usize, row: i64): f64 {
  const period = load<f64>(state, PERIOD);
  const phase = placeOf<M>(state, x, row);
  holdTables(state, row + 1, phase + 1);
  const prefix = load<f64>(state, PREFIX) + load<f64>(x);
  store<f64>(state, prefix, PREFIX);
  const suffix = load<f64>(state + (<usize>phase << 3), TABLE + 8);
  if (!weighted<M>()) return canonical((prefix + suffix) / divisorOf<M>(period));
  const place = <f64>(phase + 1);
  const heavy = load<f64>(state, WEIGHTED_PREFIX) + place * load<f64>(x);
  store<f64>(state, heavy, WEIGHTED_PREFIX);
  return canonical((heavy + (period - place) * prefix + suffix) / weights<M>(period));
}

/** Place of a row in its block; on return the tables hold for it. */
function placeOf<M>(state: usize, x: usize, row: i64): i32 {
  const held = load<i64>(state, TABLES_AT) == row;
  const phase = held ? load<i32>(state, PHASE) : <i32>(row % <i64>load<f64>(state, PERIOD));
  if (!held) rebuildTables<M>(state, x, phase);
  return phase;
}

/** Notes that the tables hold at `row`, at place `phase` of its block; after the last place they are those of the block before, and hold no more. */
// @ts-ignore: decorator
@inline
function holdTables(state: usize, row: i64, phase: i32): void {
  store<i64>(state, phase == <i32>load<f64>(state, PERIOD) ? NEVER : row, TABLES_AT);
  store<i32>(state, phase, PHASE);
}

/**
 * Prefix of the present block before the row at `x`, and suffixes of the block before it, as far as they lie in the window.
 * Entry k of the table belongs to the window that holds k rows of the present block. A weighted suffix is the sum of its suffixes:
 * the oldest row then has weight 1.
 */
function rebuildTables<M>(state: usize, x: usize, phase: i32): void {
  const period = <i32>load<f64>(state, PERIOD);
  const start = x - (<usize>phase << 3);
  const table = state + TABLE;
  store<f64>(table + (<usize>period << 3), 0);
  let sum: f64 = 0;
  let heavy: f64 = 0;
  const block = start - (<usize>period << 3);
  for (let k = period - 1; k > phase; k--) {
    sum += load<f64>(block + (<usize>k << 3));
    heavy += sum;
    store<f64>(table + (<usize>k << 3), weighted<M>() ? heavy : sum);
  }
  let prefix: f64 = 0;
  let heavyPrefix: f64 = 0;
  for (let k = 0; k < phase; k++) {
    const value = load<f64>(start + (<usize>k << 3));
    prefix += value;
    heavyPrefix += <f64>(k + 1) * value;
  }
  store<f64>(state, prefix, PREFIX);
  store<f64>(state, heavyPrefix, WEIGHTED_PREFIX);
}

/** Rows whose windows are all rough. Answers the bytes taken. */
export function roughRows<M>(state: usize, x: usize, out: usize, end: usize): usize {
  const row = rows(state);
  const period = <i32>load<f64>(state, PERIOD);
  if (row < <i64>period || row - lastGap(state) < <i64>period) return 0;
  const phase = placeOf<M>(state, x, row);
  const isPaired = phase == 0 && period >= PAIRED_PERIOD_MIN && period <= PAIRED_PERIOD_MAX;
  let bytes = isPaired ? roughPairs<M>(state, x, out, end - x, period) : 0;
  if (bytes == 0) {
    bytes = roughBytes(state, x, min<usize>(end - x, <usize>(period - phase) << 3));
    roughSegment<M>(state, x, out, bytes, phase);
    holdTables(state, row + <i64>(bytes >> 3), phase + <i32>(bytes >> 3));
  } else {
    holdTables(state, row + <i64>(bytes >> 3), 0);
  }
  if (bytes == 0) return 0;
  setRows(state, row + <i64>(bytes >> 3));
  store<i64>(state, row + <i64>(bytes >> 3) - 1 - stepsToRough(state, x + bytes - 8), LAST_ROUGH);
  return bytes;
}

/** How many rows before the one at `x` the last rough value is; there is one. */
function stepsToRough(state: usize, x: usize): i64 {
  let steps: i64 = 0;
  while (!isRough(state, load<f64>(x - (<usize>steps << 3)))) steps++;
  return steps;
}

// @ts-ignore: decorator
@inline
function isRough(state: usize, value: f64): bool {
  const scale = load<f64>(state, SCALE);
  const limit = load<f64>(state, LIMIT);
  return limit < 0 || !isDecimalFrom(value, scale, limit);
}

/**
 * Two blocks at a time: lane 0 is a row of the first, lane 1 the same place in the second. Every window holds the first row of a block, so that
 * it is rough when those are. Answers the bytes taken; ends before two blocks with a gap.
 */
function roughPairs<M>(state: usize, x: usize, out: usize, most: usize, period: i32): usize {
  const block = <usize>period << 3;
  let earlier = SCRATCH;
  let now = SCRATCH + (block << 1) + 16;
  v128.store(earlier + (block << 1), f64x2.splat(0)); // a window of the whole present block has no rest of one before
  v128.store(now + (block << 1), f64x2.splat(0));
  for (let k: usize = 8; k < block; k += 8) store<f64>(earlier + (k << 1), load<f64>(state + TABLE + k), 8);
  let bytes: usize = 0;
  for (; bytes + 2 * block <= most; bytes += 2 * block) {
    if (!isRough(state, load<f64>(x + bytes)) || !isRough(state, load<f64>(x + bytes + block))) break;
    if (!restsOfPair<M>(x + bytes, now, block)) break;
    meansOfPair<M>(x + bytes, out + bytes, earlier, now, block);
    const spare = earlier;
    earlier = now;
    now = spare;
  }
  if (bytes == 0) return 0;
  for (let k: usize = 8; k < block; k += 8) store<f64>(state + TABLE + k, load<f64>(earlier + (k << 1), 8));
  store<f64>(state, 0, PREFIX);
  store<f64>(state, 0, WEIGHTED_PREFIX);
  return bytes;
}

/** For each place of two blocks, the sums from there to their ends. False when one of their rows is no value. */
function restsOfPair<M>(x: usize, table: usize, block: usize): bool {
  let sum = f64x2.splat(0);
  let heavy = sum;
  for (let k = block - 8; k > 0; k -= 8) {
    sum = f64x2.add(sum, loadPair(x + k, x + block + k));
    if (weighted<M>()) heavy = f64x2.add(heavy, sum);
    v128.store(table + (k << 1), weighted<M>() ? heavy : sum);
  }
  return finitePair(f64x2.add(sum, loadPair(x, x + block)));
}

/** The block before the first is in lane 1 of `earlier`, the first in lane 0 of `now`. */
function meansOfPair<M>(x: usize, out: usize, earlier: usize, now: usize, block: usize): void {
  const period = <f64>(block >> 3);
  const zero = f64x2.splat(0);
  const one = held(1);
  const length = f64x2.splat(period);
  const divisor = f64x2.splat(divisorOf<M>(period));
  let sum = zero;
  let heavy = zero;
  let place = one;
  let blemishes = zero;
  for (let k: usize = 0; k < block; k += 8) {
    const values = loadPair(x + k, x + block + k);
    sum = f64x2.add(sum, values);
    let whole = sum;
    if (weighted<M>()) {
      heavy = f64x2.add(heavy, f64x2.mul(place, values));
      whole = f64x2.add(heavy, f64x2.mul(f64x2.sub(length, place), sum));
      place = f64x2.add(place, one);
    }
    const rest = v128.shuffle<f64>(v128.load(earlier + (k << 1), 16), v128.load(now + (k << 1), 16), 1, 2);
    const mean = f64x2.add(f64x2.div(f64x2.add(whole, rest), divisor), zero);
    v128.store64_lane(out + k, mean, 0);
    v128.store64_lane(out + block + k, mean, 1);
    blemishes = blemish(blemishes, mean);
  }
  settle(out, out + 2 * block, blemishes);
}

/**
 * Bytes of leading pairs that are values and no decimals. A value may be a decimal at the present scale and none at the finest, when it is one
 * unit in the last place away: one row at a time takes it for exact, and so it must not be taken here. Without a limit every value is rough.
 */
function roughBytes(state: usize, x: usize, most: usize): usize {
  const scale = v128.load_splat<f64>(state, SCALE);
  const limit = v128.load_splat<f64>(state, LIMIT);
  const loose = load<f64>(state, LIMIT) < 0;
  const finest = held(SCALE_MAX);
  const close = held(CLOSE);
  const size = heldSizeMask();
  let k: usize = 0;
  for (; k + 16 <= most; k += 16) {
    const values = v128.load(x + k);
    const isRoughPair = loose ? finitePair(values) : i64x2.bitmask(v128.andnot(roughPair(values, finest, close, size), fitPair(values, scale, limit, close, size))) == 3;
    if (!isRoughPair) break;
  }
  return k;
}

/** Rows of one block from place `phase` on; `roughStep` says the same for one row. */
// @ts-ignore: decorator
@inline
function roughSegment<M>(state: usize, x: usize, out: usize, bytes: usize, phase: i32): void {
  const period = load<f64>(state, PERIOD);
  const divisor = f64x2.splat(divisorOf<M>(period));
  const two = f64x2.splat(2);
  let table = state + TABLE + (<usize>(phase + 1) << 3);
  let prefix = load<f64>(state, PREFIX);
  let heavy = load<f64>(state, WEIGHTED_PREFIX);
  let places = f64x2(<f64>(phase + 1), <f64>(phase + 2));
  let k: usize = 0;
  for (; k + 16 <= bytes; k += 16, table += 16) {
    const values = v128.load(x + k);
    const prefix0 = prefix + f64x2.extract_lane(values, 0);
    prefix = prefix0 + f64x2.extract_lane(values, 1);
    const prefixes = f64x2(prefix0, prefix);
    if (weighted<M>()) {
      const heavier = f64x2.mul(places, values);
      const heavy0 = heavy + f64x2.extract_lane(heavier, 0);
      heavy = heavy0 + f64x2.extract_lane(heavier, 1);
      const above = f64x2.mul(f64x2.sub(f64x2.splat(period), places), prefixes);
      const sum = f64x2.add(f64x2.add(f64x2(heavy0, heavy), above), v128.load(table));
      v128.store(out + k, canonicalPair(f64x2.div(sum, divisor)));
      places = f64x2.add(places, two);
    } else {
      v128.store(out + k, canonicalPair(f64x2.div(f64x2.add(prefixes, v128.load(table)), divisor)));
    }
  }
  if (k < bytes) {
    const value = load<f64>(x + k);
    prefix += value;
    if (weighted<M>()) {
      const place = f64x2.extract_lane(places, 0);
      heavy += place * value;
      store<f64>(out + k, canonical((heavy + (period - place) * prefix + load<f64>(table)) / weights<M>(period)));
    } else {
      store<f64>(out + k, canonical((prefix + load<f64>(table)) / divisorOf<M>(period)));
    }
  }
  store<f64>(state, prefix, PREFIX);
  store<f64>(state, heavy, WEIGHTED_PREFIX);
}
