// The directional indicators and index: plusdi, minusdi, dx.
import { DOWN, UP, directionalInit, directionalRows, indexRows, indicatorRows, movesRows } from '../engine/directional';
import { SMOOTHER_BYTES } from '../engine/lookahead';
import { PARTS } from '../engine/parts';
import { passGaps, wholeBytes } from '../engine/tile';
import { output } from '../operand';

export const PLUSDI: i32 = 62;
export const MINUSDI: i32 = 63;
export const DX: i32 = 64;

export function diBytes(): usize {
  return PARTS + 3 * SMOOTHER_BYTES;
}

export function diInit(state: usize, params: usize): void {
  directionalInit(state, state + PARTS, load<f64>(params));
}

export function diRun(op: i32, state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 3, outputs, 1, 0, end); from < end; from = passGaps(inputs, 3, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 3, from, end);
    const out = output(outputs, 0) + from;
    if (op == DX) {
      movesRows(state, inputs, from, bytes);
      indexRows(100, out, bytes);
    } else {
      directionalRows(state, inputs, from, bytes);
      indicatorRows(op == PLUSDI ? UP : DOWN, out, bytes);
    }
    from += bytes;
  }
}
