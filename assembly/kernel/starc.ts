// Starc bands: a simple average of the close and, above and below it, multiples of the average true range.
//   parts: 0 mean of the close │ 1 its trail │ 2 atr │ number 0: multiple
import { bandsAround } from '../engine/bands';
import { Plain } from '../engine/mean-layout';
import { PARTS, number, part, placeBlock, placeTrailedMean, setNumber, trailedMean, trailedMeanBytes } from '../engine/parts';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { atrBytes, atrRows, rangesInit } from './atr';

export function starcBytes(params: usize): usize {
  return PARTS + trailedMeanBytes<Plain>(load<f64>(params)) + atrBytes();
}

export function starcInit(state: usize, params: usize): void {
  const at = placeTrailedMean<Plain>(state, 0, state + PARTS, load<f64>(params));
  rangesInit(at, load<f64>(params, 8), 0);
  placeBlock(state, 2, at, atrBytes());
  setNumber(state, 0, load<f64>(params, 16));
}

export function starcRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 3, outputs, 3, 0, end); from < end; from = passGaps(inputs, 3, outputs, 3, from, end)) {
    const bytes = wholeBytes(inputs, 3, from, end);
    const close = input(inputs, 2) + from;
    const middle = output(outputs, 1) + from;
    trailedMean<Plain>(state, 0, close, middle, bytes);
    atrRows(part(state, 2), input(inputs, 0) + from, input(inputs, 1) + from, close, scratch(0), bytes);
    bandsAround(middle, scratch(0), number(state, 0), output(outputs, 0) + from, output(outputs, 2) + from, bytes);
    from += bytes;
  }
}
