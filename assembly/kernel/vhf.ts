// Vertical horizontal filter: how far a window ranges over the way it took, 0 … 1.
//   parts: 0 mean of the moves │ 1 its trail │ 2 greatest │ 3 least │ number 0: period
import { channelRows } from '../engine/channel';
import { Greatest, Least, extremeBytes } from '../engine/extrema';
import { Plain } from '../engine/mean-layout';
import { PARTS, number, placeExtreme, placeTrailedLooseMean, setNumber, trailedMeanBytes } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { meanMoves, overWay } from '../engine/way';
import { input, output } from '../operand';
import { rows, setRows } from '../state';

export function vhfBytes(params: usize): usize {
  const period = load<f64>(params);
  return PARTS + trailedMeanBytes<Plain>(period) + 2 * extremeBytes(<i32>period);
}

export function vhfInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  const at = placeTrailedLooseMean(state, 0, state + PARTS, period);
  placeExtreme<Least>(state, 3, placeExtreme<Greatest>(state, 2, at, period), period);
  setNumber(state, 0, period);
}

export function vhfRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const length = f64x2.splat(number(state, 0));
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const x = input(inputs, 0) + from;
    meanMoves(state, 0, x, rows(state), scratch(0), bytes);
    channelRows(state, 2, x, x, scratch(1), scratch(2), bytes);
    for (let k: usize = 0; k < bytes; k += 16) {
      const way = f64x2.mul(length, v128.load(scratch(0) + k));
      const range = f64x2.sub(v128.load(scratch(1) + k), v128.load(scratch(2) + k));
      v128.store(output(outputs, 0) + from + k, overWay(range, way));
    }
    setRows(state, rows(state) + <i64>(bytes >> 3));
    from += bytes;
  }
}
