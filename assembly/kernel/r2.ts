// Coefficient of determination of the straight line through a window: the part of the variance that the line explains.
//   parts: 0 and 1 those of a line, which gives its slope │ 2 variance │ number 5: (period² − 1) / 12
import { lineBytes, lineInit, lineRows, wantSlope } from '../engine/line';
import { momentsBytes, momentsRun } from '../engine/moments';
import { Variance } from '../engine/moments-layout';
import { number, part, placeMoments, setNumber } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

export function r2Bytes(params: usize): usize {
  return lineBytes(<i32>load<f64>(params)) + momentsBytes(<i32>load<f64>(params));
}

export function r2Init(state: usize, params: usize): void {
  const period = load<f64>(params);
  placeMoments(state, 2, lineInit(state, period), period);
  wantSlope(state, period);
  setNumber(state, 5, (period * period - 1) / 12);
}

export function r2Run(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  const weight = f64x2.splat(number(state, 5));
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const out = output(outputs, 0) + from;
    lineRows(state, input(inputs, 0) + from, scratch(0), bytes);
    momentsRun<Variance>(part(state, 2), input(inputs, 0) + from, scratch(2), <i32>(bytes >> 3));
    for (let k: usize = 0; k < bytes; k += 16) {
      const slope = v128.load(scratch(0) + k);
      const variance = v128.load(scratch(2) + k);
      const explained = f64x2.div(f64x2.mul(weight, f64x2.mul(slope, slope)), variance);
      v128.store(out + k, canonicalPair(v128.andnot(f64x2.pmin(explained, one), f64x2.eq(variance, zero))));
    }
    from += bytes;
  }
}
