// Bollinger's %b: where a value stands between the lower band, 0, and the upper one, 1.
//   numbers: 0 multiple up │ 1 multiple down
import { number, setNumber } from '../engine/parts';
import { spreadBytes, spreadInit, spreadRows } from '../engine/spread';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

export function percentbBytes(params: usize): usize {
  return spreadBytes(load<f64>(params));
}

export function percentbInit(state: usize, params: usize): void {
  spreadInit(state, load<f64>(params));
  setNumber(state, 0, load<f64>(params, 8));
  setNumber(state, 1, load<f64>(params, 16));
}

export function percentbRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const up = number(state, 0);
  const down = number(state, 1);
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    spreadRows(state, input(inputs, 0) + from, scratch(0), scratch(1), bytes);
    between(input(inputs, 0) + from, output(outputs, 0) + from, bytes, up, down);
    from += bytes;
  }
}

/** (x − lower) / (upper − lower), from means and deviations in scratch; a half where the bands meet, as they do in the value itself. */
function between(x: usize, out: usize, bytes: usize, up: f64, down: f64): void {
  const zero = f64x2.splat(0);
  const half = f64x2.splat(0.5);
  const downs = f64x2.splat(down);
  const both = f64x2.splat(up + down);
  for (let k: usize = 0; k < bytes; k += 16) {
    const deviation = v128.load(scratch(1) + k);
    const width = f64x2.mul(both, deviation);
    const above = f64x2.add(f64x2.sub(v128.load(x + k), v128.load(scratch(0) + k)), f64x2.mul(downs, deviation));
    v128.store(out + k, canonicalPair(v128.bitselect(half, f64x2.div(above, width), f64x2.eq(width, zero))));
  }
}
