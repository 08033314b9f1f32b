// First-order smoothing, two rows ahead. The textbook y = a·x + b·y₋₁ waits for its own last result on every row;
// putting it into itself once gives y = (a·x + a·b·x₋₁) + b²·y₋₂, which is two independent chains. This form is the definition:
// one row at a time and two rows per instruction give the same bits.
//
// A smoother in a state block: 0 a │ 8 b │ 16 a·b │ 24 b² │ 32 newest input │ 40 newest output │ 48 output before │ 56 values seen │ 64 length of the seed
// L1. The first `seed` values make the seed, their mean, or of sums their sum; the next row uses the textbook form; from then on two rows ahead.
// L2. A value that is none makes every output after it none. So a loop need not look at each row: it looks at its last outputs, and when they are
//     no values it has kept nothing, and the stretch is taken again row by row. What it reads must then not be what it has written.
import { finite, finitePair, oneRowBack } from '../value';

const STRETCH_BYTES: usize = 2_048;
const WEIGHTS: usize = 3_584; // below what other engines use of the scratch area

export const SMOOTHER_BYTES: usize = 72;

export function initSmoother(at: usize, a: f64, seed: f64): void {
  initWeights(at, a, 1.0 - a, seed);
}

/** Sums, y = x + b·y₋₁, from the sum of the first `seed` values: an average over its weight, with a multiplication less. */
export function initSums(at: usize, b: f64, seed: f64): void {
  initWeights(at, 1, b, seed);
}

function initWeights(at: usize, a: f64, b: f64, seed: f64): void {
  store<f64>(at, a);
  store<f64>(at, b, 8);
  store<f64>(at, a * b, 16);
  store<f64>(at, b * b, 24);
  store<f64>(at, 0, 32);
  store<f64>(at, 0, 40);
  store<f64>(at, 0, 48);
  store<f64>(at, 0, 56);
  store<f64>(at, seed, 64);
}

/** True when the next row may use the two-rows-ahead form. */
// @ts-ignore: decorator
@inline
export function smootherRuns(at: usize): bool {
  return load<f64>(at, 56) > load<f64>(at, 64);
}

/** True before the first value. */
// @ts-ignore: decorator
@inline
export function smootherIsNew(at: usize): bool {
  return load<f64>(at, 56) == 0;
}

/** True when at least one output exists. */
// @ts-ignore: decorator
@inline
export function smootherReady(at: usize): bool {
  return load<f64>(at, 56) >= load<f64>(at, 64);
}

/** Takes one value; the result is meaningful once `smootherReady`. */
// @ts-ignore: decorator
@inline
export function smooth(at: usize, x: f64): f64 {
  return smootherRuns(at) ? smoothOn(at, x) : smoothSeed(at, x);
}

// @ts-ignore: decorator
@inline
function smoothOn(at: usize, x: f64): f64 {
  const newest = load<f64>(at, 40);
  const y = load<f64>(at) * x + load<f64>(at, 16) * load<f64>(at, 32) + load<f64>(at, 24) * load<f64>(at, 48);
  store<f64>(at, x, 32);
  store<f64>(at, y, 40);
  store<f64>(at, newest, 48);
  return y + 0.0;
}

function smoothSeed(at: usize, x: f64): f64 {
  const seen = load<f64>(at, 56) + 1;
  const seed = load<f64>(at, 64);
  const newest = load<f64>(at, 40);
  let y = newest + x; // the sum so far
  if (seen == seed) y = isSums(at) ? y : y / seed;
  else if (seen > seed) y = load<f64>(at) * x + load<f64>(at, 8) * newest;
  store<f64>(at, x, 32);
  store<f64>(at, y, 40);
  store<f64>(at, newest, 48);
  store<f64>(at, seen, 56);
  return y + 0.0;
}

/** The weights of an average add up to 1, those of sums to more. */
// @ts-ignore: decorator
@inline
function isSums(at: usize): bool {
  return load<f64>(at) + load<f64>(at, 8) > 1;
}

/** The three weights of a smoother, for loops that keep them at hand: of the new values, of those one row back, of the outputs two rows back. */
// @ts-ignore: decorator
@inline
export function weightNow(at: usize): v128 {
  return v128.load_splat<f64>(at);
}

// @ts-ignore: decorator
@inline
export function weightBefore(at: usize): v128 {
  return v128.load_splat<f64>(at, 16);
}

// @ts-ignore: decorator
@inline
export function weightOfOutput(at: usize): v128 {
  return v128.load_splat<f64>(at, 24);
}

