// Where a value stands among its window's mean and standard deviation: the part that zscore, percentb and bandwidth share.
//   parts: 0 mean │ 1 deviation
import { meanBytes, meanRun } from './mean';
import { Plain } from './mean-layout';
import { momentsBytes, momentsRun } from './moments';
import { Deviation } from './moments-layout';
import { PARTS, part, placeMean, placeMoments } from './parts';

export function spreadBytes(period: f64): usize {
  return PARTS + meanBytes<Plain>(<i32>period) + momentsBytes(<i32>period);
}

export function spreadInit(state: usize, period: f64): void {
  placeMoments(state, 1, placeMean<Plain>(state, 0, state + PARTS, period), period);
}

/** Means and deviations of a tile of rows. */
export function spreadRows(state: usize, x: usize, mean: usize, deviation: usize, bytes: usize): void {
  meanRun<Plain>(part(state, 0), x, mean, <i32>(bytes >> 3));
  momentsRun<Deviation>(part(state, 1), x, deviation, <i32>(bytes >> 3));
}
