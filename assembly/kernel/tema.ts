// Triple exponential moving average: 3·e₁ − 3·e₂ + e₃, each the average of the one before.
import { cascade, cascadeBytes, cascadeInit } from '../engine/cascade';
import { seedOf } from '../engine/seeding';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

export function temaBytes(): usize {
  return cascadeBytes(3);
}

export function temaInit(state: usize, params: usize): void {
  cascadeInit(state, load<f64>(params), seedOf(load<f64>(params), load<f64>(params, 8)), 3);
}

export function temaRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const three = f64x2.splat(3);
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const out = output(outputs, 0) + from;
    cascade(state, 3, input(inputs, 0) + from, bytes);
    for (let k: usize = 0; k < bytes; k += 16) {
      const apart = f64x2.sub(v128.load(scratch(0) + k), v128.load(scratch(1) + k));
      v128.store(out + k, canonicalPair(f64x2.add(f64x2.mul(three, apart), v128.load(scratch(2) + k))));
    }
    from += bytes;
  }
}
