// Pretty good oscillator: how far the close lies from its simple average, in average true ranges.
//   parts: 0 mean of the close │ 1 its trail │ 2 smoother of the true range
import { SMOOTHER_BYTES, smoothRows } from '../engine/lookahead';
import { meanRun } from '../engine/mean';
import { Plain } from '../engine/mean-layout';
import { PARTS, part, placeSmoother, placeTrailedMean, trailedMeanBytes } from '../engine/parts';
import { trueRangeRows } from '../engine/price';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { trailAppend } from '../engine/trail';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

const ROUNDING: f64 = 5.684341886080802e-14; // 2⁻⁴⁴: a distance of a lesser part of the close is what its mean was rounded by

export function pgoBytes(params: usize): usize {
  return PARTS + trailedMeanBytes<Plain>(load<f64>(params)) + SMOOTHER_BYTES;
}

export function pgoInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  placeSmoother(state, 2, placeTrailedMean<Plain>(state, 0, state + PARTS, period), 2.0 / (period + 1.0), period);
}

/** 0 where nothing ranges, and where the close is its average but for the last digits: in a still market the range fades until any rounding is large. */
export function pgoRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const zero = f64x2.splat(0);
  const rounding = f64x2.splat(ROUNDING);
  for (let from = passGaps(inputs, 3, outputs, 1, 0, end); from < end; from = passGaps(inputs, 3, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 3, from, end);
    const close = trailAppend(part(state, 1), input(inputs, 2) + from, bytes);
    meanRun<Plain>(part(state, 0), close, scratch(0), <i32>(bytes >> 3));
    trueRangeRows(input(inputs, 0) + from, input(inputs, 1) + from, close, scratch(1), bytes);
    smoothRows(part(state, 2), scratch(1), scratch(2), bytes);
    for (let k: usize = 0; k < bytes; k += 16) {
      const range = v128.load(scratch(2) + k);
      const price = v128.load(close + k);
      const apart = f64x2.sub(price, v128.load(scratch(0) + k));
      const distance = v128.andnot(apart, f64x2.le(f64x2.abs(apart), f64x2.mul(rounding, f64x2.abs(price))));
      v128.store(output(outputs, 0) + from + k, canonicalPair(v128.andnot(f64x2.div(distance, range), f64x2.eq(range, zero))));
    }
    from += bytes;
  }
}
