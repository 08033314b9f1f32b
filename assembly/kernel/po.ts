// Price oscillators: a fast simple average less a slow one, as it is (apo) or in percent of the slow one (ppo).
//   parts: 0 fast mean │ 1 slow mean
import { meanBytes, meanRun } from '../engine/mean';
import { Plain } from '../engine/mean-layout';
import { PARTS, part, placeMean } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

export const APO: i32 = 78;
export const PPO: i32 = 79;

export function poBytes(params: usize): usize {
  return PARTS + meanBytes<Plain>(<i32>load<f64>(params)) + meanBytes<Plain>(<i32>load<f64>(params, 8));
}

export function poInit(state: usize, params: usize): void {
  placeMean<Plain>(state, 1, placeMean<Plain>(state, 0, state + PARTS, load<f64>(params)), load<f64>(params, 8));
}

export function poRun(op: i32, state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const hundred = f64x2.splat(100);
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const x = input(inputs, 0) + from;
    const out = output(outputs, 0) + from;
    meanRun<Plain>(part(state, 0), x, scratch(0), <i32>(bytes >> 3));
    meanRun<Plain>(part(state, 1), x, scratch(1), <i32>(bytes >> 3));
    for (let k: usize = 0; k < bytes; k += 16) {
      const slow = v128.load(scratch(1) + k);
      const apart = f64x2.sub(v128.load(scratch(0) + k), slow);
      v128.store(out + k, canonicalPair(op == APO ? apart : f64x2.mul(hundred, f64x2.div(apart, slow))));
    }
    from += bytes;
  }
}
