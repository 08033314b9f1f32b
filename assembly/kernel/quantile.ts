// Quantile of the window; with one half, its median.
//   own: 0 part │ 8 sorted window
import { sortedBytes, sortedClear, sortedInit, sortedQuantile, sortedTake } from '../engine/sorted';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonical, finite } from '../value';

const WINDOW: usize = OWN + 8;

export function quantileBytes(params: usize): usize {
  return WINDOW + sortedBytes(<i32>load<f64>(params));
}

export function quantileInit(state: usize, params: usize): void {
  place(state, load<f64>(params), load<f64>(params, 8));
}

export function medianInit(state: usize, params: usize): void {
  place(state, load<f64>(params), 0.5);
}

function place(state: usize, period: f64, part: f64): void {
  store<f64>(state, part, OWN);
  sortedInit(state + WINDOW, period);
}

export function quantileRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const x = input(inputs, 0);
  const out = output(outputs, 0);
  const end = <usize>n << 3;
  const part = load<f64>(state, OWN);
  for (let k: usize = 0; k < end; k += 8) {
    const isValue = finite(load<f64>(x + k));
    if (!isValue) sortedClear(state + WINDOW);
    store<f64>(out + k, isValue && sortedTake(state + WINDOW, x + k) ? canonical(sortedQuantile(state + WINDOW, part)) : NaN);
  }
}
