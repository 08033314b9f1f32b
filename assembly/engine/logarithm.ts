// The natural and the decimal logarithm (F1 … F3 of math.ts). x = 2ᵏ·m with m next to 1, f = m − 1, s = f / (2 + f): ln m = 2·artanh s
// = f − f²/2 + s·(f²/2 + R), R being the sum of the powers of s² that follow. The greatest term is exact.
import { LOG_AT, choose, constant, everywhere, fourTerms, half, holdAll, one, threeTerms } from './polynomial';

const LN2_HI: f64 = 0.6931471803691238; // the upper 33 bits of ln 2: its product with an exponent is exact
const LN2_LO: f64 = 1.9082149292705877e-10;
// The same for log₁₀ 2, and log₁₀ e, whose upper 33 bits take a factor of as many.
const LOG2_HI: f64 = 0.30102999566395283;
const LOG2_LO: f64 = 2.8363394551044964e-14;
const LOGE_HI: f64 = 0.4342944818781689;
const LOGE_LO: f64 = 2.5082946711645275e-11;

const NORMAL_MIN: f64 = 2.2250738585072014e-308;
const NORMAL_MAX: f64 = 1.7976931348623157e308;
/** From the bits of √½ to those of 1: added, it leaves in the exponent the k of an m between √½ and √2. */
const TO_ONE: i64 = 0x3ff0_0000_0000_0000 - 0x3fe6_a09e_667f_3bcd;
const EXPONENT: i64 = 0x7ff0_0000_0000_0000;
const BIAS: i64 = 0x3ff0_0000_0000_0000;
/** The bits of 2⁵²: with a whole number in the last of them they are it and 2⁵² more. */
const WHOLE: i64 = 0x4330_0000_0000_0000;
const WHOLE_BIAS: f64 = 4_503_599_627_371_519.0; // 2⁵² + 1,023
const UPPER_HALF: i64 = 0xffff_ffff_0000_0000;

const TERMS: usize = LOG_AT;
const BITS: usize = LOG_AT + 56;
const ENDS: usize = LOG_AT + 96;

/** Markers for the two; used as type arguments so that each gets its own code. */
export type Natural = i32;
export type Decimal = f64;

// @ts-ignore: decorator
@inline
function natural<L>(): bool {
  return isInteger<L>();
}

export function holdLog<L>(): void {
  holdAll();
  store<f64>(TERMS, 0.666666666666667);
  store<f64>(TERMS, 0.39999999999899505, 8);
  store<f64>(TERMS, 0.28571428625975487, 16);
  store<f64>(TERMS, 0.2222221113479508, 24);
  store<f64>(TERMS, 0.18182889125261723, 32);
  store<f64>(TERMS, 0.15331721600556042, 40);
  store<f64>(TERMS, 0.14616449685043406, 48);
  store<i64>(BITS, TO_ONE);
  store<i64>(BITS, EXPONENT, 8);
  store<i64>(BITS, BIAS, 16);
  store<i64>(BITS, WHOLE, 24);
  store<f64>(BITS, WHOLE_BIAS, 32);
  store<f64>(ENDS, NORMAL_MIN);
  store<f64>(ENDS, NORMAL_MAX, 8);
  store<f64>(ENDS, natural<L>() ? LN2_HI : LOG2_HI, 16);
  store<f64>(ENDS, natural<L>() ? LN2_LO : LOG2_LO, 24);
  store<f64>(ENDS, LOGE_HI, 32);
  store<f64>(ENDS, LOGE_LO, 40);
  store<i64>(ENDS, UPPER_HALF, 48);
}

/** ln x or log₁₀ x, NaN where x is not above 0; after holdLog. */
// @ts-ignore: decorator
@inline
export function log<L>(x: v128): v128 {
  const isNormal = v128.and(f64x2.ge(x, constant(ENDS)), f64x2.le(x, constant(ENDS + 8)));
  return everywhere(isNormal) ? logOf<L>(x, constant(BITS + 32)) : logOfAny<L>(x);
}

/** The same of pairs in which one is 0 or below, no value, or too small to have an exponent of its own. */
function logOfAny<L>(x: v128): v128 {
  const isSmall = f64x2.lt(x, constant(ENDS));
  const scaled = choose(isSmall, f64x2.mul(x, f64x2.splat(18_014_398_509_481_984.0)), x); // 2⁵⁴
  const isAbove = v128.and(f64x2.gt(x, f64x2.splat(0)), f64x2.le(x, constant(ENDS + 8)));
  return choose(isAbove, logOf<L>(scaled, f64x2.add(constant(BITS + 32), v128.and(isSmall, f64x2.splat(54)))), f64x2.splat(NaN));
}

/** The logarithm of a normal x, `bias` being 2⁵² and what its exponent has too much. */
// @ts-ignore: decorator
@inline
function logOf<L>(x: v128, bias: v128): v128 {
  const exponent = v128.and(i64x2.add(x, constant(BITS)), constant(BITS + 8));
  const whole = v128.or(i64x2.shr_u(exponent, 52), constant(BITS + 24));
  const k = f64x2.sub(whole, bias);
  const m = i64x2.add(i64x2.sub(x, exponent), constant(BITS + 16));
  const f = f64x2.sub(m, one());
  const s = f64x2.div(f, f64x2.add(m, one()));
  const z = f64x2.mul(s, s); // below 0.0295
  const z2 = f64x2.mul(z, z);
  const p = f64x2.add(fourTerms(TERMS, z, z2), f64x2.mul(f64x2.mul(z2, z2), threeTerms(TERMS + 32, z, z2)));
  const square = f64x2.mul(f64x2.mul(f, half()), f);
  const high = f64x2.mul(k, constant(ENDS + 16));
  const low = f64x2.mul(k, constant(ENDS + 24));
  const rest = f64x2.mul(s, f64x2.add(square, f64x2.mul(z, p)));
  if (natural<L>()) return f64x2.sub(high, f64x2.sub(f64x2.sub(square, f64x2.add(rest, low)), f));
  // Times log₁₀ e, each in two parts.
  const upper = v128.and(f64x2.sub(f, square), constant(ENDS + 48));
  const lower = f64x2.add(f64x2.sub(f64x2.sub(f, upper), square), rest);
  const main = f64x2.mul(upper, constant(ENDS + 32));
  const sum = f64x2.add(high, main);
  const left = f64x2.add(f64x2.add(low, f64x2.mul(f64x2.add(upper, lower), constant(ENDS + 40))), f64x2.mul(lower, constant(ENDS + 32)));
  return f64x2.add(sum, f64x2.add(left, f64x2.add(f64x2.sub(high, sum), main)));
}
