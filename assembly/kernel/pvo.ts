// Percentage volume oscillator: a fast exponential average of the volume less a slow one, in percent of the slow one; its signal; and the difference.
//   parts: 0 fast smoother │ 1 slow smoother │ 2 signal smoother
import { SMOOTHER_BYTES, smoothRows } from '../engine/lookahead';
import { PARTS, part, placeSmoother } from '../engine/parts';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

export function pvoBytes(): usize {
  return PARTS + 3 * SMOOTHER_BYTES;
}

export function pvoInit(state: usize, params: usize): void {
  let at = state + PARTS;
  for (let k: usize = 0; k < 3; k++) {
    const period = load<f64>(params + (k << 3));
    at = placeSmoother(state, k, at, 2.0 / (period + 1.0), period);
  }
}

export function pvoRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 1, outputs, 3, 0, end); from < end; from = passGaps(inputs, 1, outputs, 3, from, end)) {
    const bytes = wholeBytes(inputs, 1, from, end);
    const x = input(inputs, 0) + from;
    const value = output(outputs, 0) + from;
    const signal = output(outputs, 1) + from;
    smoothRows(part(state, 0), x, scratch(0), bytes);
    smoothRows(part(state, 1), x, scratch(1), bytes);
    percents(scratch(0), scratch(1), value, bytes);
    smoothRows(part(state, 2), value, signal, bytes);
    for (let k: usize = 0; k < bytes; k += 16) {
      v128.store(output(outputs, 2) + from + k, canonicalPair(f64x2.sub(v128.load(value + k), v128.load(signal + k))));
    }
    from += bytes;
  }
}

/** NaN where the slow average is 0. */
function percents(fast: usize, slow: usize, out: usize, bytes: usize): void {
  const hundred = f64x2.splat(100);
  for (let k: usize = 0; k < bytes; k += 16) {
    const base = v128.load(slow + k);
    v128.store(out + k, canonicalPair(f64x2.div(f64x2.mul(hundred, f64x2.sub(v128.load(fast + k), base)), base)));
  }
}
