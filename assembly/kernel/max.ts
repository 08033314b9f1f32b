// Rolling maximum.
import { Greatest, extremeBytes, extremeInit, extremeRun } from '../engine/extrema';
import { input, output } from '../operand';

export function maxBytes(params: usize): usize {
  return extremeBytes(<i32>load<f64>(params));
}

export function maxInit(state: usize, params: usize): void {
  extremeInit<Greatest>(state, load<f64>(params));
}

export function maxRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  extremeRun<Greatest>(state, input(inputs, 0), output(outputs, 0), n);
}
