// Stochastic RSI: the place of the RSI in the channel of its own window (k), and its average (d).
// The RSI is a recursion and passes over gaps; so that the windows above it do the same, they see whole rows only.
//   parts: 0 rsi │ 1 trail of it │ 2 its greatest │ 3 its least │ 4 mean d │ 5 its trail
import { channelRows, placeRows } from '../engine/channel';
import { Greatest, Least, extremeBytes } from '../engine/extrema';
import { Plain } from '../engine/mean-layout';
import { PARTS, part, placeBlock, placeExtreme, placeTrail, placeTrailedLooseMean, trailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { trailBytes, trailRoom } from '../engine/trail';
import { input, output } from '../operand';
import { rsiBytes, rsiInit, Strength, strengthRows } from './rsi';

export function stochrsiBytes(params: usize): usize {
  const window = <i32>load<f64>(params, 8);
  return PARTS + rsiBytes() + trailBytes(window) + 2 * extremeBytes(window) + trailedMeanBytes<Plain>(load<f64>(params, 16));
}

export function stochrsiInit(state: usize, params: usize): void {
  const window = load<f64>(params, 8);
  rsiInit(state + PARTS, params);
  let at = placeBlock(state, 0, state + PARTS, rsiBytes());
  at = placeTrail(state, 1, at, window);
  at = placeExtreme<Least>(state, 3, placeExtreme<Greatest>(state, 2, at, window), window);
  placeTrailedLooseMean(state, 4, at, load<f64>(params, 16));
}

export function stochrsiRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 1, outputs, 2, 0, end); from < end; from = passGaps(inputs, 1, outputs, 2, from, end)) {
    const bytes = wholeBytes(inputs, 1, from, end);
    const index = trailRoom(part(state, 1), bytes);
    strengthRows<Strength>(part(state, 0), input(inputs, 0) + from, index, bytes);
    channelRows(state, 2, index, index, scratch(0), scratch(1), bytes);
    placeRows(index, scratch(0), scratch(1), output(outputs, 0) + from, bytes);
    trailedLooseMean(state, 4, output(outputs, 0) + from, output(outputs, 1) + from, bytes);
    from += bytes;
  }
}
