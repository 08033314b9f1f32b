// Where sums of squares and products are kept in a state block, and what is made of them.
//
//   32 period │ 40 tables hold at row │ 48 phase i32 │ 56 centre: x, y │ 72 sums: x, y, xx, yy, xy
//   112 table: per place of the block before the same sums over the rest of it, from there to its end
export const PERIOD: usize = 32;
export const TABLES_AT: usize = 40;
export const PHASE: usize = 48;
export const CENTRE: usize = 56;
export const SUMS: usize = 72;
export const TABLE: usize = 112;
export const ENTRY_BYTES: usize = 40;

/** Markers for what is wanted of the sums; used as type arguments so that each gets its own code. */
export type Correlation = i32;
export type Slope = f64;

/**
 * What the sums over a window of `length` rows say: with XX = length·xx − x², and so on, XY / √(XX·YY), within −1 … 1, or XY / XX; 0 where a column
 * that divides is flat, as in TA-Lib.
 */
// @ts-ignore: decorator
@inline
export function relation<M>(length: v128, x: v128, y: v128, xx: v128, yy: v128, xy: v128, one: v128): v128 {
  const zero = f64x2.splat(0);
  const square = f64x2.pmax(zero, f64x2.sub(f64x2.mul(length, xx), f64x2.mul(x, x)));
  const product = f64x2.sub(f64x2.mul(length, xy), f64x2.mul(x, y));
  if (isFloat<M>()) return v128.andnot(f64x2.div(product, square), f64x2.eq(square, zero));
  const spreads = f64x2.mul(square, f64x2.pmax(zero, f64x2.sub(f64x2.mul(length, yy), f64x2.mul(y, y))));
  const ratio = f64x2.div(product, f64x2.sqrt(spreads));
  return v128.andnot(f64x2.pmax(f64x2.neg(one), f64x2.pmin(one, ratio)), f64x2.eq(spreads, zero));
}
