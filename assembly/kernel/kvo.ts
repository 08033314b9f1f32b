// Klinger volume oscillator: a fast exponential average of the volume force less a slow one, and its signal.
//   own: 0 typical price before, times 3, NaN at first │ 8 range before │ 16 trend, 1 or −1, 0 at first │ 24 range since the trend began │ smoothers: fast │ slow │ signal
import { SMOOTHER_BYTES, initSmoother, smooth } from '../engine/lookahead';
import { passGaps } from '../engine/tile';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonical, finite } from '../value';

const RANGE: usize = OWN + 8;
const TREND: usize = OWN + 16;
const SINCE: usize = OWN + 24;
const FAST: usize = OWN + 32;
const SLOW: usize = FAST + SMOOTHER_BYTES;
const SIGNAL: usize = SLOW + SMOOTHER_BYTES;

export function kvoBytes(): usize {
  return SIGNAL + SMOOTHER_BYTES;
}

/** All averages begin with their first value. */
export function kvoInit(state: usize, params: usize): void {
  store<f64>(state, NaN, OWN);
  store<f64>(state, 0, RANGE);
  store<f64>(state, 0, TREND);
  store<f64>(state, 0, SINCE);
  initSmoother(state + FAST, 2.0 / (load<f64>(params) + 1.0), 1);
  initSmoother(state + SLOW, 2.0 / (load<f64>(params, 8) + 1.0), 1);
  initSmoother(state + SIGNAL, 2.0 / (load<f64>(params, 16) + 1.0), 1);
}

export function kvoRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let k = passGaps(inputs, 4, outputs, 2, 0, end); k < end; k = passGaps(inputs, 4, outputs, 2, k + 8, end)) {
    const high = load<f64>(input(inputs, 0) + k);
    const low = load<f64>(input(inputs, 1) + k);
    const started = finite(load<f64>(state, OWN));
    const force = load<f64>(input(inputs, 3) + k) * place(state, high + low + load<f64>(input(inputs, 2) + k), high - low);
    if (!started) {
      store<f64>(output(outputs, 0) + k, NaN);
      store<f64>(output(outputs, 1) + k, NaN);
      continue;
    }
    const value = smooth(state + FAST, force) - smooth(state + SLOW, force);
    store<f64>(output(outputs, 0) + k, canonical(value));
    store<f64>(output(outputs, 1) + k, canonical(smooth(state + SIGNAL, value)));
  }
}

/** The part of a row's volume that is force: 100·|2·range / range since the trend began − 1|, signed by the trend. */
function place(state: usize, price: f64, range: f64): f64 {
  const before = load<f64>(state, OWN);
  const trend = price > before ? 1 : price < before ? -1 : load<f64>(state, TREND);
  // A trend begins with the range of the row before.
  const since = (trend != load<f64>(state, TREND) ? load<f64>(state, RANGE) : load<f64>(state, SINCE)) + range;
  store<f64>(state, price, OWN);
  store<f64>(state, range, RANGE);
  store<f64>(state, trend, TREND);
  store<f64>(state, since, SINCE);
  return since == 0 ? 0 : 100 * trend * abs(2 * (range / since) - 1);
}
