// Zigzag: legs between turns of the price, a leg being over when the price is a percentage off its extreme.
//   own: 0 part of the extreme that turns a leg │ 8 last turn, NaN at first │ 16 direction │ 24 extreme of the leg
import { passGaps, wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonical, finite, first, heldSizeMask } from '../value';

const TURN: usize = OWN + 8;
const DIRECTION: usize = OWN + 16;
const EXTREME: usize = OWN + 24;

export function zigzagBytes(): usize {
  return EXTREME + 8;
}

export function zigzagInit(state: usize, params: usize): void {
  store<f64>(state, load<f64>(params) / 100, OWN);
  store<f64>(state, NaN, TURN);
  store<f64>(state, 1, DIRECTION);
  store<f64>(state, 0, EXTREME);
}

export function zigzagRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 2, outputs, 3, 0, end); from < end; from = passGaps(inputs, 2, outputs, 3, from, end)) {
    const bytes = wholeBytes(inputs, 2, from, end);
    const high = input(inputs, 0) + from;
    const low = input(inputs, 1) + from;
    if (!finite(load<f64>(state, TURN))) {
      store<f64>(state, load<f64>(low), TURN);
      store<f64>(state, load<f64>(high), EXTREME);
    }
    follow(state, high, low, output(outputs, 0) + from, output(outputs, 1) + from, output(outputs, 2) + from, bytes);
    from += bytes;
  }
}

/**
 * A leg down is one up under prices of the other sign, where the highs are the lows: so there is one loop, in which only the turn is a branch. Both lanes
 * hold the same, since a choice between single values would be another. Which of a row's prices came first nobody knows: one that goes on with the leg
 * does not end it.
 */
function follow(state: usize, high: usize, low: usize, turns: usize, directions: usize, extremes: usize, bytes: usize): void {
  const minus = i64x2.splat(i64.MIN_VALUE);
  const size = heldSizeMask();
  const part = v128.load_splat<f64>(state, OWN);
  let direction = load<f64>(state, DIRECTION);
  let turn = load<f64>(state, TURN);
  let sign = direction < 0 ? minus : f64x2.splat(0);
  let extreme = v128.xor(v128.load_splat<f64>(state, EXTREME), sign);
  for (let k: usize = 0; k < bytes; k += 8) {
    const ahead = v128.xor(v128.load_splat<f64>((direction < 0 ? low : high) + k), sign);
    const behind = v128.xor(v128.load_splat<f64>((direction < 0 ? high : low) + k), sign);
    const limit = f64x2.sub(extreme, f64x2.mul(part, v128.and(extreme, size)));
    const isOver = v128.andnot(f64x2.le(behind, limit), f64x2.gt(ahead, extreme));
    if (i64x2.bitmask(isOver) != 0) {
      turn = canonical(first(v128.xor(extreme, sign)));
      direction = -direction;
      sign = v128.xor(sign, minus);
      extreme = f64x2.neg(behind);
    } else {
      extreme = f64x2.pmax(extreme, ahead);
    }
    store<f64>(turns + k, turn);
    store<f64>(directions + k, direction);
    store<f64>(extremes + k, canonical(first(v128.xor(extreme, sign))));
  }
  store<f64>(state, turn, TURN);
  store<f64>(state, direction, DIRECTION);
  store<f64>(state, first(v128.xor(extreme, sign)), EXTREME);
}
