// What stands for a bar: its average, median, typical and weighted price, and the balance of power, where its close is from its open in its range.
// Row by row; no state.
import { input, output } from '../operand';
import { OWN } from '../state';
import { blemish, held, settle } from '../value';

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

/** Four rows at a time, then two, the last of which may lie one past the end (T2 of tile.ts). */
function each<P>(a: usize, b: usize, c: usize, d: usize, out: usize, end: usize): void {
  const zero = f64x2.splat(0);
  const unit = held(is<P, Median>() ? 0.5 : is<P, Typical>() ? 3 : 0.25);
  const bytes = end - out;
  let blemishes = zero;
  let k: usize = 0;
  for (; k + 32 <= bytes; k += 32) {
    const early = f64x2.add(price<P>(a + k, b + k, c + k, d + k, unit), zero);
    const late = f64x2.add(price<P>(a + k + 16, b + k + 16, c + k + 16, d + k + 16, unit), zero);
    v128.store(out + k, early);
    v128.store(out + k, late, 16);
    blemishes = blemish(blemish(blemishes, early), late);
  }
  for (; k < bytes; k += 16) {
    const result = f64x2.add(price<P>(a + k, b + k, c + k, d + k, unit), zero);
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

/** Of open, high, low, close, or of high, low, close; `unit` is what the sum is multiplied or, by three, divided by. */
// @ts-ignore: decorator
@inline
function price<P>(a: usize, b: usize, c: usize, d: usize, unit: v128): v128 {
  if (is<P, Balance>()) return balance(v128.load(a), f64x2.sub(v128.load(b), v128.load(c)), v128.load(d));
  const two = f64x2.add(v128.load(a), v128.load(b));
  if (is<P, Median>()) return f64x2.mul(two, unit);
  const third = v128.load(c);
  if (is<P, Typical>()) return f64x2.div(f64x2.add(two, third), unit);
  if (is<P, Weighted>()) return f64x2.mul(f64x2.add(two, f64x2.add(third, third)), unit);
  return f64x2.mul(f64x2.add(f64x2.add(two, third), v128.load(d)), unit);
}

/** 0 for a row without a range, as in TA-Lib. */
// @ts-ignore: decorator
@inline
function balance(open: v128, range: v128, close: v128): v128 {
  const way = f64x2.sub(close, open);
  return v128.bitselect(f64x2.sub(way, way), f64x2.div(way, range), f64x2.eq(range, f64x2.splat(0)));
}
