// Bollinger bands: the mean of the window and, above and below it, multiples of its standard deviation.
// The state is that of sma, then that of stddev with a header of its own; two numbers at the end of the first header's block are the multiples.
import { meanBytes, meanInit, meanRun } from '../engine/mean';
import { Plain } from '../engine/mean-layout';
import { momentsBytes, momentsInit, momentsRun } from '../engine/moments';
import { Deviation } from '../engine/moments-layout';
import { input, output } from '../operand';
import { header } from '../state';
import { canonical, canonicalPair } from '../value';

const MULTIPLES: usize = 16; // bytes of the two multiples, before the part that holds the deviations

// @ts-ignore: decorator
@inline
function deviations(state: usize, period: i32): usize {
  return state + meanBytes<Plain>(period) + MULTIPLES;
}

export function bbandsBytes(params: usize): usize {
  const period = <i32>load<f64>(params);
  return meanBytes<Plain>(period) + MULTIPLES + momentsBytes(period);
}

export function bbandsInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  const part = deviations(state, <i32>period);
  meanInit<Plain>(state, period);
  v128.store(part - MULTIPLES, v128.load(params, 8));
  header(part, 0, momentsBytes(<i32>period));
  momentsInit(part, period);
}

export function bbandsRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const part = deviations(state, <i32>load<f64>(state, 32));
  const upper = output(outputs, 0);
  const middle = output(outputs, 1);
  const lower = output(outputs, 2);
  meanRun<Plain>(state, input(inputs, 0), middle, n);
  momentsRun<Deviation>(part, input(inputs, 0), upper, n);
  spread(middle, upper, lower, load<f64>(part - MULTIPLES), load<f64>(part - MULTIPLES, 8), <usize>n << 3);
}

/** Turns the deviations in `upper` into the upper and lower bands. */
function spread(middle: usize, upper: usize, lower: usize, up: f64, down: f64, bytes: usize): void {
  const ups = f64x2.splat(up);
  const downs = f64x2.splat(down);
  let k: usize = 0;
  for (; k + 16 <= bytes; k += 16) {
    const mean = v128.load(middle + k);
    const deviation = v128.load(upper + k);
    v128.store(upper + k, canonicalPair(f64x2.add(mean, f64x2.mul(ups, deviation))));
    v128.store(lower + k, canonicalPair(f64x2.sub(mean, f64x2.mul(downs, deviation))));
  }
  if (k < bytes) {
    const mean = load<f64>(middle + k);
    const deviation = load<f64>(upper + k);
    store<f64>(upper + k, canonical(mean + up * deviation));
    store<f64>(lower + k, canonical(mean - down * deviation));
  }
}
