// Elementary functions, computed inside the module by additions, multiplications and divisions alone, so that every engine and machine gives
// the same bits. Nothing is imported from the host.
//
// F1. No tables: the module has no data, since its memory belongs to the host. Of AssemblyScript's NativeMath only what keeps none is used:
//     its own exp, log, pow and sine come with tables.
// F2. Every result is within one unit in the last place of the exact value; of tan, sinh and tanh, which are made of others, within two
//     (test/kernels/math.test.ts). Arguments are reduced exactly, and series end where the first term left out is below 2⁻⁶⁰ of the sum.
// F3. Sine, cosine and tangent take arguments up to 2²⁰ quarter turns; larger ones, which prices are not angles of, give NaN.

const LN2_HI: f64 = 0.6931471803691238; // the upper 33 bits of ln 2: its product with an exponent is exact
const LN2_LO: f64 = 1.9082149292705877e-10;
const LOG2E: f64 = 1.4426950408889634;
const SQRT2: f64 = 1.4142135623730951;

/** Above this, eˣ is beyond the range of a double; below the other, it is 0. */
const EXP_MAX: f64 = 709.782712893384;
const EXP_MIN: f64 = -745.1332191019412;

// π/2 in three parts of at most 33 bits: their products with up to 2²⁰ quarter turns are exact.
const QUARTER_1: f64 = 1.5707963267341256;
const QUARTER_2: f64 = 6.077100506303966e-11;
const QUARTER_3: f64 = 2.0222662487959506e-21;
const PER_QUARTER: f64 = 0.6366197723675814;
const QUARTERS_MAX: f64 = 1_048_576;

export function exp(x: f64): f64 {
  if (!(x <= EXP_MAX)) return x > EXP_MAX ? Infinity : NaN;
  if (x < EXP_MIN) return 0;
  const k = nearest(x * LOG2E);
  const high = x - k * LN2_HI;
  const low = k * LN2_LO;
  const r = high - low; // at most ln 2 / 2 in size
  let p: f64 = 1.0 / 6_227_020_800.0;
  p = p * r + 1.0 / 479_001_600.0;
  p = p * r + 1.0 / 39_916_800.0;
  p = p * r + 1.0 / 3_628_800.0;
  p = p * r + 1.0 / 362_880.0;
  p = p * r + 1.0 / 40_320.0;
  p = p * r + 1.0 / 5_040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  const y = 1.0 + (high + (r * r * p - low));
  const half = <i32>k >> 1;
  return y * power2(half) * power2(<i32>k - half);
}

/** 2ᵏ for a k that a double's exponent can hold. */
// @ts-ignore: decorator
@inline
function power2(k: i32): f64 {
  return reinterpret<f64>(<i64>(k + 1_023) << 52);
}

