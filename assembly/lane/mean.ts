// Plain means of many instances, two in an instruction: the arithmetic of engine/mean.ts and engine/rough-mean.ts for one row. Scales differ from
// instance to instance, and so may how exact a window is. Windows in which that changes are left to the kernel.
// E1. The mark of a bank says that the windows of all its instances are exact. The words that would say so row by row, and that count the rows, then
//     stand still; they are put right when the mark goes.
import { CLOSE, SCALE_MAX, farLanes, isFarPair, roughPair } from '../engine/decimal';
import { DIVISOR, LAST_ROUGH, LIMIT, PERIOD, PHASE, PREFIX, SCALE, SUM, SUMS_AT, TABLE, TABLES_AT, WEIGHTED_PREFIX } from '../engine/mean-layout';
import { NEVER } from '../state';
import { finitePair, held, heldSizeMask } from '../value';
import { bothAlone } from './alone';
import { BANK_BYTES, STEP, TURN, WORDS, bankBytes, bankStep, banks, markOf, rowBytes, rowOf, seenBefore, setMark, word } from './table';

export const EXACT: i32 = 1;
const ROWS: usize = 16; // bytes of a state block: the rows so far, and the last of them that was a gap
const LAST_GAP: usize = 24;
export const SCALES: usize = (SCALE >> 3) * STEP;
export const SUMS: usize = (SUM >> 3) * STEP;
const POINTERS: usize = 24_576; // in the scratch area, above those of moments.ts

/** sma: the mean is all there is. */
export function meansOfRow(at: usize, row: i64): void {
  const end = rowBytes(at);
  const step = bankStep(at);
  const seen = seenBefore(at, row);
  const period = load<f64>(word(banks(at) + WORDS, PERIOD));
  const x = rowOf(at, 0, row, 0);
  const leaving = rowOf(at, 0, row, <i64>period);
  const out = rowOf(at, 1, row, 0);
  const close = held(CLOSE);
  const size = heldSizeMask();
  let bank = banks(at);
  prepareMeans(at, bank + WORDS, row);
  for (let from: usize = 0; from < end; from += BANK_BYTES, bank += step) {
    const own = bank + WORDS;
    const bytes = bankBytes(end, from);
    let k: usize = 0;
    if (markOf(bank) == EXACT) {
      k = exactMeans(own, period, x + from, leaving + from, out + from, bytes);
      if (k == bytes) continue;
      countMeans(own, 0, k, seen + 1);
      countMeans(own, k, bytes, seen);
      setMark(bank, 0);
    }
    for (; k < bytes; k += 16) {
      const isDone = seen >= <i64>period && meanOfPair(own + k, period, seen, x + from + k, leaving + from + k, out + from + k, close, size, from + k);
      if (!isDone) bothAlone(at, from + k, row);
    }
    if (seen + 1 >= <i64>period && allAt(word(own, SUMS_AT), bytes, seen + 1)) setMark(bank, EXACT);
  }
}

/** Instances of a marked bank, as far as the values are decimals at the scales there are. Answers the bytes taken. */
function exactMeans(own: usize, period: f64, x: usize, leaving: usize, out: usize, bytes: usize): usize {
  const limit = v128.load_splat<f64>(word(own, LIMIT));
  const length = v128.load_splat<f64>(word(own, PERIOD));
  const close = held(CLOSE);
  const size = heldSizeMask();
  let k: usize = 0;
  for (; k < bytes; k += TURN) {
    const scaled0 = f64x2.mul(v128.load(x + k), v128.load(own + k, SCALES));
    const scaled1 = f64x2.mul(v128.load(x + k, 16), v128.load(own + k, SCALES + 16));
    const scaled2 = f64x2.mul(v128.load(x + k, 32), v128.load(own + k, SCALES + 32));
    const scaled3 = f64x2.mul(v128.load(x + k, 48), v128.load(own + k, SCALES + 48));
    const entering0 = f64x2.nearest(scaled0);
    const entering1 = f64x2.nearest(scaled1);
    const entering2 = f64x2.nearest(scaled2);
    const entering3 = f64x2.nearest(scaled3);
    const far = v128.or(
      v128.or(farLanes(scaled0, entering0, limit, close, size), farLanes(scaled1, entering1, limit, close, size)),
      v128.or(farLanes(scaled2, entering2, limit, close, size), farLanes(scaled3, entering3, limit, close, size)),
    );
    if (i64x2.bitmask(far) != 0) break;
    v128.store(out + k, exactMean(own + k, leaving + k, length, entering0));
    v128.store(out + k, exactMean(own + k + 16, leaving + k + 16, length, entering1), 16);
    v128.store(out + k, exactMean(own + k + 32, leaving + k + 32, length, entering2), 32);
    v128.store(out + k, exactMean(own + k + 48, leaving + k + 48, length, entering3), 48);
  }
  return k;
}

// @ts-ignore: decorator
@inline
function exactMean(own: usize, leaving: usize, length: v128, entering: v128): v128 {
  const scale = v128.load(own, SCALES);
  const sum = f64x2.add(v128.load(own, SUMS), f64x2.sub(entering, f64x2.nearest(f64x2.mul(v128.load(leaving), scale))));
  v128.store(own, sum, SUMS);
  return f64x2.add(f64x2.div(sum, f64x2.mul(scale, length)), f64x2.splat(0));
}

/** Counts `rows` rows, and exact windows up to there, of the instances of a bank from byte `from` to byte `to`. */
export function countMeans(own: usize, from: usize, to: usize, rows: i64): void {
  fillWord(word(own, ROWS), from, to, rows);
  fillWord(word(own, SUMS_AT), from, to, rows);
}

