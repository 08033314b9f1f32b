// Population variance.
import { momentsBytes, momentsInit, momentsRun } from '../engine/moments';
import { Variance } from '../engine/moments-layout';
import { input, output } from '../operand';

export function varBytes(params: usize): usize {
  return momentsBytes(<i32>load<f64>(params));
}

export function varInit(state: usize, params: usize): void {
  momentsInit(state, load<f64>(params));
}

export function varRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  momentsRun<Variance>(state, input(inputs, 0), output(outputs, 0), n);
}
