// Fractals: a high that tops the rows on both sides of it, a low that undercuts them, each known when the rows after it are there; and where the last was.
//   parts, of the highs, then of the lows: 0 5 trail of prices │ 1 6 extreme of the rows on one side │ 2 7 its trail
//   numbers: 0 rows on one side │ 1 3 price of the last fractal, or what tops the rows so far │ 2 4 1 once there is one
import { Greatest, Least, extremeBytes, extremeRun } from '../engine/extrema';
import { PARTS, number, part, placeExtreme, placeTrail, setNumber } from '../engine/parts';
import { passGaps, wholeBytes } from '../engine/tile';
import { trailAppend, trailBytes, trailRoom } from '../engine/trail';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

const HIGHS: usize = 0;
const LOWS: usize = 5;

export function fractalBytes(params: usize): usize {
  const side = <i32>load<f64>(params);
  return PARTS + 2 * (trailBytes(side) + extremeBytes(side) + trailBytes(side + 1));
}

export function fractalInit(state: usize, params: usize): void {
  const side = load<f64>(params);
  setNumber(state, 0, side);
  placeSide<Least>(state, LOWS, 3, placeSide<Greatest>(state, HIGHS, 1, state + PARTS, side), side);
}

function placeSide<M>(state: usize, k: usize, last: usize, at: usize, side: f64): usize {
  setNumber(state, last, isFloat<M>() ? -Infinity : Infinity);
  setNumber(state, last + 1, 0);
  return placeTrail(state, k + 2, placeExtreme<M>(state, k + 1, placeTrail(state, k, at, side), side), side + 1);
}

export function fractalRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 2, outputs, 4, 0, end); from < end; from = passGaps(inputs, 2, outputs, 4, from, end)) {
    const bytes = wholeBytes(inputs, 2, from, end);
    fractals<Greatest>(state, HIGHS, 1, input(inputs, 0) + from, output(outputs, 0) + from, output(outputs, 2) + from, bytes);
    fractals<Least>(state, LOWS, 3, input(inputs, 1) + from, output(outputs, 1) + from, output(outputs, 3) + from, bytes);
    from += bytes;
  }
}

/** One side: where a fractal is known, and the price of the last. */
function fractals<M>(state: usize, k: usize, last: usize, price: usize, found: usize, out: usize, bytes: usize): void {
  const side = <usize>number(state, 0) << 3;
  const x = trailAppend(part(state, k), price, bytes);
  const beside = trailRoom(part(state, k + 2), bytes);
  const one = f64x2.splat(1);
  extremeRun<M>(part(state, k + 1), x, beside, <i32>(bytes >> 3));
  for (let at: usize = 0; at < bytes; at += 16) {
    const middle = v128.load(x + at - side);
    const later = v128.load(beside + at);
    const earlier = v128.load(beside + at - side - 8);
    const tops = isFloat<M>() ? v128.and(f64x2.gt(middle, later), f64x2.ge(middle, earlier)) : v128.and(f64x2.lt(middle, later), f64x2.le(middle, earlier));
    const known = f64x2.add(later, earlier);
    v128.store(found + at, canonicalPair(f64x2.add(v128.and(tops, one), f64x2.sub(known, known))));
  }
  const begun = beforeFirst<M>(state, last, x, found, out, bytes);
  const zero = f64x2.splat(0);
  let held = f64x2.splat(number(state, last));
  for (let at = begun; at < bytes; at += 8) {
    held = v128.bitselect(v128.load_splat<f64>(x + at - side), held, f64x2.gt(v128.load_splat<f64>(found + at), zero));
    v128.store64_lane(out + at, held, 0);
  }
  setNumber(state, last, f64x2.extract_lane(held, 0));
}

/** Rows before the first fractal, which have the best price so far; answers their bytes. */
function beforeFirst<M>(state: usize, last: usize, x: usize, found: usize, out: usize, bytes: usize): usize {
  let at: usize = 0;
  for (; at < bytes && number(state, last + 1) == 0; at += 8) {
    const flag = load<f64>(found + at);
    if (flag > 0) {
      setNumber(state, last + 1, 1);
      return at;
    }
    const value = load<f64>(x + at);
    if (isFloat<M>() ? value > number(state, last) : value < number(state, last)) setNumber(state, last, value);
    store<f64>(out + at, flag == flag ? number(state, last) : NaN);
  }
  return at;
}
