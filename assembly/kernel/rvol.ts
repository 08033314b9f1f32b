// Relative volume: the volume as a multiple of the mean of those before it.
//   parts: 0 mean │ 1 its trail
import { meanBytes, meanRun } from '../engine/mean';
import { Plain } from '../engine/mean-layout';
import { PARTS, part, placeMean, placeTrail } from '../engine/parts';
import { tileBytes } from '../engine/tile';
import { trailBytes, trailRoom } from '../engine/trail';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

export function rvolBytes(params: usize): usize {
  return PARTS + meanBytes<Plain>(<i32>load<f64>(params)) + trailBytes(1);
}

export function rvolInit(state: usize, params: usize): void {
  placeTrail(state, 1, placeMean<Plain>(state, 0, state + PARTS, load<f64>(params)), 1);
}

/** 0 where nothing was traded before. */
export function rvolRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const zero = f64x2.splat(0);
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const x = input(inputs, 0) + from;
    const mean = trailRoom(part(state, 1), bytes);
    meanRun<Plain>(part(state, 0), x, mean, <i32>(bytes >> 3));
    for (let k: usize = 0; k < bytes; k += 16) {
      const volume = v128.load(x + k);
      const usual = v128.load(mean + k - 8);
      const multiple = v128.andnot(f64x2.div(volume, usual), f64x2.eq(usual, zero));
      v128.store(output(outputs, 0) + from + k, canonicalPair(f64x2.add(multiple, f64x2.sub(volume, volume))));
    }
    from += bytes;
  }
}
