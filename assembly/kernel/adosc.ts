// Chaikin oscillator: a fast exponential average of the accumulation / distribution line less a slow one, both from the line's first value on.
//   own: 0 total of the line │ 16 fast smoother │ slow smoother
import { SMOOTHER_BYTES, initSmoother, smoothRows } from '../engine/lookahead';
import { TOTAL_BYTES, initTotal } from '../engine/total';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { output } from '../operand';
import { OWN } from '../state';
import { canonicalPair } from '../value';
import { adRows } from './ad';

const FAST: usize = OWN + TOTAL_BYTES;
const SLOW: usize = FAST + SMOOTHER_BYTES;

export function adoscBytes(): usize {
  return SLOW + SMOOTHER_BYTES;
}

export function adoscInit(state: usize, params: usize): void {
  initTotal(state + OWN);
  initSmoother(state + FAST, 2.0 / (load<f64>(params) + 1.0), 1);
  initSmoother(state + SLOW, 2.0 / (load<f64>(params, 8) + 1.0), 1);
}

export function adoscRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 4, outputs, 1, 0, end); from < end; from = passGaps(inputs, 4, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 4, from, end);
    const out = output(outputs, 0) + from;
    adRows(state + OWN, inputs, from, scratch(1), bytes);
    smoothRows(state + FAST, scratch(1), scratch(2), bytes);
    smoothRows(state + SLOW, scratch(1), scratch(3), bytes);
    for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, canonicalPair(f64x2.sub(v128.load(scratch(2) + k), v128.load(scratch(3) + k))));
    from += bytes;
  }
}
