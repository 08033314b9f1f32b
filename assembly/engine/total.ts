// A sum over all rows so far. What each addition rounds away is kept beside the sum and put back into the result (A. Neumaier 1974, in the
// branch-free form of D. Knuth), so that ten million rows weigh as much as one.
//
//   0 sum │ 8 what its rounding left over

export const TOTAL_BYTES: usize = 16;

// @ts-ignore: decorator
@inline
export function initTotal(at: usize): void {
  v128.store(at, f64x2.splat(0));
}

/** Adds x and answers the total. */
// @ts-ignore: decorator
@inline
export function addTo(at: usize, x: f64): f64 {
  const sum = load<f64>(at);
  const next = sum + x;
  const added = next - sum;
  const rest = load<f64>(at, 8) + (sum - (next - added) + (x - added));
  store<f64>(at, next);
  store<f64>(at, rest, 8);
  return next + rest;
}
