// The middle of the channel of a window: of highs and lows (midprice), or of one column's greatest and least (midpoint).
//   parts: 0 greatest │ 1 least
import { channelRows, middleRows } from '../engine/channel';
import { Greatest, Least, extremeBytes } from '../engine/extrema';
import { PARTS, placeExtreme } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';

export function middleBytes(params: usize): usize {
  return PARTS + 2 * extremeBytes(<i32>load<f64>(params));
}

export function middleInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  placeExtreme<Least>(state, 1, placeExtreme<Greatest>(state, 0, state + PARTS, period), period);
}

export function midpriceRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  middle(state, input(inputs, 0), input(inputs, 1), output(outputs, 0), <usize>n << 3);
}

export function midpointRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  middle(state, input(inputs, 0), input(inputs, 0), output(outputs, 0), <usize>n << 3);
}

function middle(state: usize, high: usize, low: usize, out: usize, end: usize): void {
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    channelRows(state, 0, high + from, low + from, scratch(0), scratch(1), bytes);
    middleRows(scratch(0), scratch(1), out + from, bytes);
    from += bytes;
  }
}
