// Acceleration bands: means of the high raised and of the low lowered by four times the row's range as a part of high + low, and of the close.
//   parts: 0 mean of raised highs │ 1 its trail │ 2 mean of lowered lows │ 3 its trail │ 4 mean of the close
import { meanBytes, meanRun } from '../engine/mean';
import { Plain } from '../engine/mean-layout';
import { PARTS, part, placeMean, placeTrailedLooseMean, trailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';

export function accbandsBytes(params: usize): usize {
  const period = load<f64>(params);
  return PARTS + 2 * trailedMeanBytes<Plain>(period) + meanBytes<Plain>(<i32>period);
}

export function accbandsInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  placeMean<Plain>(state, 4, placeTrailedLooseMean(state, 2, placeTrailedLooseMean(state, 0, state + PARTS, period), period), period);
}

export function accbandsRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    spread(input(inputs, 0) + from, input(inputs, 1) + from, scratch(0), scratch(1), bytes);
    trailedLooseMean(state, 0, scratch(0), output(outputs, 0) + from, bytes);
    trailedLooseMean(state, 2, scratch(1), output(outputs, 2) + from, bytes);
    meanRun<Plain>(part(state, 4), input(inputs, 2) + from, output(outputs, 1) + from, <i32>(bytes >> 3));
    from += bytes;
  }
}

/** A row whose high and low add up to 0 is left as it is. */
function spread(high: usize, low: usize, raised: usize, lowered: usize, bytes: usize): void {
  const zero = f64x2.splat(0);
  const four = f64x2.splat(4);
  for (let k: usize = 0; k < bytes; k += 16) {
    const top = v128.load(high + k);
    const bottom = v128.load(low + k);
    const both = f64x2.add(top, bottom);
    const share = v128.andnot(f64x2.div(f64x2.mul(four, f64x2.sub(top, bottom)), both), f64x2.eq(both, zero));
    v128.store(raised + k, f64x2.add(top, f64x2.mul(top, share)));
    v128.store(lowered + k, f64x2.sub(bottom, f64x2.mul(bottom, share)));
  }
}
