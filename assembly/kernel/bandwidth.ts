// Bollinger's band width: the distance between the bands as a part of the middle one.
//   number 0: sum of the multiples
import { number, setNumber } from '../engine/parts';
import { spreadBytes, spreadInit, spreadRows } from '../engine/spread';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

export function bandwidthBytes(params: usize): usize {
  return spreadBytes(load<f64>(params));
}

export function bandwidthInit(state: usize, params: usize): void {
  spreadInit(state, load<f64>(params));
  setNumber(state, 0, load<f64>(params, 8) + load<f64>(params, 16));
}

export function bandwidthRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const both = f64x2.splat(number(state, 0));
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const out = output(outputs, 0) + from;
    spreadRows(state, input(inputs, 0) + from, scratch(0), scratch(1), bytes);
    for (let k: usize = 0; k < bytes; k += 16) {
      v128.store(out + k, canonicalPair(f64x2.div(f64x2.mul(both, v128.load(scratch(1) + k)), v128.load(scratch(0) + k))));
    }
    from += bytes;
  }
}
