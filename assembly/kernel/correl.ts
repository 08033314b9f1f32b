// Pearson's correlation of two columns.
//   part 0: sums of squares and products
import { comomentsBytes, comomentsStep } from '../engine/comoments';
import { PARTS, part, placeComoments } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

export function correlBytes(params: usize): usize {
  return PARTS + comomentsBytes(<i32>load<f64>(params));
}

export function correlInit(state: usize, params: usize): void {
  placeComoments(state, 0, state + PARTS, load<f64>(params));
}

export function correlRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const x = input(inputs, 0) + from;
    const y = input(inputs, 1) + from;
    for (let k: usize = 0; k < bytes; k += 8) comomentsStep(part(state, 0), x + k, y + k, scratch(0) + k, scratch(1) + k, scratch(2) + k);
    ratios(output(outputs, 0) + from, bytes);
    from += bytes;
  }
}

/** xy / √xx / √yy, within −1 … 1; 0 where a column is flat, as in TA-Lib. */
function ratios(out: usize, bytes: usize): void {
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  for (let k: usize = 0; k < bytes; k += 16) {
    const xx = v128.load(scratch(0) + k);
    const yy = v128.load(scratch(1) + k);
    const ratio = f64x2.div(f64x2.div(v128.load(scratch(2) + k), f64x2.sqrt(xx)), f64x2.sqrt(yy));
    const bounded = f64x2.pmax(f64x2.pmin(ratio, one), f64x2.neg(one));
    v128.store(out + k, canonicalPair(v128.andnot(bounded, v128.or(f64x2.eq(xx, zero), f64x2.eq(yy, zero)))));
  }
}
