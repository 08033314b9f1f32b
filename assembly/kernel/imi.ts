// Intraday momentum index: of the distances from open to close in the window, the part that went up, in percent.
//   parts: 0 mean of rises │ 1 its trail │ 2 mean of distances │ 3 its trail
import { Plain } from '../engine/mean-layout';
import { PARTS, placeTrailedLooseMean, trailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { shareRows } from '../engine/share';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';

export function imiBytes(params: usize): usize {
  return PARTS + 2 * trailedMeanBytes<Plain>(load<f64>(params));
}

export function imiInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  placeTrailedLooseMean(state, 2, placeTrailedLooseMean(state, 0, state + PARTS, period), period);
}

export function imiRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    distances(input(inputs, 0) + from, input(inputs, 1) + from, bytes);
    trailedLooseMean(state, 0, scratch(0), scratch(0), bytes);
    trailedLooseMean(state, 2, scratch(1), scratch(1), bytes);
    shareRows(scratch(0), scratch(1), output(outputs, 0) + from, bytes);
    from += bytes;
  }
}

/** Rises and distances of a tile of rows, in scratch columns 0 and 1. */
function distances(open: usize, close: usize, bytes: usize): void {
  const half = f64x2.splat(0.5);
  for (let k: usize = 0; k < bytes; k += 16) {
    const change = f64x2.sub(v128.load(close + k), v128.load(open + k));
    const distance = f64x2.abs(change);
    v128.store(scratch(0) + k, f64x2.mul(half, f64x2.add(change, distance))); // exact, and a gap stays one
    v128.store(scratch(1) + k, distance);
  }
}
