// Mean deviation: how far, on average, the values of the window lie from their mean. Each window is gone through twice, as distances from its
// newest value, so that a flat window deviates by exactly 0.
//   number 0: period
import { blankEarly } from '../engine/early';
import { PARTS, number, setNumber } from '../engine/parts';
import { input, output } from '../operand';
import { rows, setRows } from '../state';
import { canonicalPair } from '../value';

export function avgdevBytes(): usize {
  return PARTS;
}

export function avgdevInit(state: usize, params: usize): void {
  setNumber(state, 0, load<f64>(params));
}

export function avgdevRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const period = number(state, 0);
  const x = input(inputs, 0);
  const out = output(outputs, 0);
  for (let k: usize = 0; k < end; k += 16) v128.store(out + k, canonicalPair(deviations(x + k, period)));
  blankEarly(out, period - 1, rows(state), end);
  setRows(state, rows(state) + n);
}

/** Of the windows that end on the row at `x` and on the next. */
function deviations(x: usize, period: f64): v128 {
  const length = f64x2.splat(period);
  const oldest = x + 8 - (<usize>period << 3);
  const newest = v128.load(x);
  let sum = f64x2.splat(0);
  for (let at = oldest; at <= x; at += 8) sum = f64x2.add(sum, f64x2.sub(v128.load(at), newest));
  const mean = f64x2.div(sum, length);
  sum = f64x2.splat(0);
  for (let at = oldest; at <= x; at += 8) sum = f64x2.add(sum, f64x2.abs(f64x2.sub(f64x2.sub(v128.load(at), newest), mean)));
  return f64x2.div(sum, length);
}
