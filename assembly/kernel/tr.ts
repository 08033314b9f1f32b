// True range: max(high, close₋₁) − min(low, close₋₁).
//   own: close before (NaN at first)
import { passGaps, wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonicalPair, oneRowBack } from '../value';

export function trBytes(): usize {
  return OWN + 8;
}

export function trInit(state: usize, params: usize): void {
  store<f64>(state, NaN, OWN);
}

export function trRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 3, outputs, 1, 0, end); from < end; from = passGaps(inputs, 3, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 3, from, end);
    ranges(state, input(inputs, 0) + from, input(inputs, 1) + from, input(inputs, 2) + from, output(outputs, 0) + from, bytes);
    from += bytes;
  }
}

/** Ranges of rows that are whole. */
function ranges(state: usize, high: usize, low: usize, close: usize, out: usize, bytes: usize): void {
  let before = v128.load_splat<f64>(state, OWN);
  store<f64>(state, load<f64>(close + bytes - 8), OWN);
  for (let k: usize = 0; k < bytes; k += 16) {
    const closes = v128.load(close + k);
    const previous = oneRowBack(before, closes);
    const range = f64x2.sub(f64x2.pmax(v128.load(high + k), previous), f64x2.pmin(v128.load(low + k), previous));
    v128.store(out + k, canonicalPair(f64x2.add(range, f64x2.sub(previous, previous)))); // the first row has no close before
    before = closes;
  }
}
