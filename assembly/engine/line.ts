// The straight line through a window, by least squares, at one of its places, or its slope. With the rows numbered 1 … period, all of it lies in
// the plain sum S of the window and the sum W with those numbers as weights.
//
// G1. An exact window (M1 of mean.ts) has both as integers, and the line is (a·W − b·S) / (d · scale) with whole a, b and d, rounded once. The
//     limit of the values keeps a·W and b·S below 2⁵³ together.
// G2. A rough window has both means by blocks: the line is p·mean + q·(weighted mean − mean).
// G3. Whether a window is exact is up to the weighted mean. The plain one only knows rough windows; it stands still in exact ones, and is put on
//     the row where a rough one follows (M4: it finds what it needs in the window).
//
//   parts: 0 plain mean │ 1 weighted mean │ numbers: 0 a │ 1 b │ 2 d │ 3 p │ 4 q
import { lastGap, rows, setLastGap, setRows } from '../state';
import { BATCH_ROWS, canonical, canonicalPair, finite, held, heldSizeMask, second } from '../value';
import { CLOSE, isFarPair } from './decimal';
import { EXACT_MAX, heavyChanges, meanBytes, meanRun, meanStep, ofTwoRows } from './mean';
import { LIMIT, PERIOD, Plain, SCALE, SUM, SUMS_AT, WEIGHTED, Weighted, weights } from './mean-layout';
import { PARTS, number, part, placeLooseMean, placeMean, setNumber } from './parts';
import { roughRows } from './rough-mean';
import { TILE_BYTES, scratch } from './tile';

const PLAIN: usize = 0;
const HEAVY: usize = 1;

export function lineBytes(period: i32): usize {
  return PARTS + meanBytes<Plain>(period) + meanBytes<Weighted>(period);
}

/** Answers where a further part goes. One of the four that follow says what of the line is wanted. */
export function lineInit(state: usize, period: f64): usize {
  const at = placeMean<Weighted>(state, HEAVY, placeLooseMean(state, PLAIN, state + PARTS, period), period);
  // The greatest a·W is three times the weights' sum times the limit, the greatest b·S four times.
  store<f64>(part(state, HEAVY), floor(EXACT_MAX / (7 * weights<Weighted>(period))), LIMIT);
  return at;
}

/** `lineInit` for a column a kernel has worked out (loose-mean.ts): every window is rough. */
export function looseLineInit(state: usize, period: f64): void {
  lineInit(state, period);
  store<f64>(part(state, HEAVY), -1, LIMIT);
}

/** The slope: 6·(weighted mean − mean) / (period − 1). */
export function wantSlope(state: usize, period: f64): void {
  want(state, 2, period + 1, (period * (period + 1) * (period - 1)) / 6, 0, 6 / (period - 1));
}

/** The line at the last row of the window: 3·weighted mean − 2·mean. */
export function wantEnd(state: usize, period: f64): void {
  want(state, 3, period + 1, (period * (period + 1)) / 2, 1, 3);
}

/** The line at the first row of the window: 4·mean − 3·weighted mean. */
export function wantStart(state: usize, period: f64): void {
  want(state, -3, -2 * (period + 1), (period * (period + 1)) / 2, 1, -3);
}

/** The line one row after the window: its end and its slope. */
export function wantNext(state: usize, period: f64): void {
  want(state, 3, period + 2, (period * (period - 1)) / 2, 1, 3 + 6 / (period - 1));
}

function want(state: usize, a: f64, b: f64, d: f64, p: f64, q: f64): void {
  setNumber(state, 0, a);
  setNumber(state, 1, b);
  setNumber(state, 2, d);
  setNumber(state, 3, p);
  setNumber(state, 4, q);
}

/** Lines of `bytes` of rows from `x`; `period` rows before it are readable once they exist. */
export function lineRows(state: usize, x: usize, out: usize, bytes: usize): void {
  const end = x + bytes;
  while (x < end) {
    let taken: usize = 0;
    if (<i32>((end - x) >> 3) >= BATCH_ROWS) {
      taken = exactLines(state, x, out, end - x);
      if (taken == 0) taken = roughLines(state, x, out, min(end - x, TILE_BYTES));
    }
    if (taken == 0) {
      store<f64>(out, lineStep(state, x));
      taken = 8;
    }
    x += taken;
    out += taken;
  }
}

