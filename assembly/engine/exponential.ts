// eˣ and the hyperbolic functions (F1 … F3 of math.ts).
import { EXP_AT, HYPERBOLIC_AT, choose, constant, eightTerms, everywhere, fourTerms, half, holdAll, nowhere, one, rounder, signBit, sizes, threeTerms, two } from './polynomial';
import { canonicalPair } from '../value';

const LOG2E: f64 = 1.4426950408889634;
const LN2_HI: f64 = 0.6931471803691238; // the upper 33 bits of ln 2: its product with an exponent is exact
const LN2_LO: f64 = 1.9082149292705877e-10;
/** The square of 708: up to there eˣ is neither below nor above the normal doubles. */
const NEAR_SQUARED: f64 = 501_264;
/** Far beyond the greatest double and the least. */
const FAR: f64 = 800;
/** Above it tanh is 1. */
const TANH_MAX: f64 = 22;

const NEAR: usize = EXP_AT + 24;
const TERMS: usize = EXP_AT + 32;
const SINH: usize = HYPERBOLIC_AT;
const COSH: usize = HYPERBOLIC_AT + 56;

export function holdExp(): void {
  holdAll();
  store<f64>(EXP_AT, LOG2E);
  store<f64>(EXP_AT, LN2_HI, 8);
  store<f64>(EXP_AT, LN2_LO, 16);
  store<f64>(NEAR, NEAR_SQUARED);
  store<f64>(TERMS, 0.5);
  store<f64>(TERMS, 0.1666666666666667, 8);
  store<f64>(TERMS, 0.04166666666666667, 16);
  store<f64>(TERMS, 0.008333333333326141, 24);
  store<f64>(TERMS, 0.0013888888888883752, 32);
  store<f64>(TERMS, 0.00019841269874800493, 40);
  store<f64>(TERMS, 2.4801587325533363e-5, 48);
  store<f64>(TERMS, 2.7557255425746435e-6, 56);
  store<f64>(TERMS, 2.7557273661348637e-7, 64);
  store<f64>(TERMS, 2.510520637395701e-8, 72);
  store<f64>(TERMS, 2.0914679376583935e-9, 80);
}

/** eˣ, the canonical NaN where it is beyond the range of a double; after holdExp. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  return isNear(x) ? nearExp(x) : canonicalPair(farExp(x, f64x2.splat(1)));
}

// @ts-ignore: decorator
@inline
function isNear(x: v128): bool {
  return everywhere(f64x2.le(f64x2.mul(x, x), constant(NEAR)));
}

/** The whole number k nearest to x / ln 2, in the last bits of a double. */
// @ts-ignore: decorator
@inline
function doublings(x: v128): v128 {
  return f64x2.add(f64x2.mul(x, constant(EXP_AT)), rounder());
}

/** What is left of eˣ when 2ᵏ is divided off. */
// @ts-ignore: decorator
@inline
function mantissa(x: v128, k: v128): v128 {
  const high = f64x2.sub(x, f64x2.mul(k, constant(EXP_AT + 8)));
  const low = f64x2.mul(k, constant(EXP_AT + 16));
  const r = f64x2.sub(high, low); // at most ln 2 / 2 in size
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  const p = f64x2.add(eightTerms(TERMS, r, r2, r4), f64x2.mul(f64x2.mul(r4, r4), threeTerms(TERMS + 64, r, r2)));
  return f64x2.add(one(), f64x2.add(high, f64x2.sub(f64x2.mul(r2, p), low)));
}

// @ts-ignore: decorator
@inline
function nearExp(x: v128): v128 {
  const k = doublings(x);
  return i64x2.add(mantissa(x, f64x2.sub(k, rounder())), i64x2.shl(k, 52)); // k is added to the exponent
}

/** `times` eˣ of any x, `times` being 1 or a half: eˣ may then be just beyond the range of a double, or below its normal ones. */
function farExp(x: v128, times: v128): v128 {
  const limit = f64x2.splat(FAR);
  if (everywhere(f64x2.ge(x, limit))) return f64x2.splat(Infinity);
  const within = f64x2.pmin(f64x2.pmax(x, f64x2.neg(limit)), limit);
  const k = f64x2.sub(doublings(within), rounder());
  const some = f64x2.nearest(f64x2.mul(k, half()));
  const y = f64x2.mul(mantissa(within, k), times);
  return f64x2.mul(f64x2.mul(y, power2(some)), power2(f64x2.sub(k, some)));
}

// @ts-ignore: decorator
@inline
function power2(k: v128): v128 {
  return i64x2.add(one(), i64x2.shl(f64x2.add(k, rounder()), 52));
}

