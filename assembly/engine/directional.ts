// Wilder's directional movement, as in TA-Lib.
//
// A1. A row moves up by high − high₋₁ or down by low₋₁ − low, whichever is greater, if it is greater than 0. The first row does not move, and
//     has no true range.
// A2. What is smoothed are sums, S = S₋₁ − S₋₁/period + x, from the sum of period − 1 rows: the row that does not move is the first of the seed. The
//     seed itself gives no output. Indicators and index are quotients of sums, in which the period cancels out.
// A3. A high or low that is no value leaves a sum that is none, or is the last row's; a close shows only in ranges.
//
//   parts: 0 up │ 1 down │ 2 range or sum of the index │ 3 trail of its average │ numbers: 0 high │ 1 low │ 2 close before, NaN at first
import { number, placeSums, setNumber, part } from './parts';
import { smoothRowsPastSeed } from './lookahead';
import { scratch } from './tile';
import { input } from '../operand';
import { canonicalPair, held, oneRowBack } from '../value';

export const UP: usize = 0;
export const DOWN: usize = 1;
export const RANGE: usize = 2;
export const MOVES: usize = 3; // scratch columns from which on the moves and ranges stand before they are smoothed

/** Places the sums of the two sides; answers where the next part goes. */
export function movesInit(state: usize, at: usize, period: f64): usize {
  for (let k: usize = 0; k < 2; k++) {
    setNumber(state, k, NaN);
    at = placeSums(state, k, at, period);
  }
  return at;
}

/** Places the sums of the two sides and of the range; answers where the next part goes. */
export function directionalInit(state: usize, at: usize, period: f64): usize {
  setNumber(state, 2, NaN);
  return placeSums(state, RANGE, movesInit(state, at, period), period);
}

/** Sums of moves of a tile of whole rows of high and low from byte `from`, in scratch columns UP and DOWN. */
export function movesRows(state: usize, inputs: usize, from: usize, bytes: usize): void {
  moves(state, input(inputs, 0) + from, input(inputs, 1) + from, bytes);
  for (let k = UP; k <= DOWN; k++) smoothRowsPastSeed(part(state, k), scratch(MOVES + k), scratch(k), bytes);
}

/** Sums of moves and ranges of a tile of whole rows of high, low and close from byte `from`, in scratch columns UP, DOWN, RANGE. */
export function directionalRows(state: usize, inputs: usize, from: usize, bytes: usize): void {
  movesRows(state, inputs, from, bytes);
  ranges(state, input(inputs, 0) + from, input(inputs, 1) + from, input(inputs, 2) + from, bytes);
  smoothRowsPastSeed(part(state, RANGE), scratch(MOVES + RANGE), scratch(RANGE), bytes);
}

/** The move of one side (A1); no value where that of a price is none (A3). */
// @ts-ignore: decorator
@inline
export function moved(one: v128, other: v128): v128 {
  return v128.andnot(f64x2.pmax(one, f64x2.splat(0)), f64x2.le(one, other));
}

/** How far a tile of rows moves up and down, in scratch columns MOVES + UP and MOVES + DOWN. */
export function moves(state: usize, high: usize, low: usize, bytes: usize): void {
  let highBefore = before(state, 0, high);
  let lowBefore = before(state, 1, low);
  setNumber(state, 0, load<f64>(high + bytes - 8));
  setNumber(state, 1, load<f64>(low + bytes - 8));
  for (let k: usize = 0; k < bytes; k += 16) {
    const highs = v128.load(high + k);
    const lows = v128.load(low + k);
    const up = f64x2.sub(highs, oneRowBack(highBefore, highs));
    const down = f64x2.sub(oneRowBack(lowBefore, lows), lows);
    v128.store(scratch(MOVES + UP) + k, moved(up, down));
    v128.store(scratch(MOVES + DOWN) + k, moved(down, up));
    highBefore = highs;
    lowBefore = lows;
  }
}

/** What number `k` says of the row before the one at `x`; the first row counts as its own, and so does not move. */
// @ts-ignore: decorator
@inline
function before(state: usize, k: usize, x: usize): v128 {
  const value = number(state, k);
  return f64x2.splat(value == value ? value : load<f64>(x));
}

function ranges(state: usize, high: usize, low: usize, close: usize, bytes: usize): void {
  let before = f64x2.splat(number(state, 2));
  setNumber(state, 2, load<f64>(close + bytes - 8));
  for (let k: usize = 0; k < bytes; k += 16) {
    const closes = v128.load(close + k);
    const previous = oneRowBack(before, closes);
    const range = f64x2.sub(f64x2.pmax(v128.load(high + k), previous), f64x2.pmin(v128.load(low + k), previous));
    v128.store(scratch(MOVES + RANGE) + k, v128.and(range, f64x2.eq(previous, previous)));
    before = closes;
  }
}

/** The directional indicator of one side, 100 · moves / range, 0 where nothing has ranged. */
export function indicatorRows(side: usize, out: usize, bytes: usize): void {
  const hundred = held(100);
  for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, canonicalPair(share(v128.load(scratch(side) + k), v128.load(scratch(RANGE) + k), hundred)));
}

/** The directional index of a tile, `scale` · |up − down| / (up + down), 0 where nothing has moved. */
export function indexRows(scale: f64, out: usize, bytes: usize): void {
  const scales = held(scale);
  for (let k: usize = 0; k < bytes; k += 16) {
    const up = v128.load(scratch(UP) + k);
    const down = v128.load(scratch(DOWN) + k);
    v128.store(out + k, canonicalPair(share(f64x2.abs(f64x2.sub(up, down)), f64x2.add(up, down), scales)));
  }
}

/** `scale` · portion / whole, 0 for a whole of 0. */
// @ts-ignore: decorator
@inline
function share(portion: v128, whole: v128, scale: v128): v128 {
  return v128.andnot(f64x2.mul(scale, f64x2.div(portion, whole)), f64x2.eq(whole, f64x2.splat(0)));
}
