// Symmetrically weighted moving average: a value and the three before it, with weights 1, 2, 2 and 1 sixths.
import { blankEarly } from '../engine/early';
import { symmetricSums } from '../engine/symmetric';
import { input, output } from '../operand';
import { OWN, rows, setRows } from '../state';
import { canonicalPair } from '../value';

export function swmaBytes(): usize {
  return OWN;
}

export function swmaRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const out = output(outputs, 0);
  const six = f64x2.splat(6);
  symmetricSums(input(inputs, 0), out, end);
  for (let k: usize = 0; k < end; k += 16) v128.store(out + k, canonicalPair(f64x2.div(v128.load(out + k), six)));
  blankEarly(out, 3, rows(state), end);
  setRows(state, rows(state) + n);
}
