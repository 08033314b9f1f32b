// Constants of the elementary functions, where their loops read them. In a loop a literal is built anew on every turn, by two instructions of
// those that also add and multiply; from memory it comes beside them. So each function has its constants put down once before its first pair.
//
//   scratch: 2,048 those of all │ 2,088 exp │ 2,208 sinh and cosh │ 2,328 ln and log10 │ 2,488 sin, cos and tan │ 2,640 … 2,864 atan

const ALL: usize = 2_048;
export const EXP_AT: usize = ALL + 40;
export const HYPERBOLIC_AT: usize = EXP_AT + 120;
export const LOG_AT: usize = HYPERBOLIC_AT + 120;
export const WAVE_AT: usize = LOG_AT + 160;
export const ATAN_AT: usize = WAVE_AT + 152;

/** 1.5 · 2⁵²: added to a number below 2⁵¹ it leaves the nearest integer in the last bits. */
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/** Puts down what all of them use. */
// @ts-ignore: decorator
@inline
export function holdAll(): void {
  store<f64>(ALL, 1);
  store<f64>(ALL, 0.5, 8);
  store<f64>(ALL, ROUNDER, 16);
  store<i64>(ALL, i64.MIN_VALUE, 24);
  store<f64>(ALL, 2, 32);
}

// @ts-ignore: decorator
@inline
export function one(): v128 {
  return v128.load_splat<f64>(ALL);
}

// @ts-ignore: decorator
@inline
export function half(): v128 {
  return v128.load_splat<f64>(ALL, 8);
}

// @ts-ignore: decorator
@inline
export function two(): v128 {
  return v128.load_splat<f64>(ALL, 32);
}

// @ts-ignore: decorator
@inline
export function rounder(): v128 {
  return v128.load_splat<f64>(ALL, 16);
}

/** For `v128.and`: the sign of a value. */
// @ts-ignore: decorator
@inline
export function signBit(): v128 {
  return v128.load_splat<i64>(ALL, 24);
}

/** The size of values. */
// @ts-ignore: decorator
@inline
export function sizes(x: v128): v128 {
  return v128.andnot(x, signBit());
}

/** A constant that has been put down. */
// @ts-ignore: decorator
@inline
export function constant(at: usize): v128 {
  return v128.load_splat<f64>(at);
}

// Sums of powers of z, the coefficients lying one behind the other. They are added up as a tree (G. Estrin 1960), since a pair that waits for
// its own terms, one after another, keeps too many other pairs waiting with it. `z2` is z², `z4` z⁴.

// @ts-ignore: decorator
@inline
export function twoTerms(at: usize, z: v128): v128 {
  return f64x2.add(v128.load_splat<f64>(at), f64x2.mul(z, v128.load_splat<f64>(at, 8)));
}

// @ts-ignore: decorator
@inline
export function threeTerms(at: usize, z: v128, z2: v128): v128 {
  return f64x2.add(twoTerms(at, z), f64x2.mul(z2, v128.load_splat<f64>(at, 16)));
}

// @ts-ignore: decorator
@inline
export function fourTerms(at: usize, z: v128, z2: v128): v128 {
  return f64x2.add(twoTerms(at, z), f64x2.mul(z2, twoTerms(at + 16, z)));
}

// @ts-ignore: decorator
@inline
export function eightTerms(at: usize, z: v128, z2: v128, z4: v128): v128 {
  return f64x2.add(fourTerms(at, z, z2), f64x2.mul(z4, fourTerms(at + 32, z, z2)));
}

/** `then` in the lanes of the mask, else `otherwise`. */
// @ts-ignore: decorator
@inline
export function choose(mask: v128, then: v128, otherwise: v128): v128 {
  return v128.bitselect(then, otherwise, mask);
}

/** True when the mask has no lane. */
// @ts-ignore: decorator
@inline
export function nowhere(mask: v128): bool {
  return i64x2.bitmask(mask) == 0;
}

/** True when it has every one. */
// @ts-ignore: decorator
@inline
export function everywhere(mask: v128): bool {
  return i64x2.bitmask(mask) == 3;
}
