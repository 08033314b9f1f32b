// Donchian channel: the greatest high, the least low and the middle between them.
//   parts: 0 greatest high │ 1 least low
import { channelRows, middleRows } from '../engine/channel';
import { Greatest, Least, extremeBytes } from '../engine/extrema';
import { PARTS, placeExtreme } from '../engine/parts';
import { tileBytes } from '../engine/tile';
import { input, output } from '../operand';

export function donchianBytes(params: usize): usize {
  return PARTS + 2 * extremeBytes(<i32>load<f64>(params));
}

export function donchianInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  placeExtreme<Least>(state, 1, placeExtreme<Greatest>(state, 0, state + PARTS, period), period);
}

export function donchianRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const upper = output(outputs, 0) + from;
    const lower = output(outputs, 2) + from;
    channelRows(state, 0, input(inputs, 0) + from, input(inputs, 1) + from, upper, lower, bytes);
    middleRows(upper, lower, output(outputs, 1) + from, bytes);
    from += bytes;
  }
}
