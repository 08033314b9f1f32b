// Average true range: max(high, close₋₁) − min(low, close₋₁), smoothed by 1 / period (Wilder).
//   own: 0 close before (NaN at first) │ 8 smoother
import {
  SMOOTHER_BYTES, initSmoother, keepSmoother, smooth, smoothPair, smootherInput, smootherOutputs, smootherReady, smootherRuns,
} from '../engine/lookahead';
import { input, output } from '../operand';
import { OWN } from '../state';
import { finite, finitePair, oneRowBack } from '../value';

const RANGE: usize = OWN + 8;

export function atrBytes(): usize {
  return RANGE + SMOOTHER_BYTES;
}

export function atrInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  store<f64>(state, NaN, OWN);
  initSmoother(state + RANGE, 1.0 / period, period);
}

export function atrRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  atrRows(state, input(inputs, 0), input(inputs, 1), input(inputs, 2), output(outputs, 0), <usize>n << 3);
}

/** Average ranges of `end` bytes of rows. */
export function atrRows(state: usize, high: usize, low: usize, close: usize, out: usize, end: usize): void {
  let k: usize = 0;
  while (k < end) {
    if (k + 16 <= end && smootherRuns(state + RANGE)) {
      k = atrPairs(state, high, low, close, out, k, end);
      if (k == end) return;
    }
    store<f64>(out + k, atrStep(state, load<f64>(high + k), load<f64>(low + k), load<f64>(close + k)));
    k += 8;
  }
}

function atrStep(state: usize, high: f64, low: f64, close: f64): f64 {
  if (!finite(high) || !finite(low) || !finite(close)) return NaN;
  const before = load<f64>(state, OWN);
  store<f64>(state, close, OWN);
  if (!finite(before)) return NaN;
  const range = (high < before ? before : high) - (before < low ? before : low);
  const average = smooth(state + RANGE, range);
  return smootherReady(state + RANGE) ? average : NaN;
}

/** Two rows at a time from byte `k`, up to the end or to a pair with a gap. Answers the byte reached. */
function atrPairs(state: usize, high: usize, low: usize, close: usize, out: usize, k: usize, end: usize): usize {
  const zero = f64x2.splat(0);
  let before = v128.load_splat<f64>(state, OWN);
  let range1 = smootherInput(state + RANGE);
  let average = smootherOutputs(state + RANGE);
  for (; k + 16 <= end; k += 16) {
    const highs = v128.load(high + k);
    const lows = v128.load(low + k);
    const closes = v128.load(close + k);
    if (!finitePair(f64x2.add(f64x2.add(f64x2.sub(highs, highs), f64x2.sub(lows, lows)), closes))) break;
    const previous = oneRowBack(before, closes);
    const range = f64x2.sub(f64x2.pmax(highs, previous), f64x2.pmin(lows, previous));
    average = smoothPair(state + RANGE, range, oneRowBack(range1, range), average);
    v128.store(out + k, f64x2.add(average, zero));
    before = closes;
    range1 = range;
  }
  store<f64>(state, f64x2.extract_lane(before, 1), OWN);
  keepSmoother(state + RANGE, range1, average);
  return k;
}
