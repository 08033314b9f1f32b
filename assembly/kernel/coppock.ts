// Coppock curve: the weighted mean of two rates of change added up.
//   parts: 0 weighted mean │ 1 its trail │ numbers: 0 long rate │ 1 short rate
import { Weighted } from '../engine/mean-layout';
import { PARTS, number, placeTrailedMean, setNumber, trailedMean, trailedMeanBytes } from '../engine/parts';
import { rateRows } from '../engine/rate';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { rows, setRows } from '../state';

export function coppockBytes(params: usize): usize {
  return PARTS + trailedMeanBytes<Weighted>(load<f64>(params, 16));
}

export function coppockInit(state: usize, params: usize): void {
  setNumber(state, 0, load<f64>(params));
  setNumber(state, 1, load<f64>(params, 8));
  placeTrailedMean<Weighted>(state, 0, state + PARTS, load<f64>(params, 16));
}

export function coppockRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const x = input(inputs, 0) + from;
    rateRows(x, number(state, 0), rows(state), scratch(0), bytes);
    rateRows(x, number(state, 1), rows(state), scratch(1), bytes);
    for (let k: usize = 0; k < bytes; k += 16) v128.store(scratch(0) + k, f64x2.add(v128.load(scratch(0) + k), v128.load(scratch(1) + k)));
    trailedMean<Weighted>(state, 0, scratch(0), output(outputs, 0) + from, bytes);
    setRows(state, rows(state) + <i64>(bytes >> 3));
    from += bytes;
  }
}
