// Normalized average true range: 100 · atr / close. The state is that of atr.
import { input, output } from '../operand';
import { canonicalPair } from '../value';
import { atrRun } from './atr';

export { atrBytes as natrBytes, atrInit as natrInit } from './atr';

export function natrRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  atrRun(state, inputs, outputs, n);
  const close = input(inputs, 2);
  const out = output(outputs, 0);
  const end = <usize>n << 3;
  const hundred = f64x2.splat(100);
  for (let k: usize = 0; k < end; k += 16) {
    v128.store(out + k, canonicalPair(f64x2.mul(hundred, f64x2.div(v128.load(out + k), v128.load(close + k)))));
  }
}
