// Arc sine, arc cosine and arc tangent (F1 … F3 of math.ts).
import { ATAN_AT, choose, constant, eightTerms, fourTerms, holdAll, one, signBit, sizes } from './polynomial';

const TERMS: usize = ATAN_AT;
const STEPS: usize = ATAN_AT + 96;
const STEP_BYTES: usize = 32;

export function asin(x: f64): f64 {
  return NativeMath.asin(x);
}

export function acos(x: f64): f64 {
  return NativeMath.acos(x);
}

export function holdAtan(): void {
  holdAll();
  store<f64>(TERMS, -0.3333333333333333);
  store<f64>(TERMS, 0.1999999999999941, 8);
  store<f64>(TERMS, -0.14285714285566806, 16);
  store<f64>(TERMS, 0.11111111096645038, 24);
  store<f64>(TERMS, -0.09090908355602592, 32);
  store<f64>(TERMS, 0.07692285554889286, 40);
  store<f64>(TERMS, -0.06666241923359964, 48);
  store<f64>(TERMS, 0.05876946456755061, 56);
  store<f64>(TERMS, -0.05216679739313656, 64);
  store<f64>(TERMS, 0.04492259293193656, 72);
  store<f64>(TERMS, -0.033128134256069586, 80);
  store<f64>(TERMS, 0.014773184616983806, 88);
  // From a size on: the tangent next to it, and its arc in two parts.
  holdStep(0, 0.4375, 0.5, 0.4636476090008061, 2.2698777452961687e-17);
  holdStep(1, 0.6875, 1, 0.7853981633974483, 3.061616997868383e-17);
  holdStep(2, 1.1875, 1.5, 0.982793723247329, 1.3903311031230998e-17);
  holdStep(3, 2.4375, 0, 1.5707963267948966, 6.123233995736766e-17);
}

// @ts-ignore: decorator
@inline
function holdStep(step: usize, from: f64, tangent: f64, arc: f64, rest: f64): void {
  const at = STEPS + step * STEP_BYTES;
  store<f64>(at, from);
  store<f64>(at, tangent, 8);
  store<f64>(at, arc, 16);
  store<f64>(at, rest, 24);
}

/** arctan x; after holdAtan, as the next. */
// @ts-ignore: decorator
@inline
export function atan(x: v128): v128 {
  return atanOf(x, one());
}

/**
 * arctan y / x, x not being 0: the arc of c, a tangent next to y / x, and that of t = (y − c·x) / (x + c·y). Beyond the last c it is a quarter turn
 * and the arc of t = −x / y.
 */
// @ts-ignore: decorator
@inline
export function atanOf(y: v128, x: v128): v128 {
  const rise = sizes(y);
  const run = sizes(x);
  const from1 = f64x2.ge(rise, f64x2.mul(run, constant(STEPS)));
  const from2 = f64x2.ge(rise, f64x2.mul(run, constant(STEPS + STEP_BYTES)));
  const from3 = f64x2.ge(rise, f64x2.mul(run, constant(STEPS + 2 * STEP_BYTES)));
  const isLarge = f64x2.ge(rise, f64x2.mul(run, constant(STEPS + 3 * STEP_BYTES)));
  const c = ofStep(from1, from2, from3, isLarge, 8);
  const above = choose(isLarge, f64x2.neg(run), f64x2.sub(rise, f64x2.mul(c, run)));
  const below = choose(isLarge, rise, f64x2.add(run, f64x2.mul(c, rise)));
  const t = f64x2.div(above, below); // at most 7/16 in size
  const z = f64x2.mul(t, t);
  const z2 = f64x2.mul(z, z);
  const z4 = f64x2.mul(z2, z2);
  const p = f64x2.add(eightTerms(TERMS, z, z2, z4), f64x2.mul(f64x2.mul(z4, z4), fourTerms(TERMS + 64, z, z2)));
  const rest = f64x2.add(f64x2.mul(f64x2.mul(t, z), p), ofStep(from1, from2, from3, isLarge, 24));
  const arc = f64x2.add(ofStep(from1, from2, from3, isLarge, 16), f64x2.add(t, rest));
  return v128.or(arc, v128.and(v128.xor(x, y), signBit()));
}

/** What belongs to the last step that a tangent has reached; 0 before the first. */
// @ts-ignore: decorator
@inline
function ofStep(from1: v128, from2: v128, from3: v128, isLarge: v128, offset: usize): v128 {
  const first = v128.and(from1, constant(STEPS + offset));
  const second = choose(from2, constant(STEPS + STEP_BYTES + offset), first);
  const third = choose(from3, constant(STEPS + 2 * STEP_BYTES + offset), second);
  return choose(isLarge, constant(STEPS + 3 * STEP_BYTES + offset), third);
}
