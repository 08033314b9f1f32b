// Sum of the window: period times its mean, which for decimals is exact.
//   parts: 0 mean │ number 0: period
import { meanBytes, meanRun } from '../engine/mean';
import { Plain } from '../engine/mean-layout';
import { PARTS, number, part, placeMean, setNumber } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

export function sumBytes(params: usize): usize {
  return PARTS + meanBytes<Plain>(<i32>load<f64>(params));
}

export function sumInit(state: usize, params: usize): void {
  placeMean<Plain>(state, 0, state + PARTS, load<f64>(params));
  setNumber(state, 0, load<f64>(params));
}

export function sumRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const period = f64x2.splat(number(state, 0));
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const out = output(outputs, 0) + from;
    meanRun<Plain>(part(state, 0), input(inputs, 0) + from, scratch(0), <i32>(bytes >> 3));
    for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, canonicalPair(f64x2.mul(period, v128.load(scratch(0) + k))));
    from += bytes;
  }
}
