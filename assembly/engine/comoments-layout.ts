// Where sums of squares and products are kept in a state block, and what is made of them.
//
//   32 period │ 40 tables hold at row │ 48 phase i32 │ 56 centre: x, y │ 72 sums: x, y, xx, yy, xy │ 112 last values of the block before: x, y
//   128 table: per place the means less those last values, x, y, then xx, yy, xy; period + 1 long
export const PERIOD: usize = 32;
export const TABLES_AT: usize = 40;
export const PHASE: usize = 48;
export const CENTRE: usize = 56;
export const SUMS: usize = 72;
export const LAST: usize = 112;
export const TABLE: usize = 128;
export const ENTRY_BYTES: usize = 40;

/** Markers for what is wanted of the sums; used as type arguments so that each gets its own code. */
export type Correlation = i32;
export type Slope = f64;

/** xy / √(xx·yy), within −1 … 1, or xy / xx; 0 where a column that divides is flat, as in TA-Lib. */
// @ts-ignore: decorator
@inline
export function relation<M>(xx: v128, yy: v128, xy: v128, one: v128): v128 {
  const zero = f64x2.splat(0);
  if (isFloat<M>()) return v128.andnot(f64x2.div(xy, xx), f64x2.eq(xx, zero));
  const spreads = f64x2.mul(xx, yy);
  const ratio = f64x2.div(xy, f64x2.sqrt(spreads));
  return v128.andnot(f64x2.pmax(f64x2.neg(one), f64x2.pmin(one, ratio)), f64x2.eq(spreads, zero));
}
