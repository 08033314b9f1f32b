// Ichimoku: the middles of three channels (conversion, base, span B), and the middle of the first two (span A). Nothing is shifted in time.
//   parts: 0 … 5 greatest high and least low of each channel
import { channelRows, middleRows } from '../engine/channel';
import { Greatest, Least, extremeBytes } from '../engine/extrema';
import { PARTS, placeExtreme } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';

export function ichimokuBytes(params: usize): usize {
  let bytes = PARTS;
  for (let k: usize = 0; k < 3; k++) bytes += 2 * extremeBytes(<i32>load<f64>(params + (k << 3)));
  return bytes;
}

export function ichimokuInit(state: usize, params: usize): void {
  let at = state + PARTS;
  for (let k: usize = 0; k < 3; k++) {
    const period = load<f64>(params + (k << 3));
    at = placeExtreme<Least>(state, 2 * k + 1, placeExtreme<Greatest>(state, 2 * k, at, period), period);
  }
}

export function ichimokuRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    for (let k: usize = 0; k < 3; k++) {
      channelRows(state, 2 * k, input(inputs, 0) + from, input(inputs, 1) + from, scratch(0), scratch(1), bytes);
      middleRows(scratch(0), scratch(1), output(outputs, k < 2 ? k : 3) + from, bytes);
    }
    middleRows(output(outputs, 0) + from, output(outputs, 1) + from, output(outputs, 2) + from, bytes);
    from += bytes;
  }
}
