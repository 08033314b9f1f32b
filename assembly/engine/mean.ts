// The mean of a window, plain (SMA) or with weights 1, 2 … period (WMA): exact for decimals, free of drift for anything else.
//
// M1. A window is *exact* when each of its values is a decimal at the scale 10^K, K being the least that fits every decimal seen so far.
//     Its sum is kept as an integer N, and the output is N / (10^K · D), D = period or period·(period + 1)/2, rounded once:
//     equal rationals give equal doubles, whatever K.
// M2. A window is *rough* when it holds a value that is no such decimal. Its output is the sum of two partial sums: of the present block of
//     `period` rows from its start, and of the block before from its end (van Herk). Blocks are counted from the kernel's first row.
// M3. A window with a gap gives NaN; nothing of the gap remains once it has left.
// M4. Whatever is not valid any more is rebuilt from the window's own rows, so the output depends on the rows alone, not on how they were cut.
//
//   32 period │ 40 scale │ 48 limit │ 56 divisor │ 64 plain sum │ 72 weighted sum │ 80 sums hold at row │ 88 last rough row
//   96 tables hold at row │ 104 prefix │ 112 weighted prefix │ 120 place in the block there i32 │ 128 suffix table
import { NEVER, lastGap, rows, setLastGap, setRows } from '../state';
import { BATCH_ROWS, canonical, canonicalPair, finite, second } from '../value';
import { fitPair, integerAt, integerPair, roughPair, scaleFor } from './decimal';

const EXACT_MAX: f64 = 9007199254740992.0; // 2⁵³
const TILE_ROWS: usize = 256; // a scan of a tile and its means stay in the first-level cache
const PERIOD: usize = 32;
const SCALE: usize = 40;
const LIMIT: usize = 48;
const DIVISOR: usize = 56;
const SUM: usize = 64;
const WEIGHTED: usize = 72;
const SUMS_AT: usize = 80;
const LAST_ROUGH: usize = 88;
const TABLES_AT: usize = 96;
const PREFIX: usize = 104;
const WEIGHTED_PREFIX: usize = 112;
const PHASE: usize = 120;
const TABLE: usize = 128;

/** Markers for the two means; used as type arguments so that each gets its own code. */
export type Plain = i32;
export type Weighted = f64;

// @ts-ignore: decorator
@inline
function weighted<M>(): bool {
  return isFloat<M>();
}

/** Sum of the weights. */
// @ts-ignore: decorator
@inline
function weights<M>(period: f64): f64 {
  return weighted<M>() ? period * (period + 1) * 0.5 : period;
}

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
  store<f64>(state, scale * weights<M>(load<f64>(state, PERIOD)), DIVISOR);
}

