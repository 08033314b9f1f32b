// Where a mean keeps what in its state block, and what tells the plain mean from the weighted and the sum.
//
//   32 period │ 40 scale │ 48 limit │ 56 divisor │ 64 plain sum │ 72 weighted sum │ 80 sums hold at row │ 88 last rough row
//   96 tables hold at row │ 104 prefix │ 112 weighted prefix │ 120 place in the block there i32 │ 128 suffix table
export const PERIOD: usize = 32;
export const SCALE: usize = 40;
export const LIMIT: usize = 48;
export const DIVISOR: usize = 56;
export const SUM: usize = 64;
export const WEIGHTED: usize = 72;
export const SUMS_AT: usize = 80;
export const LAST_ROUGH: usize = 88;
export const TABLES_AT: usize = 96;
export const PREFIX: usize = 104;
export const WEIGHTED_PREFIX: usize = 112;
export const PHASE: usize = 120;
export const TABLE: usize = 128;

/** Markers for the two means, and for the plain sum that is not divided; used as type arguments so that each gets its own code. */
export type Plain = i32;
export type Weighted = f64;
export type Total = i64;

// @ts-ignore: decorator
@inline
export function weighted<M>(): bool {
  return isFloat<M>();
}

/** Sum of the weights. */
// @ts-ignore: decorator
@inline
export function weights<M>(period: f64): f64 {
  return weighted<M>() ? period * (period + 1) * 0.5 : period;
}

/** What a sum is divided by. */
// @ts-ignore: decorator
@inline
export function divisorOf<M>(period: f64): f64 {
  return !weighted<M>() && sizeof<M>() == 8 ? 1 : weights<M>(period);
}
