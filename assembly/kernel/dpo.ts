// Detrended price oscillator: the value period / 2 + 1 rows back less the mean of the window.
//   parts: 0 mean │ number 0: period / 2 + 1, rounded down
import { meanBytes, meanRun } from '../engine/mean';
import { Plain } from '../engine/mean-layout';
import { PARTS, number, part, placeMean, setNumber } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

export function dpoBytes(params: usize): usize {
  return PARTS + meanBytes<Plain>(<i32>load<f64>(params));
}

export function dpoInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  placeMean<Plain>(state, 0, state + PARTS, period);
  setNumber(state, 0, floor(period * 0.5) + 1);
}

export function dpoRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const back = <usize>number(state, 0) << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const x = input(inputs, 0) + from;
    const out = output(outputs, 0) + from;
    meanRun<Plain>(part(state, 0), x, scratch(0), <i32>(bytes >> 3));
    for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, canonicalPair(f64x2.sub(v128.load(x + k - back), v128.load(scratch(0) + k))));
    from += bytes;
  }
}
