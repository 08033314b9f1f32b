// Candles as patterns see them: what each of the last rows looks like, and what is long, short or near, as measured by the candles before it.
// Measures are those of TA-Lib: a body is long beside the ten before it, a doji is a tenth of the ten ranges before it, near is a fifth of five.
//
// K1. Rows of a tile lie in scratch columns, after the rows before it that its patterns look at. A candle is a byte offset in them: `k` is the row a
//     pattern would end on, `k - 8 * back` one before it.
// K2. A mean is of the rows before the candle, never of the candle itself, and is added up in one order wherever the row lies in a tile: its bits
//     depend on those rows alone.
import { scratch } from './tile';

/** Rows that lie before the first of a tile: the candles of the longest pattern and the rows their means are of. */
const LEAD_ROWS: usize = 16;
export const LEAD: usize = LEAD_ROWS << 3;

// The scratch columns; candle-measures.ts fills them.
export const OPEN: i32 = 0;
export const HIGH: i32 = 1;
export const LOW: i32 = 2;
export const CLOSE: i32 = 3;
export const BODY_MEAN: i32 = 4;
export const RANGE_MEAN: i32 = 5;
export const NEAR_MEAN: i32 = 6;
export const SHADOWS_MEAN: i32 = 7;
const WAYS: i32 = 8;

// What holds of a pair of candles is a mask: all bits of a lane, or none.

// @ts-ignore: decorator
@inline
export function both(a: v128, b: v128): v128 {
  return v128.and(a, b);
}

// @ts-ignore: decorator
@inline
export function all(a: v128, b: v128, c: v128): v128 {
  return v128.and(v128.and(a, b), c);
}

// @ts-ignore: decorator
@inline
export function all4(a: v128, b: v128, c: v128, d: v128): v128 {
  return v128.and(v128.and(a, b), v128.and(c, d));
}

// @ts-ignore: decorator
@inline
export function either(a: v128, b: v128): v128 {
  return v128.or(a, b);
}

// @ts-ignore: decorator
@inline
export function not(a: v128): v128 {
  return v128.not(a);
}

// @ts-ignore: decorator
@inline
export function above(a: v128, b: v128): v128 {
  return f64x2.gt(a, b);
}

// @ts-ignore: decorator
@inline
export function below(a: v128, b: v128): v128 {
  return f64x2.lt(a, b);
}

// @ts-ignore: decorator
@inline
export function atLeast(a: v128, b: v128): v128 {
  return f64x2.ge(a, b);
}

// @ts-ignore: decorator
@inline
export function atMost(a: v128, b: v128): v128 {
  return f64x2.le(a, b);
}

/** `a` where the mask holds, `b` where it does not. */
// @ts-ignore: decorator
@inline
export function choose(mask: v128, a: v128, b: v128): v128 {
  return v128.bitselect(a, b, mask);
}

/** The value where the mask holds, else 0. */
// @ts-ignore: decorator
@inline
export function when(mask: v128, value: v128): v128 {
  return v128.and(mask, value);
}

// @ts-ignore: decorator
@inline
export function hundred(): v128 {
  return f64x2.splat(100);
}

// @ts-ignore: decorator
@inline
export function minusHundred(): v128 {
  return f64x2.splat(-100);
}

// @ts-ignore: decorator
@inline
export function part(share: f64, whole: v128): v128 {
  return f64x2.mul(f64x2.splat(share), whole);
}

// @ts-ignore: decorator
@inline
function at(column: i32, k: usize, back: usize): v128 {
  return v128.load(scratch(column) + k - (back << 3));
}

// @ts-ignore: decorator
@inline
export function open(k: usize, back: usize = 0): v128 {
  return at(OPEN, k, back);
}

// @ts-ignore: decorator
@inline
export function high(k: usize, back: usize = 0): v128 {
  return at(HIGH, k, back);
}

// @ts-ignore: decorator
@inline
export function low(k: usize, back: usize = 0): v128 {
  return at(LOW, k, back);
}

// @ts-ignore: decorator
@inline
export function close(k: usize, back: usize = 0): v128 {
  return at(CLOSE, k, back);
}

/** A candle that closes where it opens is white. */
// @ts-ignore: decorator
@inline
export function white(k: usize, back: usize = 0): v128 {
  return atLeast(close(k, back), open(k, back));
}

// @ts-ignore: decorator
@inline
export function black(k: usize, back: usize = 0): v128 {
  return below(close(k, back), open(k, back));
}

/** True where two candles are of one colour. */
// @ts-ignore: decorator
@inline
export function alike(k: usize, one: usize, other: usize): v128 {
  return not(v128.xor(white(k, one), white(k, other)));
}

