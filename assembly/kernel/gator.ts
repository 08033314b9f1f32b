// Gator: how far the alligator's jaw and teeth are apart, above 0, and its teeth and lips, below. State as in alligator.ts.
import { middleRows } from '../engine/channel';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';
import { alligatorLine } from './alligator';

export function gatorRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 2, outputs, 2, 0, end); from < end; from = passGaps(inputs, 2, outputs, 2, from, end)) {
    const bytes = wholeBytes(inputs, 2, from, end);
    middleRows(input(inputs, 0) + from, input(inputs, 1) + from, scratch(0), bytes);
    const jaw = alligatorLine(state, 0, scratch(0), bytes);
    const teeth = alligatorLine(state, 1, scratch(0), bytes);
    const lips = alligatorLine(state, 2, scratch(0), bytes);
    for (let k: usize = 0; k < bytes; k += 16) {
      const middle = v128.load(teeth + k);
      const upper = f64x2.abs(f64x2.sub(v128.load(jaw + k), middle));
      const lower = f64x2.neg(f64x2.abs(f64x2.sub(middle, v128.load(lips + k))));
      v128.store(output(outputs, 0) + from + k, canonicalPair(f64x2.add(upper, f64x2.sub(lower, lower))));
      v128.store(output(outputs, 1) + from + k, canonicalPair(f64x2.add(lower, f64x2.sub(upper, upper))));
    }
    from += bytes;
  }
}
