// Standard score: how many standard deviations a value stands off the mean of its window.
import { spreadBytes, spreadInit, spreadRows } from '../engine/spread';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

export function zscoreBytes(params: usize): usize {
  return spreadBytes(load<f64>(params));
}

export function zscoreInit(state: usize, params: usize): void {
  spreadInit(state, load<f64>(params));
}

export function zscoreRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const zero = f64x2.splat(0);
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const x = input(inputs, 0) + from;
    const out = output(outputs, 0) + from;
    spreadRows(state, x, scratch(0), scratch(1), bytes);
    for (let k: usize = 0; k < bytes; k += 16) {
      const deviation = v128.load(scratch(1) + k);
      const score = f64x2.div(f64x2.sub(v128.load(x + k), v128.load(scratch(0) + k)), deviation);
      v128.store(out + k, canonicalPair(v128.andnot(score, f64x2.eq(deviation, zero)))); // flat: each value is the mean
    }
    from += bytes;
  }
}
