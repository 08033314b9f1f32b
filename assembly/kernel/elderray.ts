// Elder ray: how far the high and the low reach from the exponential average of the close.
//   own: smoother
import { SMOOTHER_BYTES, initSmoother, smoothRows } from '../engine/lookahead';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonicalPair } from '../value';

export function elderrayBytes(): usize {
  return OWN + SMOOTHER_BYTES;
}

export function elderrayInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  initSmoother(state + OWN, 2.0 / (period + 1.0), period);
}

export function elderrayRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 3, outputs, 2, 0, end); from < end; from = passGaps(inputs, 3, outputs, 2, from, end)) {
    const bytes = wholeBytes(inputs, 3, from, end);
    smoothRows(state + OWN, input(inputs, 2) + from, scratch(0), bytes);
    for (let k: usize = 0; k < bytes; k += 16) {
      const average = v128.load(scratch(0) + k);
      v128.store(output(outputs, 0) + from + k, canonicalPair(f64x2.sub(v128.load(input(inputs, 0) + from + k), average)));
      v128.store(output(outputs, 1) + from + k, canonicalPair(f64x2.sub(v128.load(input(inputs, 1) + from + k), average)));
    }
    from += bytes;
  }
}
