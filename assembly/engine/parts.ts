// Kernels made of engines. Such a state block holds the blocks of its parts one after another, each with a header of its own.
//
//   32 offsets of up to twelve parts u32 │ 80 up to eight numbers of the kernel f64 │ 144 parts …
import { OWN, header } from '../state';
import { comomentsBytes, comomentsInit } from './comoments';
import { extremeBytes, extremeInit } from './extrema';
import { initSmoother, initSums, SMOOTHER_BYTES } from './lookahead';
import { looseMeanInit, looseMeans } from './loose-mean';
import { meanBytes, meanInit, meanRun } from './mean';
import { Plain } from './mean-layout';
import { momentsBytes, momentsInit } from './moments';
import { trailAppend, trailBytes, trailInit } from './trail';

const NUMBERS: usize = OWN + 48;
/** Bytes before the first part. */
export const PARTS: usize = NUMBERS + 64;

/** The block of part `k`. */
// @ts-ignore: decorator
@inline
export function part(state: usize, k: usize): usize {
  return state + <usize>load<u32>(state + (k << 2), OWN);
}

// @ts-ignore: decorator
@inline
export function number(state: usize, k: usize): f64 {
  return load<f64>(state + (k << 3), NUMBERS);
}

// @ts-ignore: decorator
@inline
export function setNumber(state: usize, k: usize, value: f64): void {
  store<f64>(state + (k << 3), value, NUMBERS);
}

/** Makes the block at `at` part `k`; answers where the next one goes. */
export function placeBlock(state: usize, k: usize, at: usize, bytes: usize): usize {
  store<u32>(state + (k << 2), <u32>(at - state), OWN);
  return at + bytes;
}

export function placeMean<M>(state: usize, k: usize, at: usize, period: f64): usize {
  const bytes = meanBytes<M>(<i32>period);
  header(at, 0, bytes);
  meanInit<M>(at, period);
  return placeBlock(state, k, at, bytes);
}

export function placeMoments(state: usize, k: usize, at: usize, period: f64): usize {
  const bytes = momentsBytes(<i32>period);
  header(at, 0, bytes);
  momentsInit(at, period);
  return placeBlock(state, k, at, bytes);
}

export function placeExtreme<M>(state: usize, k: usize, at: usize, period: f64): usize {
  const bytes = extremeBytes(<i32>period);
  header(at, 0, bytes);
  extremeInit<M>(at, period);
  return placeBlock(state, k, at, bytes);
}

export function placeComoments(state: usize, k: usize, at: usize, period: f64): usize {
  const bytes = comomentsBytes(<i32>period);
  header(at, 0, bytes);
  comomentsInit(at, period);
  return placeBlock(state, k, at, bytes);
}

export function placeTrail(state: usize, k: usize, at: usize, keep: f64): usize {
  trailInit(at, <i32>keep);
  return placeBlock(state, k, at, trailBytes(<i32>keep));
}

export function placeSmoother(state: usize, k: usize, at: usize, a: f64, seed: f64): usize {
  initSmoother(at, a, seed);
  return placeBlock(state, k, at, SMOOTHER_BYTES);
}

/** Places Wilder's sums, y = x + y₋₁ − y₋₁ / period, from the sum of the first `period` values. */
export function placeSums(state: usize, k: usize, at: usize, period: f64): usize {
  initSums(at, 1.0 - 1.0 / period, period);
  return placeBlock(state, k, at, SMOOTHER_BYTES);
}

/** Bytes of a mean of an intermediate column: the mean and its trail. */
export function trailedMeanBytes<M>(period: f64): usize {
  return meanBytes<M>(<i32>period) + trailBytes(<i32>period);
}

/** Places a mean as part `k` and its trail as part `k + 1`. */
export function placeTrailedMean<M>(state: usize, k: usize, at: usize, period: f64): usize {
  return placeTrail(state, k + 1, placeMean<M>(state, k, at, period), period);
}

/** Means of an intermediate column, at most a tile of it; `out` may be `x`. Parts `k` and `k + 1` are those of `placeTrailedMean`. */
export function trailedMean<M>(state: usize, k: usize, x: usize, out: usize, bytes: usize): void {
  meanRun<M>(part(state, k), trailAppend(part(state, k + 1), x, bytes), out, <i32>(bytes >> 3));
}

/** Places a loose mean as part `k`. Its bytes are those of a plain mean. */
export function placeLooseMean(state: usize, k: usize, at: usize, period: f64): usize {
  const bytes = meanBytes<Plain>(<i32>period);
  header(at, 0, bytes);
  looseMeanInit(at, period);
  return placeBlock(state, k, at, bytes);
}

/** `placeTrailedMean` for a loose mean. */
export function placeTrailedLooseMean(state: usize, k: usize, at: usize, period: f64): usize {
  return placeTrail(state, k + 1, placeLooseMean(state, k, at, period), period);
}

/** `trailedMean` for a loose mean. */
export function trailedLooseMean(state: usize, k: usize, x: usize, out: usize, bytes: usize): void {
  looseMeans(part(state, k), trailAppend(part(state, k + 1), x, bytes), out, bytes);
}
