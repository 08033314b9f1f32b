// Decimals inside doubles. A price like 0.1 is no double, but it is the integer 1 at one decimal place; sums of such integers are exact.
// D1. x is the decimal N / 10^k when x·10^k lies within 2⁻⁵² of the integer N, relatively: what rounding to a double and back can do.
// D2. N stays below a limit that keeps every sum of the caller under 2⁵³, where doubles hold integers exactly.

import { held, heldSizeMask } from '../value';

/** 2⁻⁵² */
export const CLOSE: f64 = 2.220446049250313e-16;
/** 10⁸: more places than any venue quotes. */
export const SCALE_MAX: f64 = 100_000_000;

/** The integer x·scale, or NaN when x is no such decimal. */
// @ts-ignore: decorator
@inline
export function integerAt(x: f64, scale: f64, limit: f64): f64 {
  const m = x * scale;
  const n = nearest(m);
  return isDecimal(m, n, limit) ? n : NaN;
}

/** D1 and D2 of a scaled value and the integer nearest to it. */
// @ts-ignore: decorator
@inline
export function isDecimal(scaled: f64, integer: f64, limit: f64): bool {
  return <bool>(<i32>(abs(scaled - integer) <= abs(scaled) * CLOSE) & <i32>(abs(integer) <= limit));
}

/** True when x is a decimal of at most eight places, however large. */
// @ts-ignore: decorator
@inline
export function decimal(x: f64): bool {
  const m = x * SCALE_MAX;
  return abs(m - nearest(m)) <= abs(m) * CLOSE;
}

/** The least scale above `scale` at which x is a decimal within the limit, or 0 when there is none. */
export function scaleFor(x: f64, scale: f64, limit: f64): f64 {
  if (!decimal(x)) return 0;
  for (let wider = scale * 10; wider <= SCALE_MAX; wider *= 10) {
    if (isFinite(integerAt(x, wider, limit))) return wider;
  }
  return 0;
}

/** True when x is a decimal within the limit, at `scale` or a wider one. */
// @ts-ignore: decorator
@inline
export function isDecimalFrom(x: f64, scale: f64, limit: f64): bool {
  return isFinite(integerAt(x, scale, limit)) || scaleFor(x, scale, limit) > 0;
}

/**
 * True for lanes that are no decimals within the limit; `scaled` is them times the scale, `integers` the nearest to that. What is compared is never
 * below 0, and such doubles are ordered as the integers of their bits are: comparing those leaves the adders to others.
 */
// @ts-ignore: decorator
@inline
export function farLanes(scaled: v128, integers: v128, limit: v128, close: v128, size: v128): v128 {
  const off = v128.and(f64x2.sub(scaled, integers), size);
  const isOff = i64x2.gt_s(off, f64x2.mul(v128.and(scaled, size), close));
  return v128.or(isOff, i64x2.gt_s(v128.and(integers, size), limit));
}

/** True when one of a pair is no decimal within the limit. */
// @ts-ignore: decorator
@inline
export function isFarPair(scaled: v128, integers: v128, limit: v128, close: v128, size: v128): bool {
  return i64x2.bitmask(farLanes(scaled, integers, limit, close, size)) != 0;
}

/** True for lanes that are decimals, of whatever size: as in `isFarPair`, `scaled` is them times the scale, `integers` the nearest to that. */
// @ts-ignore: decorator
@inline
export function nearPair(scaled: v128, integers: v128, close: v128, size: v128): v128 {
  return f64x2.le(v128.and(f64x2.sub(scaled, integers), size), f64x2.mul(v128.and(scaled, size), close));
}

/** True for lanes that are decimals within the limit. */
// @ts-ignore: decorator
@inline
export function fitPair(x: v128, scale: v128, limit: v128, close: v128, size: v128): v128 {
  const m = f64x2.mul(x, scale);
  const integers = f64x2.nearest(m);
  return v128.and(nearPair(m, integers, close, size), f64x2.le(v128.and(integers, size), limit));
}

/** True for lanes that are no decimals of at most eight places, or no values. */
// @ts-ignore: decorator
@inline
export function roughPair(x: v128, finest: v128, close: v128, size: v128): v128 {
  const m = f64x2.mul(x, finest);
  const off = v128.and(f64x2.sub(m, f64x2.nearest(m)), size);
  return f64x2.gt(off, f64x2.mul(v128.and(m, size), close));
}
