// The shape of what is in a window: its skewness and its kurtosis, the third and the fourth moment in units of the deviation. Each window is gone
// through twice, as distances from its newest value, so that a flat window is seen to be flat.
//   number 0: period
import { blankEarly } from '../engine/early';
import { PARTS, number, setNumber } from '../engine/parts';
import { input, output } from '../operand';
import { rows, setRows } from '../state';
import { canonicalPair } from '../value';

export const SKEW: i32 = 149;
export const KURTOSIS: i32 = 150;

export function shapeBytes(): usize {
  return PARTS;
}

export function shapeInit(state: usize, params: usize): void {
  setNumber(state, 0, load<f64>(params));
}

export function shapeRun(op: i32, state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const period = number(state, 0);
  const x = input(inputs, 0);
  const out = output(outputs, 0);
  for (let k: usize = 0; k < end; k += 16) v128.store(out + k, canonicalPair(shapes(op, x + k, period)));
  blankEarly(out, period - 1, rows(state), end);
  setRows(state, rows(state) + n);
}

/** Of the windows that end on the row at `x` and on the next; 0 where they are flat. */
function shapes(op: i32, x: usize, period: f64): v128 {
  const length = f64x2.splat(period);
  const zero = f64x2.splat(0);
  const oldest = x + 8 - (<usize>period << 3);
  const newest = v128.load(x);
  let sum = zero;
  for (let at = oldest; at <= x; at += 8) sum = f64x2.add(sum, f64x2.sub(v128.load(at), newest));
  const mean = f64x2.div(sum, length);
  let squares = zero;
  let powers = zero;
  for (let at = oldest; at <= x; at += 8) {
    const away = f64x2.sub(f64x2.sub(v128.load(at), newest), mean);
    const square = f64x2.mul(away, away);
    squares = f64x2.add(squares, square);
    powers = f64x2.add(powers, f64x2.mul(square, op == SKEW ? away : square));
  }
  const variance = f64x2.div(squares, length);
  const unit = f64x2.mul(variance, op == SKEW ? f64x2.sqrt(variance) : variance);
  return v128.andnot(f64x2.div(f64x2.div(powers, length), unit), f64x2.eq(squares, zero));
}
