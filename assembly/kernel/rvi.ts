// Relative volatility index: the part of a standard deviation that falls on rows that rose, in percent.
//   parts: 0 trail of values │ 1 deviation │ 2 smoother of the deviations of rows that rose │ 3 of those that did not
import { SMOOTHER_BYTES, smoothRows } from '../engine/lookahead';
import { momentsBytes, momentsRun } from '../engine/moments';
import { Deviation } from '../engine/moments-layout';
import { PARTS, part, placeMoments, placeSmoother, placeTrail } from '../engine/parts';
import { shareRows } from '../engine/share';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { trailAppend, trailBytes } from '../engine/trail';
import { input, output } from '../operand';

export function rviBytes(params: usize): usize {
  const period = <i32>load<f64>(params);
  return PARTS + trailBytes(period) + momentsBytes(period) + 2 * SMOOTHER_BYTES;
}

export function rviInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  const smoothing = load<f64>(params, 8);
  let at = placeMoments(state, 1, placeTrail(state, 0, state + PARTS, period), period);
  for (let k: usize = 2; k < 4; k++) at = placeSmoother(state, k, at, 2.0 / (smoothing + 1.0), smoothing);
}

export function rviRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 1, outputs, 1, 0, end); from < end; from = passGaps(inputs, 1, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 1, from, end);
    const x = trailAppend(part(state, 0), input(inputs, 0) + from, bytes);
    momentsRun<Deviation>(part(state, 1), x, scratch(0), <i32>(bytes >> 3));
    sides(x, bytes);
    for (let k: usize = 1; k < 3; k++) smoothRows(part(state, 1 + k), scratch(k), scratch(2 + k), bytes);
    for (let k: usize = 0; k < bytes; k += 16) v128.store(scratch(4) + k, f64x2.add(v128.load(scratch(3) + k), v128.load(scratch(4) + k)));
    shareRows(scratch(3), scratch(4), output(outputs, 0) + from, bytes);
    from += bytes;
  }
}

/** The deviations in scratch column 0, those of rows that rose to column 1, the others to 2; what is no deviation yet is none in either. */
function sides(x: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 16) {
    const deviation = v128.load(scratch(0) + k);
    const rose = f64x2.gt(v128.load(x + k), v128.load(x + k - 8));
    const nothing = f64x2.sub(deviation, deviation);
    v128.store(scratch(1) + k, v128.bitselect(deviation, nothing, rose));
    v128.store(scratch(2) + k, v128.bitselect(nothing, deviation, rose));
  }
}
