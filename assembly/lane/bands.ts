// Bollinger bands of many instances, two in an instruction: the arithmetic of kernel/bbands.ts for one row, by whole numbers where both windows are
// exact and narrow, by blocks where both are wide or both are rough. All else is left to the kernel.
import { CLOSE, farLanes, isFarPair } from '../engine/decimal';
import { meanBytes } from '../engine/mean';
import { DIVISOR, LIMIT, PERIOD, Plain, SCALE, SUM, SUMS_AT } from '../engine/mean-layout';
import { Deviation, INVERSE } from '../engine/moments-layout';
import { CENTRE, EXACT_BYTES, SQUARES, SQUARES_AT, WIDE_UNTIL, reach } from '../kernel/bbands';
import { blemish, held, heldSizeMask, settle } from '../value';
import { bothAlone } from './alone';
import { EXACT, SCALES, SUMS, allAt, countMeans, fillWord, meanOfPair, prepareMeans, roughMeanOfPair } from './mean';
import { LAST_GAP, ROWS, placeOf, prepareMoments, runsPair, spreadOfPair, weightOf } from './moments';
import { BANK_BYTES, STEP, WORDS, bankBytes, bankStep, banks, markOf, rowBytes, rowOf, seenBefore, setMark, word } from './table';

const CENTRES: usize = (CENTRE >> 3) * STEP;
const SQUARES_SUMS: usize = (SQUARES >> 3) * STEP;

export function bandsOfRow(at: usize, row: i64): void {
  const end = rowBytes(at);
  const step = bankStep(at);
  const seen = seenBefore(at, row);
  const x = rowOf(at, 0, row, 0);
  const upper = rowOf(at, 1, row, 0);
  const middle = rowOf(at, 2, row, 0);
  const lower = rowOf(at, 3, row, 0);
  const first = banks(at) + WORDS;
  const length = load<f64>(word(first, PERIOD));
  const leaving = rowOf(at, 0, row, <i64>length);
  prepareMeans(at, first, row);
  prepareMoments(at, word(first, meanBytes<Plain>(<i32>length) + EXACT_BYTES), row);
  let bank = banks(at);
  for (let from: usize = 0; from < end; from += BANK_BYTES, bank += step) {
    const means = bank + WORDS;
    const exact = word(means, meanBytes<Plain>(<i32>length));
    const bytes = bankBytes(end, from);
    let k: usize = 0;
    if (markOf(bank) == EXACT) {
      k = exactPairs(means, exact, length, x + from, leaving + from, upper + from, middle + from, lower + from, bytes);
      if (k == bytes) continue;
      countBands(means, exact, 0, k, seen + 1);
      countBands(means, exact, k, bytes, seen);
      setMark(bank, 0);
    }
    mixedPairs(at, means, exact, length, row, from, k, bytes, x, leaving, upper, middle, lower);
    const areExact = seen + 1 >= <i64>length && allAt(word(means, SUMS_AT), bytes, seen + 1) && allAt(word(exact, SQUARES_AT), bytes, seen + 1);
    if (areExact) setMark(bank, EXACT);
  }
}

/** Counts `rows` rows, and windows exact and narrow up to there, of the instances of a bank from byte `from` to byte `to`. */
function countBands(means: usize, exact: usize, from: usize, to: usize, rows: i64): void {
  countMeans(means, from, to, rows);
  fillWord(word(exact, SQUARES_AT), from, to, rows);
}

/** Rows of a marked bank (E1 of mean.ts), as far as the windows stay exact and narrow. Answers the bytes taken. */
function exactPairs(means: usize, exact: usize, length: f64, x: usize, leaving: usize, upper: usize, middle: usize, lower: usize, bytes: usize): usize {
  const limit = v128.load_splat<f64>(word(means, LIMIT));
  const furthest = f64x2.splat(reach(length));
  const periods = f64x2.splat(length);
  const up = v128.load_splat<f64>(exact);
  const down = v128.load_splat<f64>(exact, STEP);
  const close = held(CLOSE);
  const size = heldSizeMask();
  let k: usize = 0;
  for (; k < bytes; k += 16) {
    const scale = v128.load(means + k, SCALES);
    const centre = v128.load(exact + k, CENTRES);
    const scaled = f64x2.mul(v128.load(x + k), scale);
    const integers = f64x2.nearest(scaled);
    const entering = f64x2.sub(integers, centre);
    const isWide = f64x2.gt(v128.and(entering, size), furthest);
    if (i64x2.bitmask(v128.or(isWide, farLanes(scaled, integers, limit, close, size))) != 0) break;
    const left = f64x2.sub(f64x2.nearest(f64x2.mul(v128.load(leaving + k), scale)), centre);
    const sum = f64x2.add(v128.load(means + k, SUMS), f64x2.sub(entering, left));
    const squares = f64x2.add(v128.load(exact + k, SQUARES_SUMS), f64x2.sub(f64x2.mul(entering, entering), f64x2.mul(left, left)));
    v128.store(means + k, sum, SUMS);
    v128.store(exact + k, squares, SQUARES_SUMS);
    const divisor = f64x2.mul(scale, periods);
    const centred = f64x2.sub(sum, f64x2.mul(periods, centre));
    const mean = f64x2.div(sum, divisor);
    const deviation = f64x2.sqrt(f64x2.div(f64x2.sub(f64x2.mul(periods, squares), f64x2.mul(centred, centred)), f64x2.mul(divisor, divisor)));
    v128.store(middle + k, mean);
    v128.store(upper + k, f64x2.add(mean, f64x2.mul(up, deviation)));
    v128.store(lower + k, f64x2.sub(mean, f64x2.mul(down, deviation)));
  }
  return k;
}

