// Directional movement of one side, as a smoothed sum (J. W. Wilder 1978, as TA-Lib): S = S₋₁ − S₋₁ / period + move, from the sum of period − 1 rows.
// As an average, S / period is Wilder's smoothing (A2 of engine/directional.ts).
//   parts: 0 smoother │ numbers: 0 high │ 1 low before, NaN at first │ 2 period
import { DOWN, MOVES, UP, moves } from '../engine/directional';
import { SMOOTHER_BYTES, smoothRows } from '../engine/lookahead';
import { PARTS, number, part, placeSmoother, setNumber } from '../engine/parts';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

export const PLUSDM: i32 = 124;
export const MINUSDM: i32 = 125;

export function dmBytes(): usize {
  return PARTS + SMOOTHER_BYTES;
}

export function dmInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  placeSmoother(state, 0, state + PARTS, 1.0 / period, period);
  setNumber(state, 0, NaN);
  setNumber(state, 1, NaN);
  setNumber(state, 2, period);
}

export function dmRun(op: i32, state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const side = op == PLUSDM ? UP : DOWN;
  const period = f64x2.splat(number(state, 2));
  for (let from = passGaps(inputs, 2, outputs, 1, 0, end); from < end; from = passGaps(inputs, 2, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 2, from, end);
    const out = output(outputs, 0) + from;
    moves(state, input(inputs, 0) + from, input(inputs, 1) + from, bytes);
    smoothRows(part(state, 0), scratch(MOVES + side), out, bytes);
    for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, canonicalPair(f64x2.mul(period, v128.load(out + k))));
    from += bytes;
  }
}
