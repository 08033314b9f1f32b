// Simple moving average.
import { meanBytes, meanInit, meanRun } from '../engine/mean';
import { Plain } from '../engine/mean-layout';
import { input, output } from '../operand';

export function smaBytes(params: usize): usize {
  return meanBytes<Plain>(<i32>load<f64>(params));
}

export function smaInit(state: usize, params: usize): void {
  meanInit<Plain>(state, load<f64>(params));
}

export function smaRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  meanRun<Plain>(state, input(inputs, 0), output(outputs, 0), n);
}
