// How far each value lies from its exponential average. Taken as a difference of the two it would be a rounding where the market stands still, and
// a ratio of such roundings means nothing; here the distance itself is what is remembered.
//
// A1. With e = x − y and y = a·x + b·y₋₁, e = b·(e₋₁ + x − x₋₁) = a·u + b·e₋₁ for u = (b / a)·(x − x₋₁): the smoothing of lookahead.ts, over changes.
// A2. The average is seeded with the mean of the first `period` values. The distance of the (k + 1)-th from the mean so far is
//     (the one before + the change)·k / (k + 1), which is 0 among equal values.
//
//   0 period │ 8 values seen, up to the period │ 16 value before │ 24 distance │ 32 b / a │ 40 smoother
import { initSmoother, SMOOTHER_BYTES, smooth, smoothRows } from './lookahead';
import { placeBlock } from './parts';
import { oneRowBack } from '../value';

const SEEN: usize = 8;
const BEFORE: usize = 16;
const DISTANCE: usize = 24;
const WEIGHT: usize = 32;
const SMOOTHER: usize = 40;

export const APART_BYTES: usize = SMOOTHER + SMOOTHER_BYTES;

/** Makes part `k` the distances from an average of `period` rows. */
export function placeApart(state: usize, k: usize, at: usize, period: f64): usize {
  const a = 2.0 / (period + 1.0);
  store<f64>(at, period);
  store<f64>(at, 0, SEEN);
  store<f64>(at, 0, BEFORE);
  store<f64>(at, 0, DISTANCE);
  store<f64>(at, (1.0 - a) / a, WEIGHT);
  initSmoother(at + SMOOTHER, a, 1);
  return placeBlock(state, k, at, APART_BYTES);
}

/** Distances of a tile of rows, each a value; NaN until the seed is whole. `spare` is a column to work in; it and `out` are not `x`. */
export function apartRows(at: usize, x: usize, spare: usize, out: usize, bytes: usize): void {
  const seeded = seedRows(at, x, out, bytes);
  if (seeded == bytes) return;
  const weight = v128.load_splat<f64>(at, WEIGHT);
  let before = v128.load_splat<f64>(at, BEFORE);
  store<f64>(at, load<f64>(x + bytes - 8), BEFORE);
  for (let k = seeded; k < bytes; k += 16) {
    const values = v128.load(x + k);
    v128.store(spare + k, f64x2.mul(weight, f64x2.sub(values, oneRowBack(before, values))));
    before = values;
  }
  smoothRows(at + SMOOTHER, spare + seeded, out + seeded, bytes - seeded);
}

/** The rows that the seed still takes; answers their bytes. */
function seedRows(at: usize, x: usize, out: usize, bytes: usize): usize {
  const period = load<f64>(at);
  let seen = load<f64>(at, SEEN);
  let k: usize = 0;
  for (; k < bytes && seen < period; k += 8) {
    const value = load<f64>(x + k);
    const distance = seen == 0 ? 0 : (load<f64>(at, DISTANCE) + (value - load<f64>(at, BEFORE))) * (seen / (seen + 1));
    seen += 1;
    store<f64>(at, value, BEFORE);
    store<f64>(at, distance, DISTANCE);
    store<f64>(out + k, seen == period ? smooth(at + SMOOTHER, distance) : NaN);
  }
  store<f64>(at, seen, SEEN);
  return k;
}
