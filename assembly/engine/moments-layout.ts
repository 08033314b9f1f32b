// Where the moments of a window are kept in a state block, and when a part of it moves its centre.
//
//   32 period │ 40 1 / period │ 48 tables hold at row │ 56 phase i32 │ 64 centre │ 72 sum │ 80 squares │ 88 last value of the block before
//   96 table of 1/k │ suffix means less that value │ suffix M2, each period + 1 long
export const PERIOD: usize = 32;
export const INVERSE: usize = 40;
export const TABLES_AT: usize = 48;
export const PHASE: usize = 56;
export const CENTRE: usize = 64;
export const SUM: usize = 72;
export const SQUARES: usize = 80;
export const LAST: usize = 88;
export const TABLES: usize = 96;

/** Markers for what is wanted of the moments; used as type arguments so that each gets its own code. */
export type Variance = i32;
export type Deviation = f64;

/** True for the root of the variance. */
// @ts-ignore: decorator
@inline
export function rooted<M>(): bool {
  return isFloat<M>();
}

// @ts-ignore: decorator
@inline
export function tableBytes(state: usize): usize {
  return (<usize>load<f64>(state, PERIOD) + 1) << 3;
}

/** True for 8, 32, 128 …: how many values a part has when it takes its mean for its centre. */
// @ts-ignore: decorator
@inline
export function recentres(values: i32): bool {
  return values >= 8 && (values & (values - 1)) == 0 && (ctz(values) & 1) == 1;
}

/** The least of 8, 32, 128 … above `values`. */
// @ts-ignore: decorator
@inline
export function nextRecentring(values: i32): i32 {
  let next = 8;
  while (next <= values) next <<= 2;
  return next;
}
