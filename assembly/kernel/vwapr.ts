// Rolling volume-weighted average price: typical prices of the last `period` rows, weighed by volume.
import { typicalRows } from '../engine/price';
import { scratch, tileBytes } from '../engine/tile';
import { weighedBytes, weighedInit, weighedRows } from '../engine/weighed';
import { input, output } from '../operand';

export function vwaprBytes(params: usize): usize {
  return weighedBytes(load<f64>(params));
}

export function vwaprInit(state: usize, params: usize): void {
  weighedInit(state, load<f64>(params), true);
}

export function vwaprRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    typicalRows(input(inputs, 0) + from, input(inputs, 1) + from, input(inputs, 2) + from, scratch(0), bytes);
    weighedRows(state, scratch(0), input(inputs, 3) + from, output(outputs, 0) + from, bytes, true);
    from += bytes;
  }
}
