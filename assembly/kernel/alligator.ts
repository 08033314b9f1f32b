// Alligator: three of Wilder's averages of the median price, each as it was some rows before, which is where charts draw it.
//   parts: 0 1 2 smoothers of jaw, teeth and lips │ 3 4 5 their trails │ numbers: 0 1 2 rows each is shifted by
import { middleRows } from '../engine/channel';
import { SMOOTHER_BYTES, smoothRows } from '../engine/lookahead';
import { PARTS, number, part, placeSmoother, placeTrail, setNumber } from '../engine/parts';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { trailAppend, trailBytes } from '../engine/trail';
import { input, output } from '../operand';

const SHIFTS: usize = 24; // parameters: three periods, three shifts

export function alligatorBytes(params: usize): usize {
  let bytes = PARTS + 3 * SMOOTHER_BYTES;
  for (let k: usize = 0; k < 24; k += 8) bytes += trailBytes(<i32>load<f64>(params + k, SHIFTS));
  return bytes;
}

export function alligatorInit(state: usize, params: usize): void {
  let at = state + PARTS;
  for (let k: usize = 0; k < 3; k++) {
    const period = load<f64>(params + (k << 3));
    const shift = load<f64>(params + (k << 3), SHIFTS);
    at = placeTrail(state, 3 + k, placeSmoother(state, k, at, 1.0 / period, period), shift);
    setNumber(state, k, shift);
  }
}

export function alligatorRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 2, outputs, 3, 0, end); from < end; from = passGaps(inputs, 2, outputs, 3, from, end)) {
    const bytes = wholeBytes(inputs, 2, from, end);
    middleRows(input(inputs, 0) + from, input(inputs, 1) + from, scratch(0), bytes);
    for (let k: usize = 0; k < 3; k++) memory.copy(output(outputs, k) + from, alligatorLine(state, k, scratch(0), bytes), bytes);
    from += bytes;
  }
}

/** Where line `k` of a tile of median prices stands, as late as it is drawn. */
export function alligatorLine(state: usize, k: usize, median: usize, bytes: usize): usize {
  smoothRows(part(state, k), median, scratch(1), bytes);
  return trailAppend(part(state, 3 + k), scratch(1), bytes) - (<usize>number(state, k) << 3);
}
