// Stops that trail the close at a multiple of the average true range, move only with the trend, and change sides when a close passes them: TradingView's
// volatility stop, behind the furthest close since it turned, and the average true range stop, behind the last.
//   part 0: atr │ numbers: 0 multiple │ 1 stop │ 2 furthest close │ 3 direction
import { PARTS, number, part, placeBlock, setNumber } from '../engine/parts';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonical, finite, first } from '../value';
import { atrBytes, atrRows, rangesInit } from './atr';

export const VOLSTOP: i32 = 279;
export const ATRSTOP: i32 = 280;

export function closestopBytes(): usize {
  return PARTS + atrBytes();
}

export function closestopInit(state: usize, params: usize): void {
  rangesInit(state + PARTS, load<f64>(params), 0);
  placeBlock(state, 0, state + PARTS, atrBytes());
  setNumber(state, 0, load<f64>(params, 8));
  setNumber(state, 1, -Infinity);
  setNumber(state, 2, -Infinity);
  setNumber(state, 3, 1);
}

export function closestopRun(op: i32, state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 3, outputs, 2, 0, end); from < end; from = passGaps(inputs, 3, outputs, 2, from, end)) {
    const bytes = wholeBytes(inputs, 3, from, end);
    const close = input(inputs, 2) + from;
    const stop = output(outputs, 0) + from;
    const direction = output(outputs, 1) + from;
    atrRows(part(state, 0), input(inputs, 0) + from, input(inputs, 1) + from, close, scratch(0), bytes);
    let k: usize = 0;
    for (; k < bytes && !finite(load<f64>(scratch(0) + k)); k += 8) {
      store<f64>(stop + k, NaN);
      store<f64>(direction + k, NaN);
    }
    follow(state, op == VOLSTOP, close, scratch(0), stop, direction, k, bytes);
    from += bytes;
  }
}

/**
 * Rows that have a range, from byte `k`. A stop above the price is one below it under prices of the other sign, so there is one loop, in which only the
 * turn is a branch. Both lanes hold the same, since a choice between single values would be another.
 */
function follow(state: usize, behindFurthest: bool, close: usize, range: usize, out: usize, direction: usize, k: usize, bytes: usize): void {
  const minus = i64x2.splat(i64.MIN_VALUE);
  const multiple = f64x2.splat(number(state, 0));
  const always = i64x2.splat(-1);
  let side = number(state, 3);
  let touching = behindFurthest && side < 0 ? always : f64x2.splat(0); // TradingView's turns up at the stop, and down below it
  let sign = side < 0 ? minus : f64x2.splat(0);
  let stop = v128.xor(f64x2.splat(number(state, 1)), sign);
  let furthest = v128.xor(f64x2.splat(number(state, 2)), sign);
  for (; k < bytes; k += 8) {
    const price = v128.xor(v128.load_splat<f64>(close + k), sign);
    const distance = f64x2.mul(multiple, v128.load_splat<f64>(range + k));
    furthest = behindFurthest ? f64x2.pmax(furthest, price) : price;
    stop = f64x2.pmax(stop, f64x2.sub(furthest, distance));
    if (i64x2.bitmask(v128.or(f64x2.lt(price, stop), v128.and(f64x2.eq(price, stop), touching))) != 0) {
      side = -side;
      touching = behindFurthest && side < 0 ? always : f64x2.splat(0);
      sign = v128.xor(sign, minus);
      furthest = f64x2.neg(price);
      stop = f64x2.sub(furthest, distance);
    }
    store<f64>(out + k, canonical(first(v128.xor(stop, sign))));
    store<f64>(direction + k, side);
  }
  setNumber(state, 1, first(v128.xor(stop, sign)));
  setNumber(state, 2, first(v128.xor(furthest, sign)));
  setNumber(state, 3, side);
}
