// Entropy: how evenly the values of a window share in its sum, each share being that of a value in the sum of its own window.
//   parts: 0 sum │ 1 mean of −p·log p │ 2 its trail │ numbers: 0 period │ 1 what a natural logarithm is multiplied by, −1 / ln base
import { Natural, holdLog, log } from '../engine/logarithm';
import { log as logOf } from '../engine/math';
import { meanBytes, meanRun } from '../engine/mean';
import { Plain, Total } from '../engine/mean-layout';
import { PARTS, number, part, placeMean, placeTrailedLooseMean, setNumber, trailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

export function entropyBytes(params: usize): usize {
  const period = load<f64>(params);
  return PARTS + meanBytes<Total>(<i32>period) + trailedMeanBytes<Plain>(period);
}

export function entropyInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  placeTrailedLooseMean(state, 1, placeMean<Total>(state, 0, state + PARTS, period), period);
  holdLog<Natural>();
  setNumber(state, 0, period);
  setNumber(state, 1, -1 / logOf(load<f64>(params, 8)));
}

export function entropyRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const period = f64x2.splat(number(state, 0));
  holdLog<Natural>();
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const x = input(inputs, 0) + from;
    const out = output(outputs, 0) + from;
    meanRun<Total>(part(state, 0), x, scratch(0), <i32>(bytes >> 3));
    surprises(x, scratch(0), scratch(1), number(state, 1), bytes);
    trailedLooseMean(state, 1, scratch(1), scratch(1), bytes);
    for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, canonicalPair(f64x2.mul(period, v128.load(scratch(1) + k))));
    from += bytes;
  }
}

/** −p·log p of each value's share p in the sum; 0 for none of it, and none for one below 0. */
function surprises(x: usize, sum: usize, out: usize, unit: f64, bytes: usize): void {
  const zero = f64x2.splat(0);
  for (let k: usize = 0; k < bytes; k += 16) {
    const share = f64x2.div(v128.load(x + k), v128.load(sum + k));
    const surprise = f64x2.mul(f64x2.splat(unit), f64x2.mul(share, log<Natural>(share)));
    v128.store(out + k, canonicalPair(v128.andnot(surprise, f64x2.eq(share, zero))));
  }
}
