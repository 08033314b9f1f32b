// Stochastic momentum index: how far the close lies from the middle of its channel, smoothed twice, in percent of half the channel's width, smoothed alike.
//   parts: 0 trail of highs │ 1 trail of lows │ 2 greatest │ 3 least │ 4 5 smoothers of the distance │ 6 7 smoothers of the width
import { channelRows } from '../engine/channel';
import { Greatest, Least, extremeBytes } from '../engine/extrema';
import { SMOOTHER_BYTES, smoothRows } from '../engine/lookahead';
import { PARTS, part, placeExtreme, placeSmoother, placeTrail } from '../engine/parts';
import { shareRows } from '../engine/share';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { trailAppend, trailBytes } from '../engine/trail';
import { input, output } from '../operand';

export function smiBytes(params: usize): usize {
  const period = <i32>load<f64>(params);
  return PARTS + 2 * trailBytes(period) + 2 * extremeBytes(period) + 4 * SMOOTHER_BYTES;
}

export function smiInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  let at = placeTrail(state, 1, placeTrail(state, 0, state + PARTS, period), period);
  at = placeExtreme<Least>(state, 3, placeExtreme<Greatest>(state, 2, at, period), period);
  for (let k: usize = 0; k < 4; k++) {
    const smoothing = load<f64>(params + ((k & 1) << 3), 8);
    at = placeSmoother(state, 4 + k, at, 2.0 / (smoothing + 1.0), smoothing);
  }
}

export function smiRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 3, outputs, 1, 0, end); from < end; from = passGaps(inputs, 3, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 3, from, end);
    const high = trailAppend(part(state, 0), input(inputs, 0) + from, bytes);
    const low = trailAppend(part(state, 1), input(inputs, 1) + from, bytes);
    channelRows(state, 2, high, low, scratch(0), scratch(1), bytes);
    halves(input(inputs, 2) + from, bytes);
    for (let k: usize = 0; k < 4; k++) smoothRows(part(state, 4 + k), scratch(k >> 1), scratch(k >> 1), bytes);
    shareRows(scratch(0), scratch(1), output(outputs, 0) + from, bytes);
    from += bytes;
  }
}

/** From the channel in scratch columns 0 and 1, there: how far the close lies from its middle, and half its width. */
function halves(close: usize, bytes: usize): void {
  const half = f64x2.splat(0.5);
  for (let k: usize = 0; k < bytes; k += 16) {
    const top = v128.load(scratch(0) + k);
    const bottom = v128.load(scratch(1) + k);
    v128.store(scratch(0) + k, f64x2.sub(v128.load(close + k), f64x2.mul(half, f64x2.add(top, bottom))));
    v128.store(scratch(1) + k, f64x2.mul(half, f64x2.sub(top, bottom)));
  }
}
