// The mean of prices weighed by volume over a window: sma(price · volume) / sma(volume). Both kernels of it keep these parts:
//   parts: 0 mean of price · volume │ 1 its trail │ 2 mean of volume
import { meanBytes, meanRun } from './mean';
import { Plain } from './mean-layout';
import { PARTS, part, placeMean, placeTrailedLooseMean, placeTrailedMean, trailedLooseMean, trailedMean, trailedMeanBytes } from './parts';
import { scratch } from './tile';
import { canonicalPair } from '../value';

export function weighedBytes(period: f64): usize {
  return PARTS + trailedMeanBytes<Plain>(period) + meanBytes<Plain>(<i32>period);
}

/** Products with a loose price are no decimals, and neither need their mean be. */
export function weighedInit(state: usize, period: f64, loose: bool): void {
  const at = state + PARTS;
  placeMean<Plain>(state, 2, loose ? placeTrailedLooseMean(state, 0, at, period) : placeTrailedMean<Plain>(state, 0, at, period), period);
}

/** A tile of rows; `volume` stands in a page with the window before it. NaN where the window has no volume. */
export function weighedRows(state: usize, price: usize, volume: usize, out: usize, bytes: usize, loose: bool): void {
  const money = scratch(8);
  const mean = scratch(9);
  for (let k: usize = 0; k < bytes; k += 16) v128.store(money + k, f64x2.mul(v128.load(price + k), v128.load(volume + k)));
  if (loose) trailedLooseMean(state, 0, money, money, bytes);
  else trailedMean<Plain>(state, 0, money, money, bytes);
  meanRun<Plain>(part(state, 2), volume, mean, <i32>(bytes >> 3));
  for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, canonicalPair(f64x2.div(v128.load(money + k), v128.load(mean + k))));
}
