// Ulcer index: the root of the mean square of how far, in percent, the price stands below its highest of the window.
//   parts: 0 greatest │ 1 mean of squares │ 2 its trail
import { Greatest, extremeBytes, extremeRun } from '../engine/extrema';
import { Plain } from '../engine/mean-layout';
import { PARTS, part, placeExtreme, placeTrailedLooseMean, trailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

export function ulcerBytes(params: usize): usize {
  const period = load<f64>(params);
  return PARTS + extremeBytes(<i32>period) + trailedMeanBytes<Plain>(period);
}

export function ulcerInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  placeTrailedLooseMean(state, 1, placeExtreme<Greatest>(state, 0, state + PARTS, period), period);
}

export function ulcerRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const hundred = f64x2.splat(100);
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const x = input(inputs, 0) + from;
    const out = output(outputs, 0) + from;
    extremeRun<Greatest>(part(state, 0), x, scratch(0), <i32>(bytes >> 3));
    for (let k: usize = 0; k < bytes; k += 16) {
      const top = v128.load(scratch(0) + k);
      const below = f64x2.div(f64x2.mul(hundred, f64x2.sub(v128.load(x + k), top)), top);
      v128.store(scratch(0) + k, canonicalPair(f64x2.mul(below, below)));
    }
    trailedLooseMean(state, 1, scratch(0), scratch(1), bytes);
    for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, canonicalPair(f64x2.sqrt(v128.load(scratch(1) + k))));
    from += bytes;
  }
}
