// Moving average convergence / divergence: ema(fast) − ema(slow), its own average, and the difference of the two.
// As in TA-Lib both averages become ready on the same row: the fast one skips the values that came too early for its seed. Seeded with
// their first values, as in TradingView, all begin at once.
//   own: 0 values the fast average still skips │ 8 fast │ slow │ signal smoothers
import {
  SMOOTHER_BYTES, evenStretch, holdWeights, initSmoother, keepSmoother, smooth, smoothHeld, smootherInput, smootherOutputs, smootherReady, smootherRuns,
} from '../engine/lookahead';
import { seedOf } from '../engine/seeding';
import { input, output } from '../operand';
import { OWN } from '../state';
import { finite, finitePair, oneRowBack } from '../value';

const SKIPS: usize = OWN;
const FAST: usize = OWN + 8;
const SLOW: usize = FAST + SMOOTHER_BYTES;
const SIGNAL: usize = SLOW + SMOOTHER_BYTES;

export function macdBytes(): usize {
  return SIGNAL + SMOOTHER_BYTES;
}

export function macdInit(state: usize, params: usize): void {
  const fast = load<f64>(params);
  const slow = load<f64>(params, 8);
  const signal = load<f64>(params, 16);
  const seeding = load<f64>(params, 24);
  store<f64>(state, seeding == 0 ? slow - fast : 0, SKIPS);
  initSmoother(state + FAST, 2.0 / (fast + 1.0), seedOf(fast, seeding));
  initSmoother(state + SLOW, 2.0 / (slow + 1.0), seedOf(slow, seeding));
  initSmoother(state + SIGNAL, 2.0 / (signal + 1.0), seedOf(signal, seeding));
}

export function macdRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const x = input(inputs, 0);
  const macd = output(outputs, 0);
  const signal = output(outputs, 1);
  const histogram = output(outputs, 2);
  const end = <usize>n << 3;
  for (let k: usize = 0; k < end; ) {
    const stretch = evenStretch(end - k);
    if (stretch > 0 && macdRuns(state) && macdPairs(state, x + k, macd + k, signal + k, histogram + k, stretch)) {
      k += stretch;
      continue;
    }
    for (const stop = min(end, k + max<usize>(stretch, 8)); k < stop; k += 8) macdStep(state, load<f64>(x + k), macd + k, signal + k, histogram + k);
  }
}

// @ts-ignore: decorator
@inline
function macdRuns(state: usize): bool {
  return smootherRuns(state + SIGNAL) && smootherRuns(state + SLOW) && smootherRuns(state + FAST);
}

function macdStep(state: usize, value: f64, macd: usize, signal: usize, histogram: usize): void {
  store<f64>(macd, NaN);
  store<f64>(signal, NaN);
  store<f64>(histogram, NaN);
  if (!finite(value)) return;
  const slow = smooth(state + SLOW, value);
  const skips = load<f64>(state, SKIPS);
  if (skips > 0) {
    store<f64>(state, skips - 1, SKIPS);
    return;
  }
  const fast = smooth(state + FAST, value);
  if (!smootherReady(state + FAST)) return;
  const apart = fast - slow;
  const average = smooth(state + SIGNAL, apart);
  if (!smootherReady(state + SIGNAL)) return;
  store<f64>(macd, apart + 0.0);
  store<f64>(signal, average);
  store<f64>(histogram, apart - average);
}

/** A stretch of rows. False, and nothing has happened, when one of them is no value (L2 of lookahead.ts). */
function macdPairs(state: usize, x: usize, macd: usize, signal: usize, histogram: usize, bytes: usize): bool {
  const zero = f64x2.splat(0);
  holdWeights(0, state + FAST);
  holdWeights(1, state + SLOW);
  holdWeights(2, state + SIGNAL);
  let before = smootherInput(state + FAST);
  let apart1 = smootherInput(state + SIGNAL);
  let fast = smootherOutputs(state + FAST);
  let slow = smootherOutputs(state + SLOW);
  let average = smootherOutputs(state + SIGNAL);
  for (let k: usize = 0; k < bytes; k += 16) {
    const values = v128.load(x + k);
    const previous = oneRowBack(before, values);
    fast = smoothHeld(0, values, previous, fast);
    slow = smoothHeld(1, values, previous, slow);
    const apart = f64x2.sub(f64x2.add(fast, zero), f64x2.add(slow, zero));
    average = smoothHeld(2, apart, oneRowBack(apart1, apart), average);
    const tidy = f64x2.add(average, zero);
    v128.store(macd + k, f64x2.add(apart, zero));
    v128.store(signal + k, tidy);
    v128.store(histogram + k, f64x2.sub(apart, tidy));
    before = values;
    apart1 = apart;
  }
  if (!finitePair(f64x2.add(average, f64x2.sub(fast, slow)))) return false;
  keepSmoother(state + FAST, before, fast);
  keepSmoother(state + SLOW, before, slow);
  keepSmoother(state + SIGNAL, apart1, average);
  return true;
}