export function fillWord(at: usize, from: usize, to: usize, rows: i64): void {
  for (let k = from; k < to; k += 16) v128.store(at + k, i64x2.splat(rows));
}

/** True when a word says `rows` for all instances of a bank. */
export function allAt(at: usize, bytes: usize, rows: i64): bool {
  const wanted = i64x2.splat(rows);
  for (let k: usize = 0; k < bytes; k += 16) {
    if (i64x2.bitmask(i64x2.eq(v128.load(at + k), wanted)) != 3) return false;
  }
  return true;
}

/** Writes down where the rows of the block before stand, when a block begins: value `v` from its end at POINTERS + 4·v. `own` is where the means begin. */
export function prepareMeans(at: usize, own: usize, row: i64): void {
  const period = <i64>load<f64>(word(own, PERIOD));
  const seen = seenBefore(at, row);
  if (seen < period || seen % period != 0 || period > MANY_PERIOD_MAX) return;
  for (let values: i64 = 1; values <= period; values++) store<u32>(POINTERS + (<usize>values << 2), <u32>rowOf(at, 0, row, values));
}

/** The pointers of a block fit the scratch area. */
export const MANY_PERIOD_MAX: i64 = 4_000;

/**
 * Mean of two instances whose means begin at `own`; `k` is their byte in a row. `seen` is how many rows they have had, at least `period`.
 * False, and nothing has happened, when they do not go alike.
 */
// @ts-ignore: decorator
@inline
export function meanOfPair(own: usize, period: f64, seen: i64, x: usize, leaving: usize, out: usize, close: v128, size: v128, k: usize): bool {
  const rows = i64x2.splat(seen);
  const scale = v128.load(word(own, SCALE));
  const values = v128.load(x);
  const scaled = f64x2.mul(values, scale);
  const entering = f64x2.nearest(scaled);
  if (i64x2.bitmask(i64x2.eq(v128.load(word(own, SUMS_AT)), rows)) != 3 || isFarPair(scaled, entering, v128.load(word(own, LIMIT)), close, size)) {
    return roughMeanOfPair(own, period, seen, values, out, k);
  }
  const sum = f64x2.add(v128.load(word(own, SUM)), f64x2.sub(entering, f64x2.nearest(f64x2.mul(v128.load(leaving), scale))));
  const next = i64x2.splat(seen + 1);
  v128.store(word(own, SUM), sum);
  v128.store(word(own, SUMS_AT), next);
  v128.store(word(own, ROWS), next);
  v128.store(out, f64x2.add(f64x2.div(sum, v128.load(word(own, DIVISOR))), f64x2.splat(0)));
  return true;
}

/** The same where both newest values are rough, the windows have no gap, and the tables hold or a block begins. */
export function roughMeanOfPair(own: usize, period: f64, seen: i64, values: v128, out: usize, k: usize): bool {
  const length = <i64>period;
  const rows = i64x2.splat(seen);
  const size = heldSizeMask();
  const close = held(CLOSE);
  if (!finitePair(values) || length > MANY_PERIOD_MAX) return false;
  const phase = seen % length;
  const isClear = i64x2.gt_s(i64x2.sub(rows, v128.load(word(own, LAST_GAP))), i64x2.splat(length - 1));
  const isHeld = i64x2.eq(v128.load(word(own, TABLES_AT)), rows);
  const isRough = v128.and(roughPair(values, f64x2.splat(SCALE_MAX), close, size), farPair(own, values, close, size));
  if (i64x2.bitmask(v128.and(isClear, isRough)) != 3 || (phase != 0 && i64x2.bitmask(isHeld) != 3)) return false;
  if (phase == 0) beginBlock(own, length, k);
  const prefix = f64x2.add(v128.load(word(own, PREFIX)), values);
  const isWhole = phase + 1 == length;
  v128.store(word(own, PREFIX), prefix);
  v128.store(word(own, TABLES_AT), i64x2.splat(isWhole ? NEVER : seen + 1));
  v128.store(word(own, PHASE), i64x2.splat(phase + 1));
  v128.store(word(own, LAST_ROUGH), rows);
  v128.store(word(own, ROWS), i64x2.splat(seen + 1));
  const mean = f64x2.div(f64x2.add(prefix, v128.load(word(own, TABLE + (<usize>(phase + 1) << 3)))), f64x2.splat(period));
  v128.store(out, f64x2.add(mean, f64x2.splat(0)));
  return finitePair(mean);
}

/** True for lanes that are no decimals at the scale they have. */
// @ts-ignore: decorator
@inline
function farPair(own: usize, values: v128, close: v128, size: v128): v128 {
  const scaled = f64x2.mul(values, v128.load(word(own, SCALE)));
  const off = v128.and(f64x2.sub(scaled, f64x2.nearest(scaled)), size);
  return f64x2.gt(off, f64x2.mul(v128.and(scaled, size), close));
}

/** The suffixes of the block before; nothing of the present one yet. */
function beginBlock(own: usize, length: i64, k: usize): void {
  let sum = f64x2.splat(0);
  v128.store(word(own, PREFIX), sum);
  v128.store(word(own, WEIGHTED_PREFIX), sum);
  v128.store(word(own, TABLE + (<usize>length << 3)), sum);
  for (let values: i64 = 1; values < length; values++) {
    sum = f64x2.add(sum, v128.load(<usize>load<u32>(POINTERS + (<usize>values << 2)) + k));
    v128.store(word(own, TABLE + (<usize>(length - values) << 3)), sum);
  }
}
