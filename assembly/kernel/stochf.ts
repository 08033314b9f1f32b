// Fast stochastic oscillator: the place of the close in its channel (k), and its average (d).
//   parts: 0 greatest high │ 1 least low │ 2 mean d │ 3 its trail
import { channelRows, placeRows } from '../engine/channel';
import { Greatest, Least, extremeBytes } from '../engine/extrema';
import { Plain } from '../engine/mean-layout';
import { PARTS, placeExtreme, placeTrailedLooseMean, trailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';

export function stochfBytes(params: usize): usize {
  return PARTS + 2 * extremeBytes(<i32>load<f64>(params)) + trailedMeanBytes<Plain>(load<f64>(params, 8));
}

export function stochfInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  const at = placeExtreme<Least>(state, 1, placeExtreme<Greatest>(state, 0, state + PARTS, period), period);
  placeTrailedLooseMean(state, 2, at, load<f64>(params, 8));
}

export function stochfRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    channelRows(state, 0, input(inputs, 0) + from, input(inputs, 1) + from, scratch(0), scratch(1), bytes);
    placeRows(input(inputs, 2) + from, scratch(0), scratch(1), output(outputs, 0) + from, bytes);
    trailedLooseMean(state, 2, output(outputs, 0) + from, output(outputs, 1) + from, bytes);
    from += bytes;
  }
}