/** Means of `n` rows from `x`; `period` rows before it are readable once they exist. */
export function meanRun<M>(state: usize, x: usize, out: usize, n: i32): void {
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
function meanStep<M>(state: usize, x: usize): f64 {
  const row = rows(state);
  const integer = integerAt(load<f64>(x), load<f64>(state, SCALE), load<f64>(state, LIMIT));
  if (load<i64>(state, SUMS_AT) != row || !finite(integer)) return changingStep<M>(state, x, integer);
  // The window before was exact and one more such value enters: by M1 the window is exact.
  setRows(state, row + 1);
  return exactStep<M>(state, x, row, integer);
}

// @ts-ignore: decorator
@inline
function exactStep<M>(state: usize, x: usize, row: i64, integer: f64): f64 {
  advanceSums<M>(state, x, row, integer);
  store<i64>(state, row + 1, SUMS_AT);
  const mean = load<f64>(state, weighted<M>() ? WEIGHTED : SUM) / load<f64>(state, DIVISOR) + 0.0;
  return <f64>(row + 1) < load<f64>(state, PERIOD) ? NaN : mean;
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
  if (!finite(integer)) {
    const wider = scaleFor(value, load<f64>(state, SCALE), load<f64>(state, LIMIT));
    if (wider == 0) store<i64>(state, row, LAST_ROUGH);
    else {
      setScale<M>(state, wider);
      store<i64>(state, NEVER, SUMS_AT);
    }
  }
  if (row - lastGap(state) < length) return NaN;
  if (row - load<i64>(state, LAST_ROUGH) >= length && rebuildSums<M>(state, x, row)) {
    store<i64>(state, row + 1, SUMS_AT);
    return row < length - 1 ? NaN : load<f64>(state, weighted<M>() ? WEIGHTED : SUM) / load<f64>(state, DIVISOR) + 0.0;
  }
  return row < length - 1 ? NaN : roughStep<M>(state, x, row);
}

/** The window moves one row on: `integer` enters, the value `period` rows back leaves. */
// @ts-ignore: decorator
@inline
function advanceSums<M>(state: usize, x: usize, row: i64, integer: f64): void {
  const period = load<f64>(state, PERIOD);
  const full = <f64>row >= period;
  const sum = load<f64>(state, SUM);
  if (weighted<M>()) {
    const held = load<f64>(state, WEIGHTED);
    // Before the window is full the newest row counts its place from the start, so that the oldest has weight 1.
    store<f64>(state, full ? held - sum + period * integer : held + <f64>(row + 1) * integer, WEIGHTED);
  }
  const leaving = full ? nearest(load<f64>(x - (<usize>period << 3)) * load<f64>(state, SCALE)) : 0;
  store<f64>(state, sum + (integer - leaving), SUM);
}

/** The sums over the window ending at `x`, anew at the present scale. False when a value is beyond the limit there: the window is rough. */
function rebuildSums<M>(state: usize, x: usize, row: i64): bool {
  const period = load<f64>(state, PERIOD);
  const held = min<i64>(row + 1, <i64>period);
  const scale = load<f64>(state, SCALE);
  const limit = load<f64>(state, LIMIT);
  let sum: f64 = 0;
  let heavy: f64 = 0;
  for (let back = held - 1; back >= 0; back--) {
    const integer = integerAt(load<f64>(x - (<usize>back << 3)), scale, limit);
    if (finite(integer)) {
      sum += integer;
      heavy += <f64>(held - back) * integer;
    } else {
      store<i64>(state, row - back, LAST_ROUGH);
    }
  }
  store<f64>(state, sum, SUM);
  store<f64>(state, heavy, WEIGHTED);
  return row - load<i64>(state, LAST_ROUGH) >= <i64>period;
}

/** One row of a rough window. */
function roughStep<M>(state: usize, x: usize, row: i64): f64 {
  const period = load<f64>(state, PERIOD);
  const phase = placeOf<M>(state, x, row);
  holdTables(state, row + 1, phase + 1);
  const prefix = load<f64>(state, PREFIX) + load<f64>(x);
  store<f64>(state, prefix, PREFIX);
  const suffix = load<f64>(state + (<usize>phase << 3), TABLE + 8);
  if (!weighted<M>()) return canonical((prefix + suffix) / period);
  const place = <f64>(phase + 1);
  const heavy = load<f64>(state, WEIGHTED_PREFIX) + place * load<f64>(x);
  store<f64>(state, heavy, WEIGHTED_PREFIX);
  return canonical((heavy + (period - place) * prefix + suffix) / weights<M>(period));
}

/** Place of a row in its block; on return the tables hold for it. */
function placeOf<M>(state: usize, x: usize, row: i64): i32 {
  const held = load<i64>(state, TABLES_AT) == row;
  const phase = held ? load<i32>(state, PHASE) : <i32>(row % <i64>load<f64>(state, PERIOD));
  if (!held || phase == 0) rebuildTables<M>(state, x, phase);
  return phase;
}

/** Notes that the tables hold at `row`, at place `phase` of its block or the start of the next. */
// @ts-ignore: decorator
@inline
function holdTables(state: usize, row: i64, phase: i32): void {
  store<i64>(state, row, TABLES_AT);
  store<i32>(state, phase == <i32>load<f64>(state, PERIOD) ? 0 : phase, PHASE);
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

/** Pairs of rows of an exact window, as far as the values stay decimals. Answers the bytes taken. */
function exactRows<M>(state: usize, x: usize, out: usize, end: usize): usize {
  const row = rows(state);
  const period = load<f64>(state, PERIOD);
  if (row < <i64>period || load<i64>(state, SUMS_AT) != row) return 0;
  const width = <usize>period << 3;
  const scale = v128.load_splat<f64>(state, SCALE);
  const limit = v128.load_splat<f64>(state, LIMIT);
  const divisor = v128.load_splat<f64>(state, DIVISOR);
  const length = f64x2.splat(period);
  const zero = f64x2.splat(0);
  let sums = v128.load_splat<f64>(state, SUM); // the newest sum, in both lanes
  let heavies = v128.load_splat<f64>(state, WEIGHTED);
  let k: usize = 0;
  for (; x + k + 16 <= end; k += 16) {
    const values = v128.load(x + k);
    const entering = integerPair(values, scale);
    if (!i64x2.all_true(fitPair(values, entering, scale, limit))) break;
    const change = f64x2.sub(entering, integerPair(v128.load(x + k - width), scale));
    const next = f64x2.add(sums, runningPair(change, zero));
    if (weighted<M>()) {
      const gained = runningPair(f64x2.mul(length, entering), zero);
      const lost = runningPair(v128.shuffle<f64>(sums, next, 0, 2), zero);
      const heavy = f64x2.add(f64x2.sub(heavies, lost), gained);
      v128.store(out + k, f64x2.div(heavy, divisor));
      heavies = v128.shuffle<f64>(heavy, heavy, 1, 1);
    } else {
      v128.store(out + k, f64x2.div(next, divisor));
    }
    sums = v128.shuffle<f64>(next, next, 1, 1);
  }
  if (k == 0) return 0;
  store<f64>(state, second(sums), SUM);
  store<f64>(state, second(heavies), WEIGHTED);
  const next = row + <i64>(k >> 3);
  setRows(state, next);
  store<i64>(state, next, SUMS_AT);
  return k;
}

/** (a, b) → (a, a + b) */
// @ts-ignore: decorator
@inline
function runningPair(pair: v128, zero: v128): v128 {
  return f64x2.add(pair, v128.shuffle<f64>(zero, pair, 1, 2));
}

/** A tile of rows, none of which is a decimal: all their windows are rough. Answers the bytes taken. */
function roughRows<M>(state: usize, x: usize, out: usize, end: usize): usize {
  const row = rows(state);
  const period = load<f64>(state, PERIOD);
  if (row < <i64>period || row - lastGap(state) < <i64>period) return 0;
  const bytes = roughBytes(x, min(end, x + (TILE_ROWS << 3)));
  if (bytes == 0) return 0;
  let phase = placeOf<M>(state, x, row);
  for (let k: usize = 0; k < bytes; ) {
    if (phase == 0 && k > 0) rebuildTables<M>(state, x + k, 0);
    const segment = min<usize>((<usize>period - <usize>phase) << 3, bytes - k);
    roughSegment<M>(state, x + k, out + k, segment, phase);
    k += segment;
    phase += <i32>(segment >> 3);
    if (phase == <i32>period) phase = 0;
  }
  const next = row + <i64>(bytes >> 3);
  setRows(state, next);
  holdTables(state, next, phase);
  store<i64>(state, next - 1, LAST_ROUGH);
  return bytes;
}

/** Bytes of leading pairs that are values and no decimals. */
function roughBytes(x: usize, end: usize): usize {
  let k: usize = 0;
  for (; x + k + 16 <= end; k += 16) {
    if (!i64x2.all_true(roughPair(v128.load(x + k)))) break;
  }
  return k;
}

/** Rows of one block from place `phase` on; `roughStep` says the same for one row. */
// @ts-ignore: decorator
@inline
function roughSegment<M>(state: usize, x: usize, out: usize, bytes: usize, phase: i32): void {
  const period = load<f64>(state, PERIOD);
  const divisor = f64x2.splat(weights<M>(period));
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
      store<f64>(out + k, canonical((prefix + load<f64>(table)) / period));
    }
  }
  store<f64>(state, prefix, PREFIX);
  store<f64>(state, heavy, WEIGHTED_PREFIX);
}