/** One row. */
function lineStep(state: usize, x: usize): f64 {
  const heavy = part(state, HEAVY);
  const row = rows(heavy);
  const weightedMean = meanStep<Weighted>(heavy, x);
  if (!finite(weightedMean)) return NaN;
  if (load<i64>(heavy, SUMS_AT) == row + 1) {
    const line = number(state, 0) * load<f64>(heavy, WEIGHTED) - number(state, 1) * load<f64>(heavy, SUM);
    return line / (number(state, 2) * load<f64>(heavy, SCALE));
  }
  const mean = meanStep<Plain>(plainAt(state, row), x);
  return canonical(number(state, 3) * mean + number(state, 4) * (weightedMean - mean));
}

/** The plain mean, put on `row` (G3). */
function plainAt(state: usize, row: i64): usize {
  const plain = part(state, PLAIN);
  setRows(plain, row);
  setLastGap(plain, lastGap(part(state, HEAVY)));
  return plain;
}

/** Rows whose windows are all rough. Answers the bytes taken. */
function roughLines(state: usize, x: usize, out: usize, most: usize): usize {
  const row = rows(part(state, HEAVY));
  const bytes = roughRows<Weighted>(part(state, HEAVY), x, scratch(1), x + most);
  if (bytes == 0) return 0;
  meanRun<Plain>(plainAt(state, row), x, out, <i32>(bytes >> 3));
  const p = f64x2.splat(number(state, 3));
  const q = f64x2.splat(number(state, 4));
  for (let k: usize = 0; k < bytes; k += 16) {
    const mean = v128.load(out + k);
    v128.store(out + k, canonicalPair(f64x2.add(f64x2.mul(p, mean), f64x2.mul(q, f64x2.sub(v128.load(scratch(1) + k), mean)))));
  }
  return bytes;
}

/** Rows of an exact window, two at a time, as far as the values stay decimals. Answers the bytes taken. */
function exactLines(state: usize, x: usize, out: usize, most: usize): usize {
  const heavy = part(state, HEAVY);
  const row = rows(heavy);
  const period = load<f64>(heavy, PERIOD);
  if (row < <i64>period || load<i64>(heavy, SUMS_AT) != row) return 0;
  const width = <usize>period << 3;
  const scale = v128.load_splat<f64>(heavy, SCALE);
  const limit = v128.load_splat<f64>(heavy, LIMIT);
  const length = f64x2.splat(period);
  const a = f64x2.splat(number(state, 0));
  const b = f64x2.splat(number(state, 1));
  const divisor = f64x2.splat(number(state, 2) * load<f64>(heavy, SCALE));
  const close = held(CLOSE);
  const size = heldSizeMask();
  let sums = v128.load_splat<f64>(heavy, SUM); // as if the two rows before had it
  let heavies = v128.load_splat<f64>(heavy, WEIGHTED);
  let change = f64x2.splat(0); // and had changed nothing
  let heavyChange = change;
  let bytes: usize = 0;
  for (; bytes + 16 <= most; bytes += 16) {
    const scaled = f64x2.mul(v128.load(x + bytes), scale);
    const entering = f64x2.nearest(scaled);
    if (isFarPair(scaled, entering, limit, close, size)) break;
    const leaving = f64x2.nearest(f64x2.mul(v128.load(x + bytes - width), scale));
    const sumsBefore = sums;
    const changeNow = f64x2.sub(entering, leaving);
    sums = f64x2.add(sums, ofTwoRows(change, changeNow));
    change = changeNow;
    const heavyNow = heavyChanges(f64x2.mul(length, entering), sumsBefore, sums);
    heavies = f64x2.add(heavies, ofTwoRows(heavyChange, heavyNow));
    heavyChange = heavyNow;
    v128.store(out + bytes, f64x2.div(f64x2.sub(f64x2.mul(a, heavies), f64x2.mul(b, sums)), divisor));
  }
  if (bytes == 0) return 0;
  store<f64>(heavy, second(sums), SUM);
  store<f64>(heavy, second(heavies), WEIGHTED);
  const next = row + <i64>(bytes >> 3);
  setRows(heavy, next);
  store<i64>(heavy, next, SUMS_AT);
  return bytes;
}
