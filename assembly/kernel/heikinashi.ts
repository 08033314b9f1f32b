// Heikin-Ashi: bars of which each opens in the middle of the one before.
//   own: 0 open before, NaN at first │ 8 close before
import { passGaps } from '../engine/tile';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonical, finite } from '../value';

const CLOSE: usize = OWN + 8;

export function heikinashiBytes(): usize {
  return CLOSE + 8;
}

export function heikinashiInit(state: usize, params: usize): void {
  store<f64>(state, NaN, OWN);
  store<f64>(state, NaN, CLOSE);
}

export function heikinashiRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let k = passGaps(inputs, 4, outputs, 4, 0, end); k < end; k = passGaps(inputs, 4, outputs, 4, k + 8, end)) {
    const open = load<f64>(input(inputs, 0) + k);
    const high = load<f64>(input(inputs, 1) + k);
    const low = load<f64>(input(inputs, 2) + k);
    const last = load<f64>(input(inputs, 3) + k);
    const begun = finite(load<f64>(state, OWN));
    const begins = 0.5 * (begun ? load<f64>(state, OWN) + load<f64>(state, CLOSE) : open + last);
    const ends = 0.25 * (open + high + low + last);
    store<f64>(state, begins, OWN);
    store<f64>(state, ends, CLOSE);
    store<f64>(output(outputs, 0) + k, canonical(begins));
    store<f64>(output(outputs, 1) + k, canonical(max(high, max(begins, ends))));
    store<f64>(output(outputs, 2) + k, canonical(min(low, min(begins, ends))));
    store<f64>(output(outputs, 3) + k, canonical(ends));
  }
}
