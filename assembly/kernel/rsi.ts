// Relative strength index: 100·(G / (G + L)), G and L the gains and losses smoothed as Wilder does it, as sums (A2 of engine/directional.ts), 0 where both are 0.
//   own: 0 value before (NaN at first) │ 8 sums of gains │ sums of losses
import {
  SMOOTHER_BYTES, evenStretch, initSums, keepSmoother, smooth, smootherInput, smootherOutputs, smootherReady, smootherRuns, sumPair, weightBefore,
  weightOfOutput,
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
  const kept = 1.0 - 1.0 / period;
  initSums(state + GAINS, kept, period);
  initSums(state + LOSSES, kept, period);
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
  const b = weightBefore(state + GAINS); // and of the losses
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
    gains = sumPair(b, b2, gain, oneRowBack(gain1, gain), gains);
    losses = sumPair(b, b2, loss, oneRowBack(loss1, loss), losses);
    const moves = f64x2.add(gains, losses);
    const index = f64x2.mul(hundred, f64x2.div(signed<M>() ? f64x2.sub(gains, losses) : gains, moves));
    // 0 / 0 counts as 0; what is at least 0 needs no look at the moves for that.
    v128.store(out + k, signed<M>() ? v128.and(index, f64x2.gt(moves, zero)) : f64x2.pmax(zero, index));
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
