// The change of a value against the one `period` rows before: as a difference, a percentage, a ratio of the change, or a ratio.
//   number 0: period
import { PARTS, number, setNumber } from '../engine/parts';
import { input, output } from '../operand';
import { rows, setRows } from '../state';
import { canonicalPair, fillNaN } from '../value';

export const MOM: i32 = 47;
export const ROC: i32 = 48;
export const ROCP: i32 = 49;
export const ROCR: i32 = 50;

// Markers, as in rowwise.ts.
class Difference {}
class Percentage {}
class Portion {}
class Ratio {}

export function changeBytes(): usize {
  return PARTS;
}

export function changeInit(state: usize, params: usize): void {
  setNumber(state, 0, load<f64>(params));
}

export function changeRun(op: i32, state: usize, inputs: usize, outputs: usize, n: i32): void {
  let x = input(inputs, 0);
  let out = output(outputs, 0);
  const end = out + (<usize>n << 3);
  const period = number(state, 0);
  const early = <i32>min(max(period - <f64>rows(state), 0), <f64>n);
  setRows(state, rows(state) + n);
  fillNaN(out, early);
  out += <usize>early << 3;
  x += <usize>early << 3;
  const before = x - (<usize>period << 3);
  switch (op) {
    case MOM: return each<Difference>(x, before, out, end);
    case ROC: return each<Percentage>(x, before, out, end);
    case ROCP: return each<Portion>(x, before, out, end);
    case ROCR: return each<Ratio>(x, before, out, end);
  }
}

// @ts-ignore: decorator
@inline
function is<M, O>(): bool {
  return idof<M>() == idof<O>();
}

/** Pairs of rows, the last of which may lie one past the end (T2 of tile.ts). */
function each<M>(x: usize, before: usize, out: usize, end: usize): void {
  const hundred = f64x2.splat(100);
  for (; out < end; out += 16, x += 16, before += 16) {
    const value = v128.load(x);
    const old = v128.load(before);
    let change = is<M, Ratio>() ? f64x2.div(value, old) : f64x2.sub(value, old);
    if (is<M, Percentage>() || is<M, Portion>()) change = f64x2.div(change, old);
    v128.store(out, canonicalPair(is<M, Percentage>() ? f64x2.mul(hundred, change) : change));
  }
}
