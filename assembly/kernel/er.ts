// Efficiency ratio: how far a value is from where it was, over the way it took, 0 … 1.
//   parts: 0 mean of the moves │ 1 its trail │ number 0: period
import { Plain } from '../engine/mean-layout';
import { PARTS, number, placeTrailedLooseMean, setNumber, trailedMeanBytes } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { meanMoves, overWay } from '../engine/way';
import { input, output } from '../operand';
import { rows, setRows } from '../state';

export function erBytes(params: usize): usize {
  return PARTS + trailedMeanBytes<Plain>(load<f64>(params));
}

export function erInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  placeTrailedLooseMean(state, 0, state + PARTS, period);
  setNumber(state, 0, period);
}

export function erRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const back = <usize>number(state, 0) << 3;
  const length = f64x2.splat(number(state, 0));
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const x = input(inputs, 0) + from;
    meanMoves(state, 0, x, rows(state), scratch(0), bytes);
    for (let k: usize = 0; k < bytes; k += 16) {
      const way = f64x2.mul(length, v128.load(scratch(0) + k));
      const crow = f64x2.abs(f64x2.sub(v128.load(x + k), v128.load(x + k - back)));
      v128.store(output(outputs, 0) + from + k, overWay(crow, way));
    }
    setRows(state, rows(state) + <i64>(bytes >> 3));
    from += bytes;
  }
}
