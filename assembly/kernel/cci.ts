// Commodity channel index: how many mean deviations, times 0.015, the typical price stands off its mean.
//   parts: 0 mean of typical prices │ 1 its trail │ number 0: period
import { looseMeans } from '../engine/loose-mean';
import { Plain } from '../engine/mean-layout';
import { PARTS, number, part, placeTrailedLooseMean, setNumber, trailedMeanBytes } from '../engine/parts';
import { typicalRows } from '../engine/price';
import { scratch, tileBytes } from '../engine/tile';
import { trailRoom } from '../engine/trail';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

const FLAT: f64 = 1.4210854715202004e-14; // 2⁻⁴⁶: 64 units in the last place, on the scale of the mean

export function cciBytes(params: usize): usize {
  return PARTS + trailedMeanBytes<Plain>(load<f64>(params));
}

export function cciInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  setNumber(state, 0, period);
  placeTrailedLooseMean(state, 0, state + PARTS, period);
}

export function cciRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const typical = trailRoom(part(state, 1), bytes);
    typicalRows(input(inputs, 0) + from, input(inputs, 1) + from, input(inputs, 2) + from, typical, bytes);
    looseMeans(part(state, 0), typical, scratch(0), bytes);
    distances(typical, scratch(0), output(outputs, 0) + from, bytes, number(state, 0));
    from += bytes;
  }
}

/** Four rows at a time, each window from its oldest row to its newest; a row of its own sums in the same order. */
function distances(x: usize, mean: usize, out: usize, bytes: usize, period: f64): void {
  const window = <usize>period << 3;
  const zero = f64x2.splat(0);
  const length = f64x2.splat(period);
  const unit = f64x2.splat(0.015);
  for (let k: usize = 0; k < bytes; k += 32) {
    const mean0 = v128.load(mean + k);
    const mean2 = v128.load(mean + k, 16);
    let sum0 = zero;
    let sum2 = zero;
    let at = x + k + 8 - window;
    for (const last = x + k + 8; at < last; at += 8) {
      sum0 = f64x2.add(sum0, f64x2.abs(f64x2.sub(v128.load(at), mean0)));
      sum2 = f64x2.add(sum2, f64x2.abs(f64x2.sub(v128.load(at, 16), mean2)));
    }
    v128.store(out + k, distance(v128.load(x + k), mean0, f64x2.div(sum0, length), unit));
    if (k + 16 < bytes) v128.store(out + k, distance(v128.load(x + k, 16), mean2, f64x2.div(sum2, length), unit), 16);
  }
}

/** 0 where the window is flat: where its mean deviation is no more than what the rounding of the mean makes of equal prices. */
// @ts-ignore: decorator
@inline
function distance(value: v128, mean: v128, deviation: v128, unit: v128): v128 {
  const flat = f64x2.le(deviation, f64x2.mul(f64x2.abs(mean), f64x2.splat(FLAT)));
  return canonicalPair(v128.andnot(f64x2.div(f64x2.sub(value, mean), f64x2.mul(unit, deviation)), flat));
}
