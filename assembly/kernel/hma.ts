// Hull moving average: the weighted mean, over √period rows, of 2·wma(period / 2) − wma(period). Both lengths are rounded down.
//   parts: 0 short mean │ 1 long mean │ 2 mean of their combination │ 3 its trail
import { meanBytes, meanRun } from '../engine/mean';
import { Weighted } from '../engine/mean-layout';
import { PARTS, part, placeMean, placeTrailedMean, trailedMean, trailedMeanBytes } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';

// @ts-ignore: decorator
@inline
function half(period: f64): f64 {
  return max(1, floor(period * 0.5));
}

export function hmaBytes(params: usize): usize {
  const period = load<f64>(params);
  return PARTS + meanBytes<Weighted>(<i32>half(period)) + meanBytes<Weighted>(<i32>period) + trailedMeanBytes<Weighted>(floor(sqrt(period)));
}

export function hmaInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  const at = placeMean<Weighted>(state, 1, placeMean<Weighted>(state, 0, state + PARTS, half(period)), period);
  placeTrailedMean<Weighted>(state, 2, at, floor(sqrt(period)));
}

export function hmaRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const x = input(inputs, 0) + from;
    meanRun<Weighted>(part(state, 0), x, scratch(0), <i32>(bytes >> 3));
    meanRun<Weighted>(part(state, 1), x, scratch(1), <i32>(bytes >> 3));
    for (let k: usize = 0; k < bytes; k += 16) {
      const short = v128.load(scratch(0) + k);
      v128.store(scratch(0) + k, f64x2.sub(f64x2.add(short, short), v128.load(scratch(1) + k)));
    }
    trailedMean<Weighted>(state, 2, scratch(0), output(outputs, 0) + from, bytes);
    from += bytes;
  }
}
