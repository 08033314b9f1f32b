// Keltner channel: an exponential average of the close and, above and below it, multiples of the average true range.
//   parts: 0 smoother of the close │ 1 atr │ number 0: multiple
import { bandsAround } from '../engine/bands';
import { SMOOTHER_BYTES, smoothRows } from '../engine/lookahead';
import { PARTS, number, part, placeBlock, placeSmoother, setNumber } from '../engine/parts';
import { seedOf } from '../engine/seeding';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { atrBytes, atrRows, rangesInit } from './atr';

export function keltnerBytes(): usize {
  return PARTS + SMOOTHER_BYTES + atrBytes();
}

export function keltnerInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  const at = placeSmoother(state, 0, state + PARTS, 2.0 / (period + 1.0), seedOf(period, load<f64>(params, 24)));
  rangesInit(at, load<f64>(params, 8), load<f64>(params, 24));
  placeBlock(state, 1, at, atrBytes());
  setNumber(state, 0, load<f64>(params, 16));
}

export function keltnerRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 3, outputs, 3, 0, end); from < end; from = passGaps(inputs, 3, outputs, 3, from, end)) {
    const bytes = wholeBytes(inputs, 3, from, end);
    const close = input(inputs, 2) + from;
    const middle = output(outputs, 1) + from;
    smoothRows(part(state, 0), close, middle, bytes);
    atrRows(part(state, 1), input(inputs, 0) + from, input(inputs, 1) + from, close, scratch(0), bytes);
    bandsAround(middle, scratch(0), number(state, 0), output(outputs, 0) + from, output(outputs, 2) + from, bytes);
    from += bytes;
  }
}
