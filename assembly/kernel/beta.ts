// Beta: the slope of one column's changes over another's. A change is a portion of the row before; a change from 0 counts as 0, as in TA-Lib.
//   parts: 0 sums of squares and products │ 1 trail of changes of x │ 2 of y │ 3 trail of the last row of x │ 4 of y
import { comomentsBytes, relationRun } from '../engine/comoments';
import { Slope } from '../engine/comoments-layout';
import { PARTS, part, placeComoments, placeTrail } from '../engine/parts';
import { tileBytes } from '../engine/tile';
import { trailAppend, trailBytes, trailRoom } from '../engine/trail';
import { input, output } from '../operand';

export function betaBytes(params: usize): usize {
  const period = <i32>load<f64>(params);
  return PARTS + comomentsBytes(period) + 2 * trailBytes(period) + 2 * trailBytes(1);
}

export function betaInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  const at = placeTrail(state, 2, placeTrail(state, 1, placeComoments(state, 0, state + PARTS, period), period), period);
  placeTrail(state, 4, placeTrail(state, 3, at, 1), 1);
}

export function betaRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const x = trailRoom(part(state, 1), bytes);
    const y = trailRoom(part(state, 2), bytes);
    changes(trailAppend(part(state, 3), input(inputs, 0) + from, bytes), x, bytes);
    changes(trailAppend(part(state, 4), input(inputs, 1) + from, bytes), y, bytes);
    relationRun<Slope>(part(state, 0), x, y, output(outputs, 0) + from, <i32>(bytes >> 3));
    from += bytes;
  }
}

function changes(x: usize, out: usize, bytes: usize): void {
  const zero = f64x2.splat(0);
  for (let k: usize = 0; k < bytes; k += 16) {
    const before = v128.load(x + k - 8);
    const value = v128.load(x + k);
    const change = f64x2.div(f64x2.sub(value, before), before);
    v128.store(out + k, v128.bitselect(f64x2.sub(value, value), change, f64x2.eq(before, zero)));
  }
}
