// Stochastic oscillator: the place of the close in its channel, averaged (k), and averaged again (d).
//   parts: 0 greatest high │ 1 least low │ 2 mean k │ 3 its trail │ 4 mean d │ 5 its trail
import { channelRows, placeRows } from '../engine/channel';
import { Greatest, Least, extremeBytes } from '../engine/extrema';
import { looseMeans } from '../engine/loose-mean';
import { Plain } from '../engine/mean-layout';
import { PARTS, part, placeExtreme, placeTrailedLooseMean, trailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { trailRoom } from '../engine/trail';
import { input, output } from '../operand';

export function stochBytes(params: usize): usize {
  const extremes: usize = 2 * extremeBytes(<i32>load<f64>(params));
  return PARTS + extremes + trailedMeanBytes<Plain>(load<f64>(params, 8)) + trailedMeanBytes<Plain>(load<f64>(params, 16));
}

export function stochInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  let at = placeExtreme<Greatest>(state, 0, state + PARTS, period);
  at = placeExtreme<Least>(state, 1, at, period);
  at = placeTrailedLooseMean(state, 2, at, load<f64>(params, 8));
  placeTrailedLooseMean(state, 4, at, load<f64>(params, 16));
}

export function stochRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const place = trailRoom(part(state, 3), bytes);
    channelRows(state, 0, input(inputs, 0) + from, input(inputs, 1) + from, scratch(0), scratch(1), bytes);
    placeRows(input(inputs, 2) + from, scratch(0), scratch(1), place, bytes);
    looseMeans(part(state, 2), place, output(outputs, 0) + from, bytes);
    trailedLooseMean(state, 4, output(outputs, 0) + from, output(outputs, 1) + from, bytes);
    from += bytes;
  }
}
