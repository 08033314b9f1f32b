// Directional movement of one side, as a smoothed sum (J. W. Wilder 1978, as TA-Lib): S = S₋₁ − S₋₁ / period + move, from the sum of period − 1 rows.
//   parts: 0 sum │ numbers: 0 high │ 1 low before, NaN at first
import { DOWN, MOVES, UP, moves } from '../engine/directional';
import { SMOOTHER_BYTES, smoothRows } from '../engine/lookahead';
import { PARTS, part, placeSums, setNumber } from '../engine/parts';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalRows } from '../value';

export const PLUSDM: i32 = 124;
export const MINUSDM: i32 = 125;

export function dmBytes(): usize {
  return PARTS + SMOOTHER_BYTES;
}

export function dmInit(state: usize, params: usize): void {
  placeSums(state, 0, state + PARTS, load<f64>(params));
  setNumber(state, 0, NaN);
  setNumber(state, 1, NaN);
}

export function dmRun(op: i32, state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const side = op == PLUSDM ? UP : DOWN;
  for (let from = passGaps(inputs, 2, outputs, 1, 0, end); from < end; from = passGaps(inputs, 2, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 2, from, end);
    const out = output(outputs, 0) + from;
    moves(state, input(inputs, 0) + from, input(inputs, 1) + from, bytes);
    smoothRows(part(state, 0), scratch(MOVES + side), out, bytes);
    canonicalRows(out, out + bytes);
    from += bytes;
  }
}