export function holdHyperbolic(): void {
  holdExp();
  store<f64>(SINH, 0.16666666666666666);
  store<f64>(SINH, 0.008333333333333299, 8);
  store<f64>(SINH, 0.00019841269841324198, 16);
  store<f64>(SINH, 2.7557319191381816e-6, 24);
  store<f64>(SINH, 2.5052117695907823e-8, 32);
  store<f64>(SINH, 1.6057679623801638e-10, 40);
  store<f64>(SINH, 7.746178593018827e-13, 48);
  store<f64>(COSH, 0.5);
  store<f64>(COSH, 0.041666666666666664, 8);
  store<f64>(COSH, 0.001388888888888876, 16);
  store<f64>(COSH, 2.4801587301690853e-5, 24);
  store<f64>(COSH, 2.755731918331876e-7, 32);
  store<f64>(COSH, 2.0876765658642154e-9, 40);
  store<f64>(COSH, 1.1469721885352242e-11, 48);
  store<f64>(COSH, 4.842346201844238e-14, 56);
}

/** (eˣ − e⁻ˣ) / 2; after holdHyperbolic, as the next two. */
// @ts-ignore: decorator
@inline
export function sinh(x: v128): v128 {
  const size = sizes(x);
  const isSmall = f64x2.lt(size, one());
  if (everywhere(isSmall)) return smallSinh(x);
  const grown = halfExp(size);
  const large = v128.or(f64x2.sub(grown, f64x2.div(f64x2.mul(half(), half()), grown)), v128.and(x, signBit()));
  return nowhere(isSmall) ? large : choose(isSmall, smallSinh(x), large);
}

/** (eˣ + e⁻ˣ) / 2 */
// @ts-ignore: decorator
@inline
export function cosh(x: v128): v128 {
  const grown = halfExp(sizes(x));
  return f64x2.add(grown, f64x2.div(f64x2.mul(half(), half()), grown));
}

/** sinh x / cosh x */
// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  const size = sizes(x);
  const isSmall = f64x2.lt(size, one());
  if (everywhere(isSmall)) return smallTanh(x);
  const large = largeTanh(x, size);
  return nowhere(isSmall) ? large : choose(isSmall, smallTanh(x), large);
}

/** eˣ / 2 of an x not below 0. */
// @ts-ignore: decorator
@inline
function halfExp(x: v128): v128 {
  return isNear(x) ? f64x2.mul(half(), nearExp(x)) : farExp(x, f64x2.splat(0.5));
}

/** tanh x of an x up to 1 in size, as x less what is little beside it. */
// @ts-ignore: decorator
@inline
function smallTanh(x: v128): v128 {
  const z = f64x2.mul(x, x);
  const rise = coshTerms(z);
  const less = f64x2.sub(sinhTerms(z), rise);
  return f64x2.add(x, f64x2.div(f64x2.mul(f64x2.mul(x, z), less), f64x2.add(one(), f64x2.mul(z, rise))));
}

// @ts-ignore: decorator
@inline
function largeTanh(x: v128, size: v128): v128 {
  const most = f64x2.splat(TANH_MAX);
  const sign = v128.and(x, signBit());
  if (everywhere(f64x2.ge(size, most))) return v128.or(one(), sign);
  const within = f64x2.pmin(size, most);
  const grown = nearExp(f64x2.add(within, within));
  const tanh = f64x2.sub(one(), f64x2.div(two(), f64x2.add(grown, one())));
  return f64x2.add(v128.or(tanh, sign), f64x2.sub(x, x)); // of what is no value the exponent is just any
}

/** sinh x of an x up to 1 in size. */
// @ts-ignore: decorator
@inline
function smallSinh(x: v128): v128 {
  const z = f64x2.mul(x, x);
  return f64x2.add(x, f64x2.mul(f64x2.mul(x, z), sinhTerms(z)));
}

/** (sinh s / s − 1) / s² for z = s² up to 1. */
// @ts-ignore: decorator
@inline
function sinhTerms(z: v128): v128 {
  const z2 = f64x2.mul(z, z);
  return f64x2.add(fourTerms(SINH, z, z2), f64x2.mul(f64x2.mul(z2, z2), threeTerms(SINH + 32, z, z2)));
}

/** (cosh s − 1) / s² for such a z. */
// @ts-ignore: decorator
@inline
function coshTerms(z: v128): v128 {
  const z2 = f64x2.mul(z, z);
  return eightTerms(COSH, z, z2, f64x2.mul(z2, z2));
}