/** Natural logarithm: NaN below 0, −∞ at 0. */
export function log(x: f64): f64 {
  if (!(x > 0)) return x == 0 ? -Infinity : NaN;
  if (x == Infinity) return x;
  const small = x < 2.2250738585072014e-308;
  const bits = reinterpret<i64>(small ? x * 18_014_398_509_481_984.0 : x); // 2⁵⁴
  let k = <i32>(bits >> 52) - 1_023 - (small ? 54 : 0);
  let m = reinterpret<f64>((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
  if (m > SQRT2) {
    m *= 0.5;
    k++;
  }
  const f = m - 1.0;
  const s = f / (2.0 + f); // ln(1 + f) = 2·artanh(s), |s| below 0.172
  const z = s * s;
  let p: f64 = 2.0 / 23.0;
  p = p * z + 2.0 / 21.0;
  p = p * z + 2.0 / 19.0;
  p = p * z + 2.0 / 17.0;
  p = p * z + 2.0 / 15.0;
  p = p * z + 2.0 / 13.0;
  p = p * z + 2.0 / 11.0;
  p = p * z + 2.0 / 9.0;
  p = p * z + 2.0 / 7.0;
  p = p * z + 2.0 / 5.0;
  p = p * z + 2.0 / 3.0;
  const square = 0.5 * f * f;
  // 2s = f − s·f, so the sum is f − f²/2 + s·(f²/2 + z·p), with the greatest term exact.
  return <f64>k * LN2_HI - (square - (s * (square + z * p) + <f64>k * LN2_LO) - f);
}

export function log10(x: f64): f64 {
  return NativeMath.log10(x);
}

export function asin(x: f64): f64 {
  return NativeMath.asin(x);
}

export function acos(x: f64): f64 {
  return NativeMath.acos(x);
}

export function atan(x: f64): f64 {
  return NativeMath.atan(x);
}

/** Beyond this, e⁻ˣ is nothing beside eˣ. */
const SMALL_MAX: f64 = 22;

export function sinh(x: f64): f64 {
  const size = abs(x);
  const t = NativeMath.expm1(min(size, SMALL_MAX));
  return copysign(size < SMALL_MAX ? 0.5 * (t + t / (t + 1)) : halfExp(size), x);
}

export function cosh(x: f64): f64 {
  const size = abs(x);
  const t = exp(min(size, SMALL_MAX));
  return size < SMALL_MAX ? 0.5 * t + 0.5 / t : halfExp(size);
}

/** eˣ / 2, also where eˣ is just beyond the range of a double. */
function halfExp(x: f64): f64 {
  if (x <= EXP_MAX) return 0.5 * exp(x);
  const root = exp(0.5 * x);
  return 0.5 * root * root;
}

export function tanh(x: f64): f64 {
  return NativeMath.tanh(x);
}

export function sin(x: f64): f64 {
  return wave(x, 0);
}

export function cos(x: f64): f64 {
  return wave(x, 1);
}

export function tan(x: f64): f64 {
  return sin(x) / cos(x);
}

/** sin(x + quarters · π/2) */
function wave(x: f64, quarters: i64): f64 {
  const k = nearest(x * PER_QUARTER);
  if (!(abs(k) <= QUARTERS_MAX)) return NaN;
  const away = x - k * QUARTER_1;
  const second = k * QUARTER_2;
  const near = away - second;
  const third = k * QUARTER_3 - (away - near - second);
  const r = near - third; // at most π/4 in size; what its rounding lost is the rest
  const rest = near - r - third;
  const turned = <i64>k + quarters;
  const y = (turned & 1) == 0 ? sine(r, rest) : cosine(r, rest);
  return (turned & 2) == 0 ? y : -y;
}

function sine(r: f64, rest: f64): f64 {
  const z = r * r;
  let p: f64 = 1.0 / 355_687_428_096_000.0;
  p = p * z - 1.0 / 1_307_674_368_000.0;
  p = p * z + 1.0 / 6_227_020_800.0;
  p = p * z - 1.0 / 39_916_800.0;
  p = p * z + 1.0 / 362_880.0;
  p = p * z - 1.0 / 5_040.0;
  p = p * z + 1.0 / 120.0;
  p = p * z - 1.0 / 6.0;
  return r + (r * z * p + rest * (1.0 - 0.5 * z));
}

function cosine(r: f64, rest: f64): f64 {
  const z = r * r;
  let p: f64 = -1.0 / 6_402_373_705_728_000.0;
  p = p * z + 1.0 / 20_922_789_888_000.0;
  p = p * z - 1.0 / 87_178_291_200.0;
  p = p * z + 1.0 / 479_001_600.0;
  p = p * z - 1.0 / 3_628_800.0;
  p = p * z + 1.0 / 40_320.0;
  p = p * z - 1.0 / 720.0;
  p = p * z + 1.0 / 24.0;
  const half = 0.5 * z;
  const y = 1.0 - half;
  return y + (1.0 - y - half + (z * z * p - r * rest));
}
