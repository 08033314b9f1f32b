// Tillson's T3: the generalized double exponential average, three times over; worked out, a weighted sum of the third to sixth averages of averages.
//   own: six smoothers │ the four weights, of the third average first
import { cascade, cascadeBytes, cascadeInit } from '../engine/cascade';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

export function t3Bytes(): usize {
  return cascadeBytes(6) + 32;
}

export function t3Init(state: usize, params: usize): void {
  const v = load<f64>(params, 8);
  const weights = state + cascadeBytes(6);
  cascadeInit(state, load<f64>(params), load<f64>(params), 6);
  store<f64>(weights, 1 + 3 * v + 3 * v * v + v * v * v);
  store<f64>(weights, -3 * v - 6 * v * v - 3 * v * v * v, 8);
  store<f64>(weights, 3 * v * v + 3 * v * v * v, 16);
  store<f64>(weights, -v * v * v, 24);
}

export function t3Run(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const weights = state + cascadeBytes(6);
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const out = output(outputs, 0) + from;
    cascade(state, 6, input(inputs, 0) + from, bytes);
    for (let k: usize = 0; k < bytes; k += 16) {
      const e34 = f64x2.add(share(weights, 2, k), share(weights + 8, 3, k));
      v128.store(out + k, canonicalPair(f64x2.add(f64x2.add(e34, share(weights + 16, 4, k)), share(weights + 24, 5, k))));
    }
    from += bytes;
  }
}

// @ts-ignore: decorator
@inline
function share(weight: usize, column: usize, k: usize): v128 {
  return f64x2.mul(v128.load_splat<f64>(weight), v128.load(scratch(column) + k));
}
