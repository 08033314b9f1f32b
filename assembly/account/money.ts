// Money in whole numbers of 1e-8 on f64, as `src/domain/money.ts` has it: exact while every amount, and every product, is below 2^53.

export const SCALE: f64 = 1e8;
export const SAFE_LIMIT: f64 = 9_007_199_254_740_992;
/** By how much a product with SCALE may be off, as a part of it, twice over. */
export const PRODUCT_ERROR: f64 = 2.220446049250313e-16;

/** The unit nearest to an amount; NaN where that cannot be told for certain. */
// @ts-ignore: decorator
@inline
export function unitsOf(amount: f64): f64 {
  const product = amount * SCALE;
  const nearest = Math.floor(product + 0.5);
  return 0.5 - Math.abs(product - nearest) > Math.abs(product) * PRODUCT_ERROR ? nearest : NaN;
}

/** units × dividend / divisor, to the nearest unit, ties to even, of units from 0 on and a rate in its lowest terms; NaN where the product is not below 2^53. */
// @ts-ignore: decorator
@inline
export function partOf(units: f64, dividend: f64, divisor: f64): f64 {
  const product = units * dividend;
  if (!(product < SAFE_LIMIT)) return NaN;
  // No whole number lies between this quotient and the true one: they are nearer to each other than 1 / divisor.
  const whole = Math.floor(product / divisor);
  const twice = 2 * (product - whole * divisor);
  const isOdd = whole - 2 * Math.floor(whole * 0.5);
  return whole + select(isOdd, <f64>(<i32>(twice > divisor)), twice == divisor);
}

/** The same, rounded up. */
// @ts-ignore: decorator
@inline
export function partUp(units: f64, dividend: f64, divisor: f64): f64 {
  const product = units * dividend;
  if (!(product < SAFE_LIMIT)) return NaN;
  const whole = Math.floor(product / divisor);
  return whole + <f64>(<i32>(whole * divisor < product));
}
