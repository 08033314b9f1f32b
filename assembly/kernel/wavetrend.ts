// Wave trend: how far the typical price lies from its average, in parts of how far it does on average, smoothed; and the mean of that.
//   parts: 0 distances from the average │ 1 smoother of their sizes │ 2 smoother of the index │ 3 4 mean of wt1 and its trail
import { APART_BYTES, apartRows, placeApart } from '../engine/apart';
import { SMOOTHER_BYTES, smoothRows } from '../engine/lookahead';
import { Plain } from '../engine/mean-layout';
import { PARTS, part, placeSmoother, placeTrailedLooseMean, trailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { typicalRows } from '../engine/price';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

const UNIT: f64 = 0.015; // as in the commodity channel index
const LEAST: f64 = 1e-290; // a distance that has faded so far is made of nothing but its rounding

export function wavetrendBytes(params: usize): usize {
  return PARTS + APART_BYTES + 2 * SMOOTHER_BYTES + trailedMeanBytes<Plain>(load<f64>(params, 16));
}

export function wavetrendInit(state: usize, params: usize): void {
  const channel = load<f64>(params);
  const average = load<f64>(params, 8);
  let at = placeSmoother(state, 1, placeApart(state, 0, state + PARTS, channel), 2.0 / (channel + 1.0), channel);
  at = placeSmoother(state, 2, at, 2.0 / (average + 1.0), average);
  placeTrailedLooseMean(state, 3, at, load<f64>(params, 16));
}

export function wavetrendRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 3, outputs, 2, 0, end); from < end; from = passGaps(inputs, 3, outputs, 2, from, end)) {
    const bytes = wholeBytes(inputs, 3, from, end);
    const wave = output(outputs, 0) + from;
    typicalRows(input(inputs, 0) + from, input(inputs, 1) + from, input(inputs, 2) + from, scratch(0), bytes);
    apartRows(part(state, 0), scratch(0), scratch(1), scratch(2), bytes);
    for (let k: usize = 0; k < bytes; k += 16) v128.store(scratch(0) + k, f64x2.abs(v128.load(scratch(2) + k)));
    smoothRows(part(state, 1), scratch(0), scratch(1), bytes);
    indices(scratch(2), scratch(1), scratch(0), bytes);
    smoothRows(part(state, 2), scratch(0), wave, bytes);
    trailedLooseMean(state, 3, wave, output(outputs, 1) + from, bytes);
    from += bytes;
  }
}

/** 0 where the price does not move. */
function indices(distance: usize, usual: usize, out: usize, bytes: usize): void {
  const unit = f64x2.splat(UNIT);
  const least = f64x2.splat(LEAST);
  for (let k: usize = 0; k < bytes; k += 16) {
    const size = v128.load(usual + k);
    v128.store(out + k, canonicalPair(v128.andnot(f64x2.div(v128.load(distance + k), f64x2.mul(unit, size)), f64x2.lt(size, least))));
  }
}
