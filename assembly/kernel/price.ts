// What stands for a bar: its average, median, typical and weighted price, and the balance of power, where its close is from its open in its range.
// Row by row; no state.
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonicalPair } from '../value';

export const AVGPRICE: i32 = 90;
export const MEDPRICE: i32 = 91;
export const TYPPRICE: i32 = 92;
export const WCLPRICE: i32 = 93;
export const BOP: i32 = 94;

export function priceBytes(): usize {
  return OWN;
}

export function priceInit(state: usize, params: usize): void {}

export function priceRun(op: i32, state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const last: usize = op == AVGPRICE || op == BOP ? 3 : op == MEDPRICE ? 1 : 2;
  for (let k: usize = 0; k < end; k += 16) {
    const a = v128.load(input(inputs, 0) + k);
    const b = v128.load(input(inputs, 1) + k);
    const c = v128.load(input(inputs, min<usize>(2, last)) + k);
    const d = v128.load(input(inputs, last) + k);
    v128.store(output(outputs, 0) + k, canonicalPair(price(op, a, b, c, d)));
  }
}

/** Of open, high, low, close, or of high, low, close. */
// @ts-ignore: decorator
@inline
function price(op: i32, a: v128, b: v128, c: v128, d: v128): v128 {
  const two = f64x2.add(a, b);
  switch (op) {
    case AVGPRICE: return f64x2.div(f64x2.add(f64x2.add(two, c), d), f64x2.splat(4));
    case MEDPRICE: return f64x2.div(two, f64x2.splat(2));
    case TYPPRICE: return f64x2.div(f64x2.add(two, c), f64x2.splat(3));
    case WCLPRICE: return f64x2.div(f64x2.add(two, f64x2.add(c, c)), f64x2.splat(4));
    default: return balance(a, f64x2.sub(b, c), d);
  }
}

/** 0 for a row without a range, as in TA-Lib. */
// @ts-ignore: decorator
@inline
function balance(open: v128, range: v128, close: v128): v128 {
  const way = f64x2.sub(close, open);
  return v128.bitselect(f64x2.sub(way, way), f64x2.div(way, range), f64x2.eq(range, f64x2.splat(0)));
}
