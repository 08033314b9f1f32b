// Percent rank: how many of the values of the window before a row are no greater than its own, in percent.
//   number 0: period
import { blankEarly } from '../engine/early';
import { PARTS, number, setNumber } from '../engine/parts';
import { rankRows } from '../engine/rank';
import { input, output } from '../operand';
import { rows, setRows } from '../state';

export function percentrankBytes(): usize {
  return PARTS;
}

export function percentrankInit(state: usize, params: usize): void {
  setNumber(state, 0, load<f64>(params));
}

export function percentrankRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const period = number(state, 0);
  rankRows(input(inputs, 0), period, output(outputs, 0), end);
  blankEarly(output(outputs, 0), period, rows(state), end);
  setRows(state, rows(state) + n);
}
