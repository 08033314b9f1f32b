// The value `period` rows before.
//   number 0: period
import { PARTS, number, setNumber } from '../engine/parts';
import { input, output } from '../operand';
import { rows, setRows } from '../state';
import { fillNaN } from '../value';

export function lagBytes(): usize {
  return PARTS;
}

export function lagInit(state: usize, params: usize): void {
  setNumber(state, 0, load<f64>(params));
}

export function lagRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const period = number(state, 0);
  const early = <i32>min(max(period - <f64>rows(state), 0), <f64>n);
  setRows(state, rows(state) + n);
  const out = output(outputs, 0);
  fillNaN(out, early);
  const skipped = <usize>early << 3;
  memory.copy(out + skipped, input(inputs, 0) + skipped - (<usize>period << 3), <usize>(n - early) << 3);
}