/** The upper end of the body. */
// @ts-ignore: decorator
@inline
export function top(k: usize, back: usize = 0): v128 {
  return f64x2.pmax(open(k, back), close(k, back));
}

/** The lower end of the body. */
// @ts-ignore: decorator
@inline
export function bottom(k: usize, back: usize = 0): v128 {
  return f64x2.pmin(open(k, back), close(k, back));
}

// @ts-ignore: decorator
@inline
export function body(k: usize, back: usize = 0): v128 {
  return f64x2.abs(f64x2.sub(close(k, back), open(k, back)));
}

// @ts-ignore: decorator
@inline
export function upperShadow(k: usize, back: usize = 0): v128 {
  return f64x2.sub(high(k, back), top(k, back));
}

// @ts-ignore: decorator
@inline
export function lowerShadow(k: usize, back: usize = 0): v128 {
  return f64x2.sub(bottom(k, back), low(k, back));
}

/** The mean body of the ten candles before. */
// @ts-ignore: decorator
@inline
export function usualBody(k: usize, back: usize = 0): v128 {
  return at(BODY_MEAN, k, back);
}

// @ts-ignore: decorator
@inline
export function isLong(k: usize, back: usize = 0): v128 {
  return above(body(k, back), usualBody(k, back));
}

// @ts-ignore: decorator
@inline
export function isShort(k: usize, back: usize = 0): v128 {
  return below(body(k, back), usualBody(k, back));
}

// @ts-ignore: decorator
@inline
export function isAtMostUsual(k: usize, back: usize = 0): v128 {
  return atMost(body(k, back), usualBody(k, back));
}

/** A tenth of the mean range of the ten candles before: what a doji's body, or a very short shadow, is at most. */
// @ts-ignore: decorator
@inline
export function sliver(k: usize, back: usize = 0): v128 {
  return part(0.1, at(RANGE_MEAN, k, back));
}

// @ts-ignore: decorator
@inline
export function isDoji(k: usize, back: usize = 0): v128 {
  return atMost(body(k, back), sliver(k, back));
}

// @ts-ignore: decorator
@inline
export function hasNoUpperShadow(k: usize, back: usize = 0): v128 {
  return below(upperShadow(k, back), sliver(k, back));
}

// @ts-ignore: decorator
@inline
export function hasNoLowerShadow(k: usize, back: usize = 0): v128 {
  return below(lowerShadow(k, back), sliver(k, back));
}

/** Half the mean of both shadows of the ten candles before: a shadow below it is short. */
// @ts-ignore: decorator
@inline
export function usualShadow(k: usize, back: usize = 0): v128 {
  return part(0.5, at(SHADOWS_MEAN, k, back));
}

/** Within this of another price, a price is near it. */
// @ts-ignore: decorator
@inline
export function near(k: usize, back: usize = 0): v128 {
  return part(0.2, at(NEAR_MEAN, k, back));
}

// @ts-ignore: decorator
@inline
export function far(k: usize, back: usize = 0): v128 {
  return part(0.6, at(NEAR_MEAN, k, back));
}

/** Prices no further apart are as good as equal. */
// @ts-ignore: decorator
@inline
export function little(k: usize, back: usize = 0): v128 {
  return part(0.05, at(NEAR_MEAN, k, back));
}

// @ts-ignore: decorator
@inline
export function within(a: v128, b: v128, distance: v128): v128 {
  return both(atMost(a, f64x2.add(b, distance)), atLeast(a, f64x2.sub(b, distance)));
}

/** True for prices that are as good as equal, beside the candle `back`. */
// @ts-ignore: decorator
@inline
export function equal(a: v128, b: v128, k: usize, back: usize): v128 {
  return within(a, b, little(k, back));
}

/** The body of `later` lies above that of `earlier`. */
// @ts-ignore: decorator
@inline
export function gapsUp(k: usize, later: usize, earlier: usize): v128 {
  return above(bottom(k, later), top(k, earlier));
}

// @ts-ignore: decorator
@inline
export function gapsDown(k: usize, later: usize, earlier: usize): v128 {
  return below(top(k, later), bottom(k, earlier));
}

/** 100 for a white candle, −100 for a black one. */
// @ts-ignore: decorator
@inline
export function coloured(k: usize, back: usize = 0): v128 {
  return choose(white(k, back), hundred(), minusHundred());
}

/** What an earlier pass over the rows has found there (`keepWay`). */
// @ts-ignore: decorator
@inline
export function way(k: usize, back: usize): v128 {
  return at(WAYS, k, back);
}

// @ts-ignore: decorator
@inline
export function keepWay(k: usize, found: v128): void {
  v128.store(scratch(WAYS) + k, found);
}
