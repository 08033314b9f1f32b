// Chandelier exit: stops that hang a multiple of the average true range below the greatest high of the window, and stand as much above its least low.
//   parts: 0 trail of highs │ 1 trail of lows │ 2 greatest │ 3 least │ 4 atr │ number 0: multiple
import { channelRows } from '../engine/channel';
import { Greatest, Least, extremeBytes } from '../engine/extrema';
import { PARTS, number, part, placeBlock, placeExtreme, placeTrail, setNumber } from '../engine/parts';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { trailAppend, trailBytes } from '../engine/trail';
import { input, output } from '../operand';
import { canonicalPair } from '../value';
import { atrBytes, atrRows, rangesInit } from './atr';

export function chandelierBytes(params: usize): usize {
  const period = <i32>load<f64>(params);
  return PARTS + 2 * trailBytes(period) + 2 * extremeBytes(period) + atrBytes();
}

export function chandelierInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  let at = placeTrail(state, 1, placeTrail(state, 0, state + PARTS, period), period);
  at = placeExtreme<Least>(state, 3, placeExtreme<Greatest>(state, 2, at, period), period);
  rangesInit(at, period, 0);
  placeBlock(state, 4, at, atrBytes());
  setNumber(state, 0, load<f64>(params, 8));
}

export function chandelierRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 3, outputs, 2, 0, end); from < end; from = passGaps(inputs, 3, outputs, 2, from, end)) {
    const bytes = wholeBytes(inputs, 3, from, end);
    chandelierRows(state, input(inputs, 0) + from, input(inputs, 1) + from, input(inputs, 2) + from, output(outputs, 0) + from, output(outputs, 1) + from, bytes);
    from += bytes;
  }
}

/** Both stops of a tile of rows, each of which is whole. */
export function chandelierRows(state: usize, high: usize, low: usize, close: usize, long: usize, short: usize, bytes: usize): void {
  const multiple = f64x2.splat(number(state, 0));
  const highs = trailAppend(part(state, 0), high, bytes);
  const lows = trailAppend(part(state, 1), low, bytes);
  channelRows(state, 2, highs, lows, scratch(0), scratch(1), bytes);
  atrRows(part(state, 4), high, low, close, scratch(2), bytes);
  for (let k: usize = 0; k < bytes; k += 16) {
    const distance = f64x2.mul(multiple, v128.load(scratch(2) + k));
    v128.store(long + k, canonicalPair(f64x2.sub(v128.load(scratch(0) + k), distance)));
    v128.store(short + k, canonicalPair(f64x2.add(v128.load(scratch(1) + k), distance)));
  }
}
