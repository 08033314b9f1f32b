// Aroon: how lately, of the last `period` rows, the low was lowest (down) and the high highest (up), 0 … 100; and the difference up − down.
//   parts: 0 least low │ 1 greatest high │ numbers: 0 period │ 1 least low before │ 2 its age │ 3 greatest high before │ 4 its age
import { ageRows } from '../engine/age';
import { Greatest, Least, extremeBytes } from '../engine/extrema';
import { PARTS, number, placeExtreme, setNumber } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

export function aroonBytes(params: usize): usize {
  return PARTS + 2 * extremeBytes(<i32>load<f64>(params) + 1);
}

export function aroonInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  setNumber(state, 0, period);
  for (let side: usize = 0; side < 2; side++) setNumber(state, 1 + 2 * side, NaN);
  placeExtreme<Greatest>(state, 1, placeExtreme<Least>(state, 0, state + PARTS, period + 1), period + 1);
}

export function aroonRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const period = f64x2.splat(number(state, 0));
  const hundred = f64x2.splat(100);
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    for (let c: usize = 0; c < 2; c++) {
      const out = output(outputs, c) + from;
      ages(state, c, input(inputs, 1 - c) + from, scratch(1), bytes);
      for (let k: usize = 0; k < bytes; k += 16) {
        v128.store(out + k, canonicalPair(f64x2.div(f64x2.mul(hundred, f64x2.sub(period, v128.load(scratch(1) + k))), period)));
      }
    }
    from += bytes;
  }
}

// @ts-ignore: decorator
@inline
function ages(state: usize, side: usize, x: usize, out: usize, bytes: usize): void {
  if (side == 0) ageRows<Least>(state, 0, 1, x, out, bytes);
  else ageRows<Greatest>(state, 1, 3, x, out, bytes);
}

export function aroonoscRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const period = f64x2.splat(number(state, 0));
  const hundred = f64x2.splat(100);
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const out = output(outputs, 0) + from;
    for (let c: usize = 0; c < 2; c++) ages(state, c, input(inputs, 1 - c) + from, scratch(1 + c), bytes);
    for (let k: usize = 0; k < bytes; k += 16) {
      const later = f64x2.sub(v128.load(scratch(1) + k), v128.load(scratch(2) + k));
      v128.store(out + k, canonicalPair(f64x2.div(f64x2.mul(hundred, later), period)));
    }
    from += bytes;
  }
}
