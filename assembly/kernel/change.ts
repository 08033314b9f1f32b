// The change of a value against the one `period` rows before: as a difference, a percentage, a ratio of the change, or a ratio, plain or in percent.
//   number 0: period
import { PARTS, number, setNumber } from '../engine/parts';
import { input, output } from '../operand';
import { rows, setRows } from '../state';
import { blemish, fillNaN, settle } from '../value';

export const MOM: i32 = 47;
export const ROC: i32 = 48;
export const ROCP: i32 = 49;
export const ROCR: i32 = 50;
export const ROCR100: i32 = 126;

// Markers, as in rowwise.ts.
class Difference {}
class Percentage {}
class Portion {}
class Ratio {}
class RatioPercent {}

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
    case ROCR100: return each<RatioPercent>(x, before, out, end);
  }
}

// @ts-ignore: decorator
@inline
function is<M, O>(): bool {
  return idof<M>() == idof<O>();
}

/** Pairs of rows, the last of which may lie one past the end (T2 of tile.ts). */
function each<M>(x: usize, before: usize, out: usize, end: usize): void {
  let blemishes = f64x2.splat(0);
  let at = out;
  for (; at + 32 <= end; at += 32, x += 32, before += 32) {
    const early = changed<M>(v128.load(x), v128.load(before));
    const late = changed<M>(v128.load(x, 16), v128.load(before, 16));
    v128.store(at, early);
    v128.store(at, late, 16);
    blemishes = blemish(blemish(blemishes, early), late);
  }
  for (; at < end; at += 16, x += 16, before += 16) {
    const change = changed<M>(v128.load(x), v128.load(before));
    v128.store(at, change);
    blemishes = blemish(blemishes, change);
  }
  settle(out, end, blemishes);
}

/** A difference of values is never −0; a quotient may be. */
// @ts-ignore: decorator
@inline
function changed<M>(value: v128, old: v128): v128 {
  const zero = f64x2.splat(0);
  if (is<M, Difference>()) return f64x2.sub(value, old);
  if (is<M, Ratio>()) return f64x2.add(f64x2.div(value, old), zero);
  if (is<M, RatioPercent>()) return f64x2.add(f64x2.mul(f64x2.splat(100), f64x2.div(value, old)), zero);
  const portion = f64x2.div(f64x2.sub(value, old), old);
  return f64x2.add(is<M, Percentage>() ? f64x2.mul(f64x2.splat(100), portion) : portion, zero);
}
