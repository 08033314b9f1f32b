// True strength index: the change of the price smoothed twice, over the size of its changes smoothed as often, in percent.
//   parts: 0 long smoother of changes │ 1 short one on it │ 2 long smoother of sizes │ 3 short one on it │ number 0: close before, NaN at first
import { SMOOTHER_BYTES, smoothRows } from '../engine/lookahead';
import { PARTS, number, part, placeSmoother, setNumber } from '../engine/parts';
import { shareRows } from '../engine/share';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair, oneRowBack } from '../value';

export function tsiBytes(): usize {
  return PARTS + 4 * SMOOTHER_BYTES;
}

export function tsiInit(state: usize, params: usize): void {
  let at = state + PARTS;
  for (let k: usize = 0; k < 4; k++) {
    const period = load<f64>(params + ((k & 1) << 3));
    at = placeSmoother(state, k, at, 2.0 / (period + 1.0), period);
  }
  setNumber(state, 0, NaN);
}

export function tsiRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 1, outputs, 1, 0, end); from < end; from = passGaps(inputs, 1, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 1, from, end);
    changes(state, input(inputs, 0) + from, bytes);
    for (let side: usize = 0; side < 2; side++) {
      smoothRows(part(state, 2 * side), scratch(side), scratch(2), bytes);
      smoothRows(part(state, 2 * side + 1), scratch(2), scratch(side), bytes);
    }
    shareRows(scratch(0), scratch(1), output(outputs, 0) + from, bytes);
    from += bytes;
  }
}

/** Changes and their sizes, in scratch columns 0 and 1. */
function changes(state: usize, x: usize, bytes: usize): void {
  let before = f64x2.splat(number(state, 0));
  setNumber(state, 0, load<f64>(x + bytes - 8));
  for (let k: usize = 0; k < bytes; k += 16) {
    const values = v128.load(x + k);
    const change = f64x2.sub(values, oneRowBack(before, values));
    v128.store(scratch(0) + k, change);
    v128.store(scratch(1) + k, f64x2.abs(change));
    before = values;
  }
}
