// Chaikin oscillator: a fast exponential average of the accumulation / distribution line less a slow one, both from the line's first value on.
//
// The line itself, a sum that only grows, is not needed. What it is ahead of an average, D = line − average, follows D = b·(D₋₁ + flow), b being 1 less
// the average's weight; so D = b·S for the sums S = flow + b·S₋₁, which are 0 on the first row, and the oscillator is Dslow − Dfast.
//   own: 0 sums of fast │ sums of slow
import { flowOf, flowPair } from '../engine/flow';
import {
  SMOOTHER_BYTES, evenStretch, initSums, keepSmoother, smooth, smootherInput, smootherIsNew, smootherOutputs, smootherRuns, sumPair, weightBefore,
  weightOfOutput,
} from '../engine/lookahead';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonical, finite, finitePair, first, oneRowBack } from '../value';

const FAST: usize = OWN;
const SLOW: usize = FAST + SMOOTHER_BYTES;

export function adoscBytes(): usize {
  return SLOW + SMOOTHER_BYTES;
}

export function adoscInit(state: usize, params: usize): void {
  initSums(state + FAST, 1.0 - 2.0 / (load<f64>(params) + 1.0), 1);
  initSums(state + SLOW, 1.0 - 2.0 / (load<f64>(params, 8) + 1.0), 1);
}

export function adoscRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const high = input(inputs, 0);
  const low = input(inputs, 1);
  const close = input(inputs, 2);
  const volume = input(inputs, 3);
  const out = output(outputs, 0);
  const end = <usize>n << 3;
  for (let k: usize = 0; k < end; ) {
    const stretch = evenStretch(end - k);
    if (stretch > 0 && smootherRuns(state + FAST) && oscillatorPairs(state, high + k, low + k, close + k, volume + k, out + k, stretch)) {
      k += stretch;
      continue;
    }
    for (const stop = k + max<usize>(stretch, 8); k < stop; k += 8) {
      store<f64>(out + k, oscillatorStep(state, flowOf(load<f64>(high + k), load<f64>(low + k), load<f64>(close + k), load<f64>(volume + k))));
    }
  }
}

// @ts-ignore: decorator
@inline
function oscillatorStep(state: usize, flow: f64): f64 {
  if (!finite(flow)) return NaN;
  const entering = smootherIsNew(state + FAST) ? 0 : flow;
  const fast = smooth(state + FAST, entering);
  const slow = smooth(state + SLOW, entering);
  return canonical(first(weightBefore(state + SLOW)) * slow - first(weightBefore(state + FAST)) * fast);
}

/** A stretch of rows. False, and nothing has happened, when one of them is no value (L2 of lookahead.ts). */
function oscillatorPairs(state: usize, high: usize, low: usize, close: usize, volume: usize, out: usize, bytes: usize): bool {
  const zero = f64x2.splat(0);
  const ofFast = weightBefore(state + FAST);
  const ofFast2 = weightOfOutput(state + FAST);
  const ofSlow = weightBefore(state + SLOW);
  const ofSlow2 = weightOfOutput(state + SLOW);
  let before = smootherInput(state + FAST);
  let fast = smootherOutputs(state + FAST);
  let slow = smootherOutputs(state + SLOW);
  let closes = zero; // in a row without a range nothing else shows that they are values
  for (let k: usize = 0; k < bytes; k += 16) {
    const closed = v128.load(close + k);
    const flow = flowPair(v128.load(high + k), v128.load(low + k), closed, v128.load(volume + k));
    const previous = oneRowBack(before, flow);
    fast = sumPair(ofFast, ofFast2, flow, previous, fast);
    slow = sumPair(ofSlow, ofSlow2, flow, previous, slow);
    v128.store(out + k, f64x2.add(f64x2.sub(f64x2.mul(ofSlow, slow), f64x2.mul(ofFast, fast)), zero));
    closes = f64x2.add(closes, closed);
    before = flow;
  }
  if (!finitePair(closes) || !finitePair(f64x2.add(before, f64x2.sub(fast, slow)))) return false;
  keepSmoother(state + FAST, before, fast);
  keepSmoother(state + SLOW, before, slow);
  return true;
}
