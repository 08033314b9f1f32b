// Bias: how far a value lies from its simple average, as a part of that.
//   part 0: mean
import { meanBytes, meanRun } from '../engine/mean';
import { Plain } from '../engine/mean-layout';
import { PARTS, part, placeMean } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

export function biasBytes(params: usize): usize {
  return PARTS + meanBytes<Plain>(<i32>load<f64>(params));
}

export function biasInit(state: usize, params: usize): void {
  placeMean<Plain>(state, 0, state + PARTS, load<f64>(params));
}

export function biasRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const x = input(inputs, 0) + from;
    meanRun<Plain>(part(state, 0), x, scratch(0), <i32>(bytes >> 3));
    for (let k: usize = 0; k < bytes; k += 16) {
      const mean = v128.load(scratch(0) + k);
      v128.store(output(outputs, 0) + from + k, canonicalPair(f64x2.div(f64x2.sub(v128.load(x + k), mean), mean)));
    }
    from += bytes;
  }
}