/** The instances of a bank from its byte `k` on, pair by pair as each is. The bank is `from` bytes behind a row's begin. */
function mixedPairs(at: usize, means: usize, exact: usize, length: f64, row: i64, from: usize, k: usize, bytes: usize, x: usize, leaving: usize, upper: usize, middle: usize, lower: usize): void {
  const seen = seenBefore(at, row);
  const period = <i32>length;
  const moments = word(exact, EXACT_BYTES);
  const up = v128.load_splat<f64>(exact);
  const down = v128.load_splat<f64>(exact, STEP);
  const values = <i32>(seen % <i64>period) + 1;
  const inverse = v128.load_splat<f64>(word(moments, INVERSE));
  const inverseOfPlace = v128.load_splat<f64>(placeOf(moments, values));
  const weight = weightOf(moments, values);
  const furthest = f64x2.splat(reach(length));
  const close = held(CLOSE);
  const size = heldSizeMask();
  let blemishes = f64x2.splat(0);
  for (; k < bytes; k += 16) {
    const lane = from + k;
    if (seen >= <i64>period && exactBandsOfPair(means + k, exact + k, length, seen, x + lane, leaving + lane, upper + lane, middle + lane, lower + lane, up, down, furthest, close, size)) continue;
    const newest = v128.load(x + lane);
    const runs = runsPair(moments + k, word(means + k, LAST_GAP), period, values, seen, newest);
    const isDone = runs && (areWide(exact + k, seen)
      ? meanOfPair(means + k, length, seen, x + lane, leaving + lane, middle + lane, close, size, lane)
      : roughMeanOfPair(means + k, length, seen, newest, middle + lane, lane));
    if (!isDone) {
      bothAlone(at, lane, row);
      continue;
    }
    const deviation = spreadOfPair<Deviation>(moments + k, period, values, seen, inverse, inverseOfPlace, weight, newest, lane);
    const mean = v128.load(middle + lane);
    const above = f64x2.add(mean, f64x2.mul(up, deviation));
    const below = f64x2.add(f64x2.sub(mean, f64x2.mul(down, deviation)), f64x2.splat(0));
    v128.store(upper + lane, above);
    v128.store(lower + lane, below);
    blemishes = blemish(blemish(blemishes, above), below);
  }
  settle(upper + from, upper + from + bytes, blemishes);
  settle(lower + from, lower + from + bytes, blemishes);
}

/** True when both windows are wide, whatever the row brings (X2). */
// @ts-ignore: decorator
@inline
function areWide(exact: usize, seen: i64): bool {
  return i64x2.bitmask(i64x2.gt_s(v128.load(word(exact, WIDE_UNTIL)), i64x2.splat(seen))) == 3;
}

/** Bands of two instances whose windows are exact and narrow (X1). False, and nothing has happened, when one is not. */
// @ts-ignore: decorator
@inline
function exactBandsOfPair(means: usize, exact: usize, length: f64, seen: i64, x: usize, leaving: usize, upper: usize, middle: usize, lower: usize, up: v128, down: v128, furthest: v128, close: v128, size: v128): bool {
  const rows = i64x2.splat(seen);
  const scale = v128.load(word(means, SCALE));
  const centre = v128.load(word(exact, CENTRE));
  const scaled = f64x2.mul(v128.load(x), scale);
  const integers = f64x2.nearest(scaled);
  const isHeld = v128.and(i64x2.eq(v128.load(word(means, SUMS_AT)), rows), i64x2.eq(v128.load(word(exact, SQUARES_AT)), rows));
  const entering = f64x2.sub(integers, centre);
  const isNarrow = f64x2.le(v128.and(entering, size), furthest);
  if (i64x2.bitmask(v128.and(isHeld, isNarrow)) != 3 || isFarPair(scaled, integers, v128.load(word(means, LIMIT)), close, size)) return false;
  const left = f64x2.sub(f64x2.nearest(f64x2.mul(v128.load(leaving), scale)), centre);
  const sum = f64x2.add(v128.load(word(means, SUM)), f64x2.sub(entering, left));
  const squares = f64x2.add(v128.load(word(exact, SQUARES)), f64x2.sub(f64x2.mul(entering, entering), f64x2.mul(left, left)));
  const next = i64x2.splat(seen + 1);
  v128.store(word(means, SUM), sum);
  v128.store(word(means, SUMS_AT), next);
  v128.store(word(means, ROWS), next);
  v128.store(word(exact, SQUARES), squares);
  v128.store(word(exact, SQUARES_AT), next);
  const divisor = v128.load(word(means, DIVISOR));
  const periods = f64x2.splat(length);
  const centred = f64x2.sub(sum, f64x2.mul(periods, centre));
  const mean = f64x2.div(sum, divisor);
  const deviation = f64x2.sqrt(f64x2.div(f64x2.sub(f64x2.mul(periods, squares), f64x2.mul(centred, centred)), f64x2.mul(divisor, divisor)));
  v128.store(middle, mean);
  v128.store(upper, f64x2.add(mean, f64x2.mul(up, deviation)));
  v128.store(lower, f64x2.sub(mean, f64x2.mul(down, deviation)));
  return true;
}
