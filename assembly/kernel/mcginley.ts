// McGinley dynamic: an average that takes 1 / (k·period·(x / y₋₁)⁴) of the distance to each value, less when the price runs away upward and
// more when it falls.
//   own: 0 period │ 8 k · period │ 16 average, or the sum of the seed │ 24 values seen
import { passGaps } from '../engine/tile';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonical } from '../value';

const DIVISOR: usize = OWN + 8;
const AVERAGE: usize = OWN + 16;
const SEEN: usize = OWN + 24;

export function mcginleyBytes(): usize {
  return SEEN + 8;
}

export function mcginleyInit(state: usize, params: usize): void {
  store<f64>(state, load<f64>(params), OWN);
  store<f64>(state, load<f64>(params) * load<f64>(params, 8), DIVISOR);
  store<f64>(state, 0, AVERAGE);
  store<f64>(state, 0, SEEN);
}

export function mcginleyRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let k = passGaps(inputs, 1, outputs, 1, 0, end); k < end; k = passGaps(inputs, 1, outputs, 1, k + 8, end)) {
    const ready = step(state, load<f64>(input(inputs, 0) + k));
    store<f64>(output(outputs, 0) + k, ready ? canonical(load<f64>(state, AVERAGE)) : NaN);
  }
}

/** False until the seed, the mean of the first values, is whole. */
function step(state: usize, x: f64): bool {
  const period = load<f64>(state, OWN);
  const seen = load<f64>(state, SEEN);
  const average = load<f64>(state, AVERAGE);
  if (seen >= period) {
    const ratio = x / average;
    const square = ratio * ratio;
    const share = 1.0 / (load<f64>(state, DIVISOR) * square * square);
    // A share above 1 would pass the value by; an average of 0 has no ratio.
    store<f64>(state, share <= 1 && average != 0 ? average + (x - average) * share : x, AVERAGE);
    return true;
  }
  store<f64>(state, seen + 1, SEEN);
  store<f64>(state, seen + 1 == period ? (average + x) / period : average + x, AVERAGE);
  return seen + 1 == period;
}
