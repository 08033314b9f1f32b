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
  deviations(input(inputs, 0), output(outputs, 0), end, period);
  blankEarly(output(outputs, 0), period - 1, rows(state), end);
  setRows(state, rows(state) + n);
}

/** Four rows at a time, each window from its oldest row to its newest; a row of its own sums in the same order. */
function deviations(x: usize, out: usize, end: usize, period: f64): void {
  const length = f64x2.splat(period);
  const window = (<usize>period << 3) - 8;
  for (let k: usize = 0; k < end; k += 32) {
    const newest = x + k;
    const newest0 = v128.load(newest);
    const newest2 = v128.load(newest, 16);
    let sum0 = f64x2.splat(0);
    let sum2 = sum0;
    for (let at = newest - window; at <= newest; at += 8) {
      sum0 = f64x2.add(sum0, f64x2.sub(v128.load(at), newest0));
      sum2 = f64x2.add(sum2, f64x2.sub(v128.load(at, 16), newest2));
    }
    const mean0 = f64x2.div(sum0, length);
    const mean2 = f64x2.div(sum2, length);
    sum0 = f64x2.splat(0);
    sum2 = sum0;
    for (let at = newest - window; at <= newest; at += 8) {
      sum0 = f64x2.add(sum0, f64x2.abs(f64x2.sub(f64x2.sub(v128.load(at), newest0), mean0)));
      sum2 = f64x2.add(sum2, f64x2.abs(f64x2.sub(f64x2.sub(v128.load(at, 16), newest2), mean2)));
    }
    v128.store(out + k, canonicalPair(f64x2.div(sum0, length)));
    if (k + 16 < end) v128.store(out + k, canonicalPair(f64x2.div(sum2, length)), 16);
  }
}
