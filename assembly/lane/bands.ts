// Bollinger bands of many instances, two in an instruction: the arithmetic of kernel/bbands.ts for one row, by whole numbers where both windows are
// exact and narrow, by blocks where both are wide or both are rough. All else is left to the kernel.
import { CLOSE, isFarPair } from '../engine/decimal';
import { meanBytes } from '../engine/mean';
import { DIVISOR, LIMIT, PERIOD, Plain, SCALE, SUM, SUMS_AT } from '../engine/mean-layout';
import { Deviation, INVERSE } from '../engine/moments-layout';
import { CENTRE, EXACT_BYTES, SQUARES, SQUARES_AT, WIDE_UNTIL, reach } from '../kernel/bbands';
import { blemish, held, heldSizeMask, settle } from '../value';
import { bothAlone } from './alone';
import { meanOfPair, prepareMeans, roughMeanOfPair } from './mean';
import { LAST_GAP, ROWS, placeOf, prepareMoments, runsPair, spreadOfPair, weightOf } from './moments';
import { rowBytes, rowOf, seenBefore, states, stride, word } from './table';

export function bandsOfRow(at: usize, row: i64): void {
  const step = stride(at);
  const end = rowBytes(at);
  const means = states(at);
  const seen = seenBefore(at, row);
  const length = load<f64>(word(means, step, PERIOD));
  const period = <i32>length;
  const exact = word(means, step, meanBytes<Plain>(period));
  const moments = word(exact, step, EXACT_BYTES);
  const up = v128.load_splat<f64>(exact);
  const down = v128.load_splat<f64>(exact + step);
  const values = <i32>(seen % <i64>period) + 1;
  const inverse = v128.load_splat<f64>(word(moments, step, INVERSE));
  const inverseOfPlace = v128.load_splat<f64>(placeOf(moments, step, values));
  const weight = weightOf(moments, step, values);
  const furthest = f64x2.splat(reach(length));
  const x = rowOf(at, 0, row, 0);
  const leaving = rowOf(at, 0, row, period);
  const upper = rowOf(at, 1, row, 0);
  const middle = rowOf(at, 2, row, 0);
  const lower = rowOf(at, 3, row, 0);
  const close = held(CLOSE);
  const size = heldSizeMask();
  let blemishes = f64x2.splat(0);
  prepareMeans(at, means, row);
  prepareMoments(at, moments, row);
  for (let k: usize = 0; k < end; k += 16) {
    if (seen >= <i64>period && exactBandsOfPair(means + k, exact + k, step, length, seen, x + k, leaving + k, upper + k, middle + k, lower + k, up, down, furthest, close, size)) continue;
    const newest = v128.load(x + k);
    const runs = runsPair(moments + k, word(means + k, step, LAST_GAP), step, period, values, seen, newest);
    const isDone = runs && (areWide(exact + k, step, seen)
      ? meanOfPair(means + k, step, length, seen, x + k, leaving + k, middle + k, close, size, k)
      : roughMeanOfPair(means + k, step, length, seen, newest, middle + k, k));
    if (!isDone) {
      bothAlone(at, k, row);
      continue;
    }
    const deviation = spreadOfPair<Deviation>(moments + k, step, period, values, seen, inverse, inverseOfPlace, weight, newest, k);
    const mean = v128.load(middle + k);
    const above = f64x2.add(mean, f64x2.mul(up, deviation));
    const below = f64x2.add(f64x2.sub(mean, f64x2.mul(down, deviation)), f64x2.splat(0));
    v128.store(upper + k, above);
    v128.store(lower + k, below);
    blemishes = blemish(blemish(blemishes, above), below);
  }
  settle(upper, upper + end, blemishes);
  settle(lower, lower + end, blemishes);
}

/** True when both windows are wide, whatever the row brings (X2). */
// @ts-ignore: decorator
@inline
function areWide(exact: usize, step: usize, seen: i64): bool {
  return i64x2.bitmask(i64x2.gt_s(v128.load(word(exact, step, WIDE_UNTIL)), i64x2.splat(seen))) == 3;
}

/** Bands of two instances whose windows are exact and narrow (X1). False, and nothing has happened, when one is not. */
// @ts-ignore: decorator
@inline
function exactBandsOfPair(means: usize, exact: usize, step: usize, length: f64, seen: i64, x: usize, leaving: usize, upper: usize, middle: usize, lower: usize, up: v128, down: v128, furthest: v128, close: v128, size: v128): bool {
  const rows = i64x2.splat(seen);
  const scale = v128.load(word(means, step, SCALE));
  const centre = v128.load(word(exact, step, CENTRE));
  const scaled = f64x2.mul(v128.load(x), scale);
  const integers = f64x2.nearest(scaled);
  const isHeld = v128.and(i64x2.eq(v128.load(word(means, step, SUMS_AT)), rows), i64x2.eq(v128.load(word(exact, step, SQUARES_AT)), rows));
  const entering = f64x2.sub(integers, centre);
  const isNarrow = f64x2.le(v128.and(entering, size), furthest);
  if (i64x2.bitmask(v128.and(isHeld, isNarrow)) != 3 || isFarPair(scaled, integers, v128.load(word(means, step, LIMIT)), close, size)) return false;
  const left = f64x2.sub(f64x2.nearest(f64x2.mul(v128.load(leaving), scale)), centre);
  const sum = f64x2.add(v128.load(word(means, step, SUM)), f64x2.sub(entering, left));
  const squares = f64x2.add(v128.load(word(exact, step, SQUARES)), f64x2.sub(f64x2.mul(entering, entering), f64x2.mul(left, left)));
  const next = i64x2.splat(seen + 1);
  v128.store(word(means, step, SUM), sum);
  v128.store(word(means, step, SUMS_AT), next);
  v128.store(word(means, step, ROWS), next);
  v128.store(word(exact, step, SQUARES), squares);
  v128.store(word(exact, step, SQUARES_AT), next);
  const divisor = v128.load(word(means, step, DIVISOR));
  const periods = f64x2.splat(length);
  const centred = f64x2.sub(sum, f64x2.mul(periods, centre));
  const mean = f64x2.div(sum, divisor);
  const deviation = f64x2.sqrt(f64x2.div(f64x2.sub(f64x2.mul(periods, squares), f64x2.mul(centred, centred)), f64x2.mul(divisor, divisor)));
  v128.store(middle, mean);
  v128.store(upper, f64x2.add(mean, f64x2.mul(up, deviation)));
  v128.store(lower, f64x2.sub(mean, f64x2.mul(down, deviation)));
  return true;
}
