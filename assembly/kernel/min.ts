// Rolling minimum.
import { Least, extremeBytes, extremeInit, extremeRun } from '../engine/extrema';
import { input, output } from '../operand';

export function minBytes(params: usize): usize {
  return extremeBytes(<i32>load<f64>(params));
}

export function minInit(state: usize, params: usize): void {
  extremeInit<Least>(state, load<f64>(params));
}

export function minRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  extremeRun<Least>(state, input(inputs, 0), output(outputs, 0), n);
}
