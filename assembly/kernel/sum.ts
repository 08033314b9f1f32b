// Sum of the window; for decimals it is exact.
import { meanBytes, meanInit, meanRun } from '../engine/mean';
import { Total } from '../engine/mean-layout';
import { input, output } from '../operand';

export function sumBytes(params: usize): usize {
  return meanBytes<Total>(<i32>load<f64>(params));
}

export function sumInit(state: usize, params: usize): void {
  meanInit<Total>(state, load<f64>(params));
}

export function sumRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  meanRun<Total>(state, input(inputs, 0), output(outputs, 0), n);
}
