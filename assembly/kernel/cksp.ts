// Chande Kroll stop: the chandelier exit of either side, of which the stop is the greatest, or the least, of its last rows.
//   parts: 0 chandelier │ 1 trail of its long stops │ 2 of its short stops │ 3 greatest │ 4 least
import { channelRows } from '../engine/channel';
import { Greatest, Least, extremeBytes } from '../engine/extrema';
import { PARTS, part, placeBlock, placeExtreme, placeTrail } from '../engine/parts';
import { passGaps, wholeBytes } from '../engine/tile';
import { trailBytes, trailRoom } from '../engine/trail';
import { input, output } from '../operand';
import { chandelierBytes, chandelierInit, chandelierRows } from './chandelier';

export function ckspBytes(params: usize): usize {
  const stop = <i32>load<f64>(params, 16);
  return PARTS + chandelierBytes(params) + 2 * trailBytes(stop) + 2 * extremeBytes(stop);
}

export function ckspInit(state: usize, params: usize): void {
  const stop = load<f64>(params, 16);
  chandelierInit(state + PARTS, params);
  let at = placeBlock(state, 0, state + PARTS, chandelierBytes(params));
  at = placeTrail(state, 2, placeTrail(state, 1, at, stop), stop);
  placeExtreme<Least>(state, 4, placeExtreme<Greatest>(state, 3, at, stop), stop);
}

export function ckspRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 3, outputs, 2, 0, end); from < end; from = passGaps(inputs, 3, outputs, 2, from, end)) {
    const bytes = wholeBytes(inputs, 3, from, end);
    const long = trailRoom(part(state, 1), bytes);
    const short = trailRoom(part(state, 2), bytes);
    chandelierRows(part(state, 0), input(inputs, 0) + from, input(inputs, 1) + from, input(inputs, 2) + from, long, short, bytes);
    channelRows(state, 3, long, short, output(outputs, 0) + from, output(outputs, 1) + from, bytes);
    from += bytes;
  }
}
