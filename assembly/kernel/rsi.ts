// Relative strength index: 100·(G / (G + L)), G and L the gains and losses smoothed by 1 / period (Wilder), 0 where both are 0.
//   own: 0 value before (NaN at first) │ 8 smoother of gains │ smoother of losses
import {
  SMOOTHER_BYTES, evenStretch, initSmoother, keepSmoother, smooth, smoothPair, smootherInput, smootherOutputs, weightBefore, weightNow, weightOfOutput, smootherReady, smootherRuns,
} from '../engine/lookahead';
import { input, output } from '../operand';
import { OWN } from '../state';
import { finite, finitePair, held, oneRowBack, second } from '../value';

const GAINS: usize = OWN + 8;
const LOSSES: usize = GAINS + SMOOTHER_BYTES;

/** Markers for 100·(G / (G + L)) and for 100·((G − L) / (G + L)), which is the Chande momentum oscillator with Wilder's smoothing. */
export type Strength = i32;
export type Oscillation = f64;

// @ts-ignore: decorator
@inline
function signed<M>(): bool {
  return isFloat<M>();
}

export function rsiBytes(): usize {
  return LOSSES + SMOOTHER_BYTES;
}

export function rsiInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  store<f64>(state, NaN, OWN);
  initSmoother(state + GAINS, 1.0 / period, period);
  initSmoother(state + LOSSES, 1.0 / period, period);
}

export function rsiRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  strengthRows<Strength>(state, input(inputs, 0), output(outputs, 0), <usize>n << 3);
}

/** Either index of rows from `x`, which may not be `out`. */
export function strengthRows<M>(state: usize, x: usize, out: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; ) {
    const stretch = evenStretch(bytes - k);
    if (stretch > 0 && smootherRuns(state + GAINS) && strengthPairs<M>(state, x + k, out + k, stretch)) {
      k += stretch;
      continue;
    }
    for (const stop = min(bytes, k + max<usize>(stretch, 8)); k < stop; k += 8) store<f64>(out + k, strengthStep<M>(state, load<f64>(x + k)));
  }
}

function strengthStep<M>(state: usize, value: f64): f64 {
  if (!finite(value)) return NaN;
  const change = value - load<f64>(state, OWN);
  store<f64>(state, value, OWN);
  if (!finite(change)) return NaN; // the first value has no change
  const gain = change > 0 ? change : 0;
  const gains = smooth(state + GAINS, gain);
  const losses = smooth(state + LOSSES, gain - change);
  if (!smootherReady(state + GAINS)) return NaN;
  const moves = gains + losses;
  return moves > 0 ? 100.0 * ((signed<M>() ? gains - losses : gains) / moves) + 0.0 : 0;
}

/** A stretch of rows. False, and nothing has happened, when one of them is no value (L2 of lookahead.ts). */
function strengthPairs<M>(state: usize, x: usize, out: usize, bytes: usize): bool {
  const a = weightNow(state + GAINS); // and of the losses
  const ab = weightBefore(state + GAINS);
  const b2 = weightOfOutput(state + GAINS);
  const zero = f64x2.splat(0);
  const hundred = held(100);
  let before = v128.load_splat<f64>(state, OWN);
  let gain1 = smootherInput(state + GAINS);
  let loss1 = smootherInput(state + LOSSES);
  let gains = smootherOutputs(state + GAINS);
  let losses = smootherOutputs(state + LOSSES);
  for (let k: usize = 0; k < bytes; k += 16) {
    const values = v128.load(x + k);
    const change = f64x2.sub(values, oneRowBack(before, values));
    const gain = f64x2.pmax(zero, change);
    const loss = f64x2.sub(gain, change);
    gains = smoothPair(a, ab, b2, gain, oneRowBack(gain1, gain), gains);
    losses = smoothPair(a, ab, b2, loss, oneRowBack(loss1, loss), losses);
    const moves = f64x2.add(gains, losses);
    v128.store(out + k, v128.and(f64x2.mul(hundred, f64x2.div(signed<M>() ? f64x2.sub(gains, losses) : gains, moves)), f64x2.gt(moves, zero)));
    before = values;
    gain1 = gain;
    loss1 = loss;
  }
  if (!finitePair(f64x2.add(gains, losses))) return false;
  store<f64>(state, second(before), OWN);
  keepSmoother(state + GAINS, gain1, gains);
  keepSmoother(state + LOSSES, loss1, losses);
  return true;
}
