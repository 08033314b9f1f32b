// Chaikin money flow: money flow volume over volume, both of the window.
//   parts: 0 mean of money flow volume │ 1 its trail │ 2 mean of volume
import { flowRows } from '../engine/flow';
import { meanBytes, meanRun } from '../engine/mean';
import { Plain } from '../engine/mean-layout';
import { PARTS, part, placeMean, placeTrailedLooseMean, trailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

export function cmfBytes(params: usize): usize {
  const period = load<f64>(params);
  return PARTS + trailedMeanBytes<Plain>(period) + meanBytes<Plain>(<i32>period);
}

export function cmfInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  placeMean<Plain>(state, 2, placeTrailedLooseMean(state, 0, state + PARTS, period), period);
}

export function cmfRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const volume = input(inputs, 3) + from;
    const out = output(outputs, 0) + from;
    flowRows(input(inputs, 0) + from, input(inputs, 1) + from, input(inputs, 2) + from, volume, scratch(0), bytes);
    trailedLooseMean(state, 0, scratch(0), scratch(0), bytes);
    meanRun<Plain>(part(state, 2), volume, scratch(1), <i32>(bytes >> 3));
    for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, canonicalPair(f64x2.div(v128.load(scratch(0) + k), v128.load(scratch(1) + k))));
    from += bytes;
  }
}
