// Exponential moving average: a = 2 / (period + 1), seeded with the mean of the first `period` values.
import { initSmoother, keepSmoother, smooth, smootherInput, smootherOutputs, smoothPair, smootherReady, smootherRuns, SMOOTHER_BYTES } from '../engine/lookahead';
import { input, output } from '../operand';
import { OWN } from '../state';
import { finite, finitePair, oneRowBack } from '../value';

export function emaBytes(): usize {
  return OWN + SMOOTHER_BYTES;
}

export function emaInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  initSmoother(state + OWN, 2.0 / (period + 1.0), period);
}

export function emaRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const at = state + OWN;
  let x = input(inputs, 0);
  let out = output(outputs, 0);
  const end = x + (<usize>n << 3);
  while (x < end) {
    if (x + 16 <= end && smootherRuns(at)) {
      const taken = emaPairs(at, x, out, end);
      x += taken;
      out += taken;
      if (x == end) return;
    }
    const value = load<f64>(x);
    let y: f64 = NaN;
    if (finite(value)) {
      const smoothed = smooth(at, value);
      if (smootherReady(at)) y = smoothed;
    }
    store<f64>(out, y);
    x += 8;
    out += 8;
  }
}

/** Two rows at a time, up to the end or to a pair with a gap. Answers the bytes taken. */
function emaPairs(at: usize, x: usize, out: usize, end: usize): usize {
  const zero = f64x2.splat(0);
  let before = smootherInput(at);
  let y = smootherOutputs(at);
  let k: usize = 0;
  for (; x + k + 16 <= end; k += 16) {
    const values = v128.load(x + k);
    if (!finitePair(values)) break;
    y = smoothPair(at, values, oneRowBack(before, values), y);
    v128.store(out + k, f64x2.add(y, zero));
    before = values;
  }
  keepSmoother(at, before, y);
  return k;
}