/** Two rows: `x` the new values, `x1` the values one row back, `y2` the two outputs before; `a`, `ab` and `b2` the weights. */
// @ts-ignore: decorator
@inline
export function smoothPair(a: v128, ab: v128, b2: v128, x: v128, x1: v128, y2: v128): v128 {
  return f64x2.add(f64x2.add(f64x2.mul(a, x), f64x2.mul(ab, x1)), f64x2.mul(b2, y2));
}

/** `smoothPair` of sums, whose new values have the weight 1. */
// @ts-ignore: decorator
@inline
export function sumPair(b: v128, b2: v128, x: v128, x1: v128, y2: v128): v128 {
  return f64x2.add(f64x2.add(x, f64x2.mul(b, x1)), f64x2.mul(b2, y2));
}

/** Puts the weights of a smoother down, as pairs, where `smoothHeld` reads them. There are five slots. */
// @ts-ignore: decorator
@inline
export function holdWeights(slot: usize, at: usize): void {
  v128.store(WEIGHTS + slot * 48, weightNow(at));
  v128.store(WEIGHTS + slot * 48, weightBefore(at), 16);
  v128.store(WEIGHTS + slot * 48, weightOfOutput(at), 32);
}

/** `smoothPair` of a slot: for loops over several smoothers, whose weights would not fit the registers. */
// @ts-ignore: decorator
@inline
export function smoothHeld(slot: usize, x: v128, x1: v128, y2: v128): v128 {
  const weights = WEIGHTS + slot * 48;
  return smoothPair(v128.load(weights), v128.load(weights, 16), v128.load(weights, 32), x, x1, y2);
}

/** The outputs before and newest, as the pair `smoothPair` continues from. */
// @ts-ignore: decorator
@inline
export function smootherOutputs(at: usize): v128 {
  return v128.shuffle<f64>(v128.load(at, 40), v128.load(at, 40), 1, 0);
}

/** The newest input in the last lane. */
// @ts-ignore: decorator
@inline
export function smootherInput(at: usize): v128 {
  return v128.load_splat<f64>(at, 32);
}

// @ts-ignore: decorator
@inline
export function keepSmoother(at: usize, x: v128, y: v128): void {
  store<f64>(at, f64x2.extract_lane(x, 1), 32);
  v128.store(at, v128.shuffle<f64>(y, y, 1, 0), 40);
}

/** Smooths rows from `x`, which may not be `out` (L2). A row without a value gives NaN and changes nothing; NaN until the seed is whole. */
// @ts-ignore: decorator
@inline
export function smoothRows(at: usize, x: usize, out: usize, bytes: usize): void {
  if (bytes == 8) store<f64>(out, smoothStep(at, load<f64>(x)));
  else smoothManyRows(at, x, out, bytes);
}

function smoothManyRows(at: usize, x: usize, out: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; ) {
    const stretch = evenStretch(bytes - k);
    if (stretch > 0 && smootherRuns(at) && smoothPairs(at, x + k, out + k, stretch)) {
      k += stretch;
      continue;
    }
    for (const stop = min(bytes, k + max<usize>(stretch, 8)); k < stop; k += 8) store<f64>(out + k, smoothStep(at, load<f64>(x + k)));
  }
}

// @ts-ignore: decorator
@inline
function smoothStep(at: usize, value: f64): f64 {
  if (!finite(value)) return NaN;
  const smoothed = smooth(at, value);
  return smootherReady(at) ? smoothed : NaN;
}

/** Rows, of `bytes`, that a loop takes two at a time before it looks whether one of them was no value (L2). */
// @ts-ignore: decorator
@inline
export function evenStretch(bytes: usize): usize {
  return min<usize>(bytes, STRETCH_BYTES) & ~15;
}

/** A stretch of rows. False, and the smoother is as it was, when one of them is no value. */
function smoothPairs(at: usize, x: usize, out: usize, bytes: usize): bool {
  const zero = f64x2.splat(0);
  const a = weightNow(at);
  const ab = weightBefore(at);
  const b2 = weightOfOutput(at);
  let before = smootherInput(at);
  let y = smootherOutputs(at);
  for (let k: usize = 0; k < bytes; k += 16) {
    const values = v128.load(x + k);
    y = smoothPair(a, ab, b2, values, oneRowBack(before, values), y);
    v128.store(out + k, f64x2.add(y, zero));
    before = values;
  }
  if (!finitePair(y)) return false;
  keepSmoother(at, before, y);
  return true;
}

/** `smoothRows` that keeps the seed to itself: the first output is the row after it. Every row is a value. */
export function smoothRowsPastSeed(at: usize, x: usize, out: usize, bytes: usize): void {
  const toSeed = load<f64>(at, 64) - load<f64>(at, 56) - 1;
  smoothRows(at, x, out, bytes);
  if (toSeed >= 0 && toSeed < <f64>(bytes >> 3)) store<f64>(out + (<usize>toSeed << 3), NaN);
}
