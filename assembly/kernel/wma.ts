// Weighted moving average: weights 1, 2 … period, the newest heaviest.
import { meanBytes, meanInit, meanRun } from '../engine/mean';
import { Weighted } from '../engine/mean-layout';
import { input, output } from '../operand';

export function wmaBytes(params: usize): usize {
  return meanBytes<Weighted>(<i32>load<f64>(params));
}

export function wmaInit(state: usize, params: usize): void {
  meanInit<Weighted>(state, load<f64>(params));
}

export function wmaRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  meanRun<Weighted>(state, input(inputs, 0), output(outputs, 0), n);
}
