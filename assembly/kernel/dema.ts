// Double exponential moving average: 2·e₁ − e₂, e₂ the average of e₁.
import { cascade, cascadeBytes, cascadeInit } from '../engine/cascade';
import { seedOf } from '../engine/seeding';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

export function demaBytes(): usize {
  return cascadeBytes(2);
}

export function demaInit(state: usize, params: usize): void {
  cascadeInit(state, load<f64>(params), seedOf(load<f64>(params), load<f64>(params, 8)), 2);
}

export function demaRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const out = output(outputs, 0) + from;
    cascade(state, 2, input(inputs, 0) + from, bytes);
    for (let k: usize = 0; k < bytes; k += 16) {
      const e1 = v128.load(scratch(0) + k);
      v128.store(out + k, canonicalPair(f64x2.sub(f64x2.add(e1, e1), v128.load(scratch(1) + k))));
    }
    from += bytes;
  }
}
