// Sine, cosine and tangent (F1 … F3 of math.ts). x = k·π/2 + r with r at most π/4 in size; what the rounding of r lost is kept as `rest`.
import { WAVE_AT, choose, constant, everywhere, fourTerms, half, holdAll, one, rounder, signBit, threeTerms, twoTerms } from './polynomial';

// π/2 in three parts of at most 33 bits: their products with up to 2²⁰ quarter turns are exact.
const QUARTER_1: f64 = 1.5707963267341256;
const QUARTER_2: f64 = 6.077100506303966e-11;
const QUARTER_3: f64 = 2.0222662487959506e-21;
const PER_QUARTER: f64 = 0.6366197723675814;
const LARGEST_SQUARED: f64 = 2_712_936_200_136.7; // (2²⁰ · π/2)²

const QUARTERS: usize = WAVE_AT;
const LARGEST: usize = WAVE_AT + 32;
const ODD: usize = WAVE_AT + 40;
const SINE: usize = WAVE_AT + 48;
const COSINE: usize = WAVE_AT + 104;

/** Markers for the three; used as type arguments so that each gets its own code. */
export class Sine {}
export class Cosine {}
export class Tangent {}

export function holdWave(): void {
  holdAll();
  store<f64>(QUARTERS, PER_QUARTER);
  store<f64>(QUARTERS, QUARTER_1, 8);
  store<f64>(QUARTERS, QUARTER_2, 16);
  store<f64>(QUARTERS, QUARTER_3, 24);
  store<f64>(LARGEST, LARGEST_SQUARED);
  store<i64>(ODD, 1);
  store<f64>(SINE, -0.16666666666666666);
  store<f64>(SINE, 0.008333333333333331, 8);
  store<f64>(SINE, -0.00019841269841265065, 16);
  store<f64>(SINE, 2.7557319219339167e-6, 24);
  store<f64>(SINE, -2.5052106232447578e-8, 32);
  store<f64>(SINE, 1.6058531618986147e-10, 40);
  store<f64>(SINE, -7.586697117706918e-13, 48);
  store<f64>(COSINE, 0.041666666666666664);
  store<f64>(COSINE, -0.0013888888888887398, 8);
  store<f64>(COSINE, 2.480158729876569e-5, 16);
  store<f64>(COSINE, -2.7557317271729793e-7, 24);
  store<f64>(COSINE, 2.08761462684032e-9, 32);
  store<f64>(COSINE, -1.1382632425521717e-11, 40);
}

/** sin x, cos x or tan x, NaN beyond 2²⁰ quarter turns; after holdWave. */
// @ts-ignore: decorator
@inline
export function wave<W>(x: v128): v128 {
  const isWithin = f64x2.le(f64x2.mul(x, x), constant(LARGEST));
  return everywhere(isWithin) ? waveOf<W>(x) : choose(isWithin, farWave<W>(v128.and(x, isWithin)), f64x2.splat(NaN));
}

/** A call of its own: such pairs are rare. */
function farWave<W>(x: v128): v128 {
  return waveOf<W>(x);
}

// @ts-ignore: decorator
@inline
function waveOf<W>(x: v128): v128 {
  const turns = f64x2.add(f64x2.mul(x, constant(QUARTERS)), rounder()); // whole ones, in the last bits
  const k = f64x2.sub(turns, rounder());
  const away = f64x2.sub(x, f64x2.mul(k, constant(QUARTERS + 8)));
  const second = f64x2.mul(k, constant(QUARTERS + 16));
  const near = f64x2.sub(away, second);
  const third = f64x2.sub(f64x2.mul(k, constant(QUARTERS + 24)), f64x2.sub(f64x2.sub(away, near), second));
  const r = f64x2.sub(near, third);
  const rest = f64x2.sub(f64x2.sub(near, r), third);
  const sine = sineOf(r, rest);
  const cosine = cosineOf(r, rest);
  const isOdd = i64x2.eq(v128.and(turns, constant(ODD)), constant(ODD));
  if (idof<W>() == idof<Tangent>()) {
    const tangent = f64x2.div(choose(isOdd, cosine, sine), choose(isOdd, sine, cosine));
    return v128.xor(tangent, v128.and(isOdd, signBit()));
  }
  // The cosine is the sine a quarter turn further.
  const further = idof<W>() == idof<Cosine>() ? i64x2.add(turns, constant(ODD)) : turns;
  const value = idof<W>() == idof<Cosine>() ? choose(isOdd, sine, cosine) : choose(isOdd, cosine, sine);
  return v128.xor(value, v128.and(i64x2.shl(further, 62), signBit()));
}

// @ts-ignore: decorator
@inline
function sineOf(r: v128, rest: v128): v128 {
  const z = f64x2.mul(r, r);
  const z2 = f64x2.mul(z, z);
  const p = f64x2.add(fourTerms(SINE, z, z2), f64x2.mul(f64x2.mul(z2, z2), threeTerms(SINE + 32, z, z2)));
  const turned = f64x2.mul(rest, f64x2.sub(one(), f64x2.mul(half(), z)));
  return f64x2.add(r, f64x2.add(f64x2.mul(f64x2.mul(r, z), p), turned));
}

// @ts-ignore: decorator
@inline
function cosineOf(r: v128, rest: v128): v128 {
  const z = f64x2.mul(r, r);
  const z2 = f64x2.mul(z, z);
  const p = f64x2.add(fourTerms(COSINE, z, z2), f64x2.mul(f64x2.mul(z2, z2), twoTerms(COSINE + 32, z)));
  const sunk = f64x2.mul(half(), z);
  const y = f64x2.sub(one(), sunk);
  return f64x2.add(y, f64x2.add(f64x2.sub(f64x2.sub(one(), y), sunk), f64x2.sub(f64x2.mul(z2, p), f64x2.mul(r, rest))));
}
