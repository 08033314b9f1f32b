// Fractal adaptive moving average: an average of the median price that is the slower, the rougher the way the price took, as told by how much further
// the halves of the window range together than all of it.
//   parts: 0 trail of the median price │ 1 trail of highs │ 2 trail of lows │ 3 greatest of half a window │ 4 least │ 5 6 their trails
//   numbers: 0 rows of half a window │ 1 … 3 the average │ 4 share before, NaN at first
import { adaptiveRows, placeAdaptive } from '../engine/adaptive';
import { channelRows, middleRows } from '../engine/channel';
import { exp, holdExp } from '../engine/exponential';
import { Greatest, Least, extremeBytes } from '../engine/extrema';
import { Natural, holdLog, log } from '../engine/logarithm';
import { PARTS, number, part, placeExtreme, placeTrail, setNumber } from '../engine/parts';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { trailAppend, trailBytes, trailRoom } from '../engine/trail';
import { input, output } from '../operand';
import { finite } from '../value';

const STEEPNESS: f64 = -6.636397162289214; // −4.6 / ln 2
const SLOWEST: f64 = 0.01;

// @ts-ignore: decorator
@inline
function halfOf(params: usize): f64 {
  return ceil(load<f64>(params) * 0.5);
}

export function framaBytes(params: usize): usize {
  const half = <i32>halfOf(params);
  return PARTS + trailBytes(1) + 4 * trailBytes(half) + 2 * extremeBytes(half);
}

export function framaInit(state: usize, params: usize): void {
  const half = halfOf(params);
  let at = placeTrail(state, 0, state + PARTS, 1);
  at = placeTrail(state, 2, placeTrail(state, 1, at, half), half);
  at = placeExtreme<Least>(state, 4, placeExtreme<Greatest>(state, 3, at, half), half);
  placeTrail(state, 6, placeTrail(state, 5, at, half), half);
  setNumber(state, 0, half);
  placeAdaptive(state, 1);
  setNumber(state, 4, NaN);
}

export function framaRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  holdLog<Natural>();
  holdExp();
  for (let from = passGaps(inputs, 2, outputs, 1, 0, end); from < end; from = passGaps(inputs, 2, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 2, from, end);
    const high = trailAppend(part(state, 1), input(inputs, 0) + from, bytes);
    const low = trailAppend(part(state, 2), input(inputs, 1) + from, bytes);
    const median = trailRoom(part(state, 0), bytes);
    const top = trailRoom(part(state, 5), bytes);
    const bottom = trailRoom(part(state, 6), bytes);
    middleRows(high, low, median, bytes);
    channelRows(state, 3, high, low, top, bottom, bytes);
    shares(top, bottom, <usize>number(state, 0) << 3, scratch(0), bytes);
    holdShares(state, top, scratch(0), bytes);
    adaptiveRows(state, 1, median, scratch(0), output(outputs, 0) + from, bytes);
    from += bytes;
  }
}

/** e to −4.6·(dimension − 1), at least 0.01 and at most 1; NaN where a half of the window has no range, or is not there yet. */
function shares(top: usize, bottom: usize, back: usize, out: usize, bytes: usize): void {
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  const slowest = f64x2.splat(SLOWEST);
  const steepness = f64x2.splat(STEEPNESS);
  const none = f64x2.splat(NaN);
  for (let k: usize = 0; k < bytes; k += 16) {
    const topNow = v128.load(top + k);
    const topBefore = v128.load(top + k - back);
    const bottomNow = v128.load(bottom + k);
    const bottomBefore = v128.load(bottom + k - back);
    const now = f64x2.sub(topNow, bottomNow);
    const before = f64x2.sub(topBefore, bottomBefore);
    const whole = f64x2.sub(f64x2.pmax(topNow, topBefore), f64x2.pmin(bottomNow, bottomBefore));
    const roughness = f64x2.div(f64x2.add(now, before), whole); // 2 to the dimension − 1
    const share = exp(f64x2.mul(steepness, log<Natural>(roughness)));
    const ranges = v128.and(f64x2.gt(now, zero), f64x2.gt(before, zero));
    v128.store(out + k, v128.bitselect(f64x2.pmax(slowest, f64x2.pmin(one, share)), none, ranges));
  }
}

/** The first full window takes the price as it is; one that tells nothing keeps the share before. */
function holdShares(state: usize, top: usize, share: usize, bytes: usize): void {
  const back = <usize>number(state, 0) << 3;
  let last = number(state, 4);
  for (let k: usize = 0; k < bytes; k += 8) {
    if (!finite(last)) {
      if (finite(load<f64>(top + k - back))) last = 1;
    } else if (finite(load<f64>(share + k))) {
      last = load<f64>(share + k);
    }
    store<f64>(share + k, last);
  }
  setNumber(state, 4, last);
}
