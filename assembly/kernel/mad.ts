// Median absolute deviation: the median of how far the values of the window lie from their median.
//   own: 0 sorted window
import { sortedBytes, sortedClear, sortedDeviation, sortedInit, sortedTake } from '../engine/sorted';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonical, finite } from '../value';

export function madBytes(params: usize): usize {
  return OWN + sortedBytes(<i32>load<f64>(params));
}

export function madInit(state: usize, params: usize): void {
  sortedInit(state + OWN, load<f64>(params));
}

export function madRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const x = input(inputs, 0);
  const out = output(outputs, 0);
  for (let k: usize = 0; k < end; k += 8) {
    const isValue = finite(load<f64>(x + k));
    if (!isValue) sortedClear(state + OWN);
    store<f64>(out + k, isValue && sortedTake(state + OWN, x + k) ? canonical(sortedDeviation(state + OWN)) : NaN);
  }
}
