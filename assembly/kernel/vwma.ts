// Volume-weighted moving average of the close.
import { tileBytes } from '../engine/tile';
import { weighedBytes, weighedInit, weighedRows } from '../engine/weighed';
import { input, output } from '../operand';

export function vwmaBytes(params: usize): usize {
  return weighedBytes(load<f64>(params));
}

export function vwmaInit(state: usize, params: usize): void {
  weighedInit(state, load<f64>(params), false);
}

export function vwmaRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; from += tileBytes(from, end)) {
    weighedRows(state, input(inputs, 0) + from, input(inputs, 1) + from, output(outputs, 0) + from, tileBytes(from, end), false);
  }
}
