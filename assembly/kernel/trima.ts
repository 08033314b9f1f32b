// Triangular moving average: a simple mean of simple means, whose two lengths add up to period + 1.
//   parts: 0 first mean │ 1 second mean │ 2 its trail
import { meanBytes, meanRun } from '../engine/mean';
import { Plain } from '../engine/mean-layout';
import { PARTS, part, placeMean, placeTrailedMean, trailedMean, trailedMeanBytes } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';

// @ts-ignore: decorator
@inline
function longer(period: f64): f64 {
  return floor(period * 0.5) + 1;
}

// @ts-ignore: decorator
@inline
function shorter(period: f64): f64 {
  return ceil(period * 0.5);
}

export function trimaBytes(params: usize): usize {
  const period = load<f64>(params);
  return PARTS + meanBytes<Plain>(<i32>longer(period)) + trailedMeanBytes<Plain>(shorter(period));
}

export function trimaInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  placeTrailedMean<Plain>(state, 1, placeMean<Plain>(state, 0, state + PARTS, longer(period)), shorter(period));
}

export function trimaRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    meanRun<Plain>(part(state, 0), input(inputs, 0) + from, scratch(0), <i32>(bytes >> 3));
    trailedMean<Plain>(state, 1, scratch(0), output(outputs, 0) + from, bytes);
    from += bytes;
  }
}
