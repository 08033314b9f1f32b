// Force index: the exponential average of change · volume.
//   own: 0 close before, NaN at first │ 8 smoother
import { SMOOTHER_BYTES, initSmoother, smoothRows } from '../engine/lookahead';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { OWN } from '../state';
import { oneRowBack } from '../value';

const SMOOTHER: usize = OWN + 8;

export function forceBytes(): usize {
  return SMOOTHER + SMOOTHER_BYTES;
}

export function forceInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  store<f64>(state, NaN, OWN);
  initSmoother(state + SMOOTHER, 2.0 / (period + 1.0), period);
}

export function forceRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 2, outputs, 1, 0, end); from < end; from = passGaps(inputs, 2, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 2, from, end);
    const close = input(inputs, 0) + from;
    const volume = input(inputs, 1) + from;
    let before = v128.load_splat<f64>(state, OWN);
    store<f64>(state, load<f64>(close + bytes - 8), OWN);
    for (let k: usize = 0; k < bytes; k += 16) {
      const closes = v128.load(close + k);
      v128.store(scratch(0) + k, f64x2.mul(f64x2.sub(closes, oneRowBack(before, closes)), v128.load(volume + k)));
      before = closes;
    }
    smoothRows(state + SMOOTHER, scratch(0), output(outputs, 0) + from, bytes);
    from += bytes;
  }
}
