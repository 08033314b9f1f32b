// Accelerator oscillator: the awesome oscillator less its own simple average.
//   parts: 0 awesome oscillator │ 1 its mean │ 2 its trail
import { Plain } from '../engine/mean-layout';
import { PARTS, placeBlock, placeTrailedLooseMean, part, trailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';
import { aoBytes, aoInit, aoRows } from './ao';

export function acBytes(params: usize): usize {
  return PARTS + aoBytes(params) + trailedMeanBytes<Plain>(load<f64>(params, 16));
}

export function acInit(state: usize, params: usize): void {
  aoInit(state + PARTS, params);
  placeTrailedLooseMean(state, 1, placeBlock(state, 0, state + PARTS, aoBytes(params)), load<f64>(params, 16));
}

export function acRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const out = output(outputs, 0) + from;
    aoRows(part(state, 0), input(inputs, 0) + from, input(inputs, 1) + from, scratch(2), bytes);
    trailedLooseMean(state, 1, scratch(2), scratch(3), bytes);
    for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, canonicalPair(f64x2.sub(v128.load(scratch(2) + k), v128.load(scratch(3) + k))));
    from += bytes;
  }
}
