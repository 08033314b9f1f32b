// Coefficient of determination of the straight line through a window: the part of the variance that the line explains.
//   parts: 0 and 1 those of linearreg │ 2 variance │ number 1: 3·(period + 1) / (period − 1)
import { momentsBytes, momentsRun } from '../engine/moments';
import { Variance } from '../engine/moments-layout';
import { number, part, placeMoments, setNumber } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';
import { lineBytes, meansRows, placeLine } from './linearreg';

export function r2Bytes(params: usize): usize {
  return lineBytes(params) + momentsBytes(<i32>load<f64>(params));
}

export function r2Init(state: usize, params: usize): void {
  const period = load<f64>(params);
  placeMoments(state, 2, placeLine(state, period), period);
  setNumber(state, 1, (3 * (period + 1)) / (period - 1));
}

export function r2Run(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  const weight = f64x2.splat(number(state, 1));
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const out = output(outputs, 0) + from;
    meansRows(state, input(inputs, 0) + from, bytes);
    momentsRun<Variance>(part(state, 2), input(inputs, 0) + from, scratch(2), <i32>(bytes >> 3));
    for (let k: usize = 0; k < bytes; k += 16) {
      const excess = v128.load(scratch(1) + k);
      const variance = v128.load(scratch(2) + k);
      const explained = f64x2.div(f64x2.mul(weight, f64x2.mul(excess, excess)), variance);
      v128.store(out + k, canonicalPair(v128.andnot(f64x2.pmin(explained, one), f64x2.eq(variance, zero))));
    }
    from += bytes;
  }
}
