// Plain means of many instances, two in an instruction: the arithmetic of engine/mean.ts and engine/rough-mean.ts for one row. Scales differ from
// instance to instance, and so may how exact a window is. Windows in which that changes are left to the kernel.
import { CLOSE, SCALE_MAX, isFarPair, roughPair } from '../engine/decimal';
import { DIVISOR, LAST_ROUGH, LIMIT, PERIOD, PHASE, PREFIX, SCALE, SUM, SUMS_AT, TABLE, TABLES_AT, WEIGHTED_PREFIX } from '../engine/mean-layout';
import { NEVER } from '../state';
import { finitePair, held, heldSizeMask } from '../value';
import { bothAlone } from './alone';
import { rowBytes, rowOf, seenBefore, states, stride, word } from './table';

const ROWS: usize = 16; // bytes of a state block: the rows so far, and the last of them that was a gap
const LAST_GAP: usize = 24;
const POINTERS: usize = 24_576; // in the scratch area, above those of moments.ts

/** sma: the mean is all there is. */
export function meansOfRow(at: usize, row: i64): void {
  const step = stride(at);
  const end = rowBytes(at);
  const own = states(at);
  const seen = seenBefore(at, row);
  const period = load<f64>(word(own, step, PERIOD));
  const x = rowOf(at, 0, row, 0);
  const leaving = rowOf(at, 0, row, <i64>period);
  const out = rowOf(at, 1, row, 0);
  const close = held(CLOSE);
  const size = heldSizeMask();
  prepareMeans(at, own, row);
  for (let k: usize = 0; k < end; k += 16) {
    const isDone = seen >= <i64>period && meanOfPair(own + k, step, period, seen, x + k, leaving + k, out + k, close, size, k);
    if (!isDone) bothAlone(at, k, row);
  }
}

/** Writes down where the rows of the block before stand, when a block begins: value `v` from its end at POINTERS + 4·v. `own` is where the means begin. */
export function prepareMeans(at: usize, own: usize, row: i64): void {
  const period = <i64>load<f64>(word(own, stride(at), PERIOD));
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
export function meanOfPair(own: usize, step: usize, period: f64, seen: i64, x: usize, leaving: usize, out: usize, close: v128, size: v128, k: usize): bool {
  const rows = i64x2.splat(seen);
  const scale = v128.load(word(own, step, SCALE));
  const values = v128.load(x);
  const scaled = f64x2.mul(values, scale);
  const entering = f64x2.nearest(scaled);
  if (i64x2.bitmask(i64x2.eq(v128.load(word(own, step, SUMS_AT)), rows)) != 3 || isFarPair(scaled, entering, v128.load(word(own, step, LIMIT)), close, size)) {
    return roughMeanOfPair(own, step, period, seen, values, out, k);
  }
  const sum = f64x2.add(v128.load(word(own, step, SUM)), f64x2.sub(entering, f64x2.nearest(f64x2.mul(v128.load(leaving), scale))));
  const next = i64x2.splat(seen + 1);
  v128.store(word(own, step, SUM), sum);
  v128.store(word(own, step, SUMS_AT), next);
  v128.store(word(own, step, ROWS), next);
  v128.store(out, f64x2.add(f64x2.div(sum, v128.load(word(own, step, DIVISOR))), f64x2.splat(0)));
  return true;
}

/** The same where both newest values are rough, the windows have no gap, and the tables hold or a block begins. */
export function roughMeanOfPair(own: usize, step: usize, period: f64, seen: i64, values: v128, out: usize, k: usize): bool {
  const length = <i64>period;
  const rows = i64x2.splat(seen);
  const size = heldSizeMask();
  const close = held(CLOSE);
  if (!finitePair(values) || length > MANY_PERIOD_MAX) return false;
  const phase = seen % length;
  const isClear = i64x2.gt_s(i64x2.sub(rows, v128.load(word(own, step, LAST_GAP))), i64x2.splat(length - 1));
  const isHeld = i64x2.eq(v128.load(word(own, step, TABLES_AT)), rows);
  const isRough = v128.and(roughPair(values, f64x2.splat(SCALE_MAX), close, size), farPair(own, step, values, close, size));
  if (i64x2.bitmask(v128.and(isClear, isRough)) != 3 || (phase != 0 && i64x2.bitmask(isHeld) != 3)) return false;
  if (phase == 0) beginBlock(own, step, length, k);
  const prefix = f64x2.add(v128.load(word(own, step, PREFIX)), values);
  const isWhole = phase + 1 == length;
  v128.store(word(own, step, PREFIX), prefix);
  v128.store(word(own, step, TABLES_AT), i64x2.splat(isWhole ? NEVER : seen + 1));
  v128.store(word(own, step, PHASE), i64x2.splat(phase + 1));
  v128.store(word(own, step, LAST_ROUGH), rows);
  v128.store(word(own, step, ROWS), i64x2.splat(seen + 1));
  const mean = f64x2.div(f64x2.add(prefix, v128.load(word(own, step, TABLE + (<usize>(phase + 1) << 3)))), f64x2.splat(period));
  v128.store(out, f64x2.add(mean, f64x2.splat(0)));
  return finitePair(mean);
}

/** True for lanes that are no decimals at the scale they have. */
// @ts-ignore: decorator
@inline
function farPair(own: usize, step: usize, values: v128, close: v128, size: v128): v128 {
  const scaled = f64x2.mul(values, v128.load(word(own, step, SCALE)));
  const off = v128.and(f64x2.sub(scaled, f64x2.nearest(scaled)), size);
  return f64x2.gt(off, f64x2.mul(v128.and(scaled, size), close));
}

/** The suffixes of the block before; nothing of the present one yet. */
function beginBlock(own: usize, step: usize, length: i64, k: usize): void {
  let sum = f64x2.splat(0);
  v128.store(word(own, step, PREFIX), sum);
  v128.store(word(own, step, WEIGHTED_PREFIX), sum);
  v128.store(word(own, step, TABLE + (<usize>length << 3)), sum);
  for (let values: i64 = 1; values < length; values++) {
    sum = f64x2.add(sum, v128.load(<usize>load<u32>(POINTERS + (<usize>values << 2)) + k));
    v128.store(word(own, step, TABLE + (<usize>(length - values) << 3)), sum);
  }
}
