// Awesome oscillator: a fast simple average of the median price less a slow one.
//   parts: 0 trail of the median price │ 1 fast mean │ 2 slow mean
import { middleRows } from '../engine/channel';
import { meanBytes, meanRun } from '../engine/mean';
import { Plain } from '../engine/mean-layout';
import { PARTS, part, placeMean, placeTrail } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { trailBytes, trailRoom } from '../engine/trail';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

// @ts-ignore: decorator
@inline
function longer(params: usize): f64 {
  return max(load<f64>(params), load<f64>(params, 8));
}

export function aoBytes(params: usize): usize {
  return PARTS + trailBytes(<i32>longer(params)) + meanBytes<Plain>(<i32>load<f64>(params)) + meanBytes<Plain>(<i32>load<f64>(params, 8));
}

export function aoInit(state: usize, params: usize): void {
  const at = placeTrail(state, 0, state + PARTS, longer(params));
  placeMean<Plain>(state, 2, placeMean<Plain>(state, 1, at, load<f64>(params)), load<f64>(params, 8));
}

export function aoRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    aoRows(state, input(inputs, 0) + from, input(inputs, 1) + from, output(outputs, 0) + from, bytes);
    from += bytes;
  }
}

/** The oscillator of a tile of rows. */
export function aoRows(state: usize, high: usize, low: usize, out: usize, bytes: usize): void {
  const median = trailRoom(part(state, 0), bytes);
  middleRows(high, low, median, bytes);
  meanRun<Plain>(part(state, 1), median, scratch(0), <i32>(bytes >> 3));
  meanRun<Plain>(part(state, 2), median, scratch(1), <i32>(bytes >> 3));
  for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, canonicalPair(f64x2.sub(v128.load(scratch(0) + k), v128.load(scratch(1) + k))));
}
