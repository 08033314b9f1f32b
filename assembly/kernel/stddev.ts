// Population standard deviation.
import { momentsBytes, momentsInit, momentsRun } from '../engine/moments';
import { Deviation } from '../engine/moments-layout';
import { input, output } from '../operand';

export function stddevBytes(params: usize): usize {
  return momentsBytes(<i32>load<f64>(params));
}

export function stddevInit(state: usize, params: usize): void {
  momentsInit(state, load<f64>(params));
}

export function stddevRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  momentsRun<Deviation>(state, input(inputs, 0), output(outputs, 0), n);
}
