// Exponential averages of exponential averages: each is seeded with the mean of the first outputs of the one before, `period` of them (TA-Lib) or one.
//   own: the smoothers, one after another
import { OWN } from '../state';
import { initSmoother, SMOOTHER_BYTES, smoothRows } from './lookahead';
import { scratch } from './tile';

/** Bytes of a state block with `depth` smoothers. */
export function cascadeBytes(depth: usize): usize {
  return OWN + depth * SMOOTHER_BYTES;
}

export function cascadeInit(state: usize, period: f64, seed: f64, depth: usize): void {
  for (let k: usize = 0; k < depth; k++) initSmoother(state + OWN + k * SMOOTHER_BYTES, 2.0 / (period + 1.0), seed);
}

/** Averages of the first kind, second kind … of a tile of rows, in scratch columns 0, 1 … NaN until each is ready, and on rows without a value. */
export function cascade(state: usize, depth: usize, x: usize, bytes: usize): void {
  for (let k: usize = 0; k < depth; k++) smoothRows(state + OWN + k * SMOOTHER_BYTES, k == 0 ? x : scratch(k - 1), scratch(k), bytes);
}
