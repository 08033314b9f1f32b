// Super smoother: a Butterworth filter of two poles over the mean of a value and the one before.
//   own: 0 1 2 weights of x, y₋₁, y₋₂ │ 24 value before, NaN at first │ 32 output before │ 40 the one before that
import { placePoles } from '../engine/poles';
import { passGaps } from '../engine/tile';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonical, finite } from '../value';

const WEIGHTS: usize = OWN;
const VALUE: usize = OWN + 24;
const NEWEST: usize = OWN + 32;
const BEFORE: usize = OWN + 40;

export function supersmootherBytes(): usize {
  return BEFORE + 8;
}

export function supersmootherInit(state: usize, params: usize): void {
  placePoles(state + WEIGHTS, load<f64>(params));
  store<f64>(state, NaN, VALUE);
  store<f64>(state, 0, NEWEST);
  store<f64>(state, 0, BEFORE);
}

/** As differences from the value, so that a flat column stays what it is. The first value stands for those before it. */
export function supersmootherRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let k = passGaps(inputs, 1, outputs, 1, 0, end); k < end; k = passGaps(inputs, 1, outputs, 1, k + 8, end)) {
    const value = load<f64>(input(inputs, 0) + k);
    const begun = finite(load<f64>(state, VALUE));
    const newest = begun ? load<f64>(state, NEWEST) : value;
    const before = begun ? load<f64>(state, BEFORE) : value;
    const rise = 0.5 * ((begun ? load<f64>(state, VALUE) : value) - value);
    const y = value + (load<f64>(state, WEIGHTS) * rise + load<f64>(state, WEIGHTS + 8) * (newest - value) + load<f64>(state, WEIGHTS + 16) * (before - value));
    store<f64>(state, value, VALUE);
    store<f64>(state, y, NEWEST);
    store<f64>(state, newest, BEFORE);
    store<f64>(output(outputs, 0) + k, canonical(y));
  }
}
