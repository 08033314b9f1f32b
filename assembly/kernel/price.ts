// What stands for a bar: its average, median, typical and weighted price, and the balance of power, where its close is from its open in its range.
// Row by row; no state.
import { input, output } from '../operand';
import { OWN } from '../state';
import { blemish, settle } from '../value';

export const AVGPRICE: i32 = 90;
export const MEDPRICE: i32 = 91;
export const TYPPRICE: i32 = 92;
export const WCLPRICE: i32 = 93;
export const BOP: i32 = 94;

// Markers, as in rowwise.ts.
class Average {}
class Median {}
class Typical {}
class Weighted {}
class Balance {}

export function priceBytes(): usize {
  return OWN;
}

export function priceInit(state: usize, params: usize): void {}

export function priceRun(op: i32, state: usize, inputs: usize, outputs: usize, n: i32): void {
  const first = input(inputs, 0);
  const second = input(inputs, 1);
  const out = output(outputs, 0);
  const end = out + (<usize>n << 3);
  switch (op) {
    case AVGPRICE: return each<Average>(first, second, input(inputs, 2), input(inputs, 3), out, end);
    case MEDPRICE: return each<Median>(first, second, first, first, out, end);
    case TYPPRICE: return each<Typical>(first, second, input(inputs, 2), first, out, end);
    case WCLPRICE: return each<Weighted>(first, second, input(inputs, 2), first, out, end);
    case BOP: return each<Balance>(first, second, input(inputs, 2), input(inputs, 3), out, end);
  }
}

/** Pairs of rows, the last of which may lie one past the end (T2 of tile.ts). */
function each<P>(a: usize, b: usize, c: usize, d: usize, out: usize, end: usize): void {
  const zero = f64x2.splat(0);
  const bytes = end - out;
  let blemishes = zero;
  for (let k: usize = 0; k < bytes; k += 16) {
    const result = f64x2.add(price<P>(v128.load(a + k), v128.load(b + k), v128.load(c + k), v128.load(d + k)), zero);
    v128.store(out + k, result);
    blemishes = blemish(blemishes, result);
  }
  settle(out, end, blemishes);
}

// @ts-ignore: decorator
@inline
function is<P, Q>(): bool {
  return idof<P>() == idof<Q>();
}

/** Of open, high, low, close, or of high, low, close. */
// @ts-ignore: decorator
@inline
function price<P>(a: v128, b: v128, c: v128, d: v128): v128 {
  const two = f64x2.add(a, b);
  if (is<P, Average>()) return f64x2.mul(f64x2.add(f64x2.add(two, c), d), f64x2.splat(0.25));
  if (is<P, Median>()) return f64x2.mul(two, f64x2.splat(0.5));
  if (is<P, Typical>()) return f64x2.div(f64x2.add(two, c), f64x2.splat(3));
  if (is<P, Weighted>()) return f64x2.mul(f64x2.add(two, f64x2.add(c, c)), f64x2.splat(0.25));
  return balance(a, f64x2.sub(b, c), d);
}

/** 0 for a row without a range, as in TA-Lib. */
// @ts-ignore: decorator
@inline
function balance(open: v128, range: v128, close: v128): v128 {
  const way = f64x2.sub(close, open);
  return v128.bitselect(f64x2.sub(way, way), f64x2.div(way, range), f64x2.eq(range, f64x2.splat(0)));
}
