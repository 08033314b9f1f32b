// Average true range: max(high, close₋₁) − min(low, close₋₁), smoothed by 1 / period (Wilder).
//   own: 0 close before (at first NaN, or ∞ where the first row has a range, high − low, as in TradingView) │ 8 smoother
import {
  SMOOTHER_BYTES, evenStretch, initSmoother, keepSmoother, smooth, smoothPair, smootherInput, smootherOutputs, weightBefore, weightNow, weightOfOutput, smootherReady, smootherRuns,
} from '../engine/lookahead';
import { input, output } from '../operand';
import { OWN } from '../state';
import { finite, finitePair, oneRowBack, second } from '../value';

const RANGE: usize = OWN + 8;

export function atrBytes(): usize {
  return RANGE + SMOOTHER_BYTES;
}

export function atrInit(state: usize, params: usize): void {
  rangesInit(state, load<f64>(params), load<f64>(params, 8));
}

/** `seeding` is its place in the catalogue's list. */
export function rangesInit(state: usize, period: f64, seeding: f64): void {
  store<f64>(state, seeding == 0 ? NaN : Infinity, OWN);
  initSmoother(state + RANGE, 1.0 / period, period);
}

export function atrRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  atrRows(state, input(inputs, 0), input(inputs, 1), input(inputs, 2), output(outputs, 0), <usize>n << 3);
}

/** Average ranges of `end` bytes of rows. */
export function atrRows(state: usize, high: usize, low: usize, close: usize, out: usize, end: usize): void {
  for (let k: usize = 0; k < end; ) {
    const stretch = evenStretch(end - k);
    if (stretch > 0 && smootherRuns(state + RANGE) && atrPairs(state, high + k, low + k, close + k, out + k, stretch)) {
      k += stretch;
      continue;
    }
    for (const stop = min(end, k + max<usize>(stretch, 8)); k < stop; k += 8) store<f64>(out + k, atrStep(state, load<f64>(high + k), load<f64>(low + k), load<f64>(close + k)));
  }
}

function atrStep(state: usize, high: f64, low: f64, close: f64): f64 {
  if (!finite(high) || !finite(low) || !finite(close)) return NaN;
  const before = load<f64>(state, OWN);
  store<f64>(state, close, OWN);
  if (isNaN(before)) return NaN;
  const range = before == Infinity ? high - low : (high < before ? before : high) - (before < low ? before : low);
  const average = smooth(state + RANGE, range);
  return smootherReady(state + RANGE) ? average : NaN;
}

/** A stretch of rows. False, and nothing has happened, when one of them is no value (L2 of lookahead.ts). */
function atrPairs(state: usize, high: usize, low: usize, close: usize, out: usize, bytes: usize): bool {
  const zero = f64x2.splat(0);
  const a = weightNow(state + RANGE);
  const ab = weightBefore(state + RANGE);
  const b2 = weightOfOutput(state + RANGE);
  let before = v128.load_splat<f64>(state, OWN);
  let range1 = smootherInput(state + RANGE);
  let average = smootherOutputs(state + RANGE);
  let seen = zero; // a close that is none does not show in the range
  for (let k: usize = 0; k < bytes; k += 16) {
    const closes = v128.load(close + k);
    const previous = oneRowBack(before, closes);
    const range = f64x2.sub(f64x2.pmax(v128.load(high + k), previous), f64x2.pmin(v128.load(low + k), previous));
    average = smoothPair(a, ab, b2, range, oneRowBack(range1, range), average);
    v128.store(out + k, f64x2.add(average, zero));
    seen = f64x2.add(seen, closes);
    before = closes;
    range1 = range;
  }
  if (!finitePair(f64x2.add(average, seen))) return false;
  store<f64>(state, second(before), OWN);
  keepSmoother(state + RANGE, range1, average);
  return true;
}
