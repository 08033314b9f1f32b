// Pearson's correlation of two columns.
//   part 0: sums of squares and products
import { comomentsBytes, relationRun } from '../engine/comoments';
import { Correlation } from '../engine/comoments-layout';
import { PARTS, part, placeComoments } from '../engine/parts';
import { input, output } from '../operand';

export function correlBytes(params: usize): usize {
  return PARTS + comomentsBytes(<i32>load<f64>(params));
}

export function correlInit(state: usize, params: usize): void {
  placeComoments(state, 0, state + PARTS, load<f64>(params));
}

export function correlRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  relationRun<Correlation>(part(state, 0), input(inputs, 0), input(inputs, 1), output(outputs, 0), n);
}
