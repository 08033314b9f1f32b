// Average directional index, and its rating: the mean of the index and what it was period − 1 rows ago.
import { DOWN, UP, index, indexRows, moved, movesInit, movesRows } from '../engine/directional';
import {
  SMOOTHER_BYTES, evenStretch, holdWeights, keepSmoother, smoothHeld, smoothRows, smootherInput, smootherOutputs, smootherRuns,
} from '../engine/lookahead';
import { PARTS, part, placeSmoother, placeTrail, number, setNumber } from '../engine/parts';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { trailAppend, trailBytes } from '../engine/trail';
import { input, output } from '../operand';
import { canonicalPair, finitePair, held, oneRowBack, second } from '../value';

const AVERAGE: usize = 2;
const TRAIL: usize = 3;
const BACK: usize = 3; // number: bytes from a row to the one its rating looks back on

export function adxBytes(): usize {
  return PARTS + 3 * SMOOTHER_BYTES;
}

export function adxInit(state: usize, params: usize): void {
  placeAverage(state, load<f64>(params));
}

function placeAverage(state: usize, period: f64): usize {
  return placeSmoother(state, AVERAGE, movesInit(state, state + PARTS, period), 1.0 / period, period);
}

export function adxRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) from = averages(state, inputs, outputs, from, end);
}

/** Averages of a stretch of rows from byte `from`, past the gaps before it. Answers the byte reached. */
function averages(state: usize, inputs: usize, outputs: usize, from: usize, end: usize): usize {
  const stretch = evenStretch(end - from);
  if (stretch > 0 && smootherRuns(part(state, AVERAGE)) && averagePairs(state, input(inputs, 0) + from, input(inputs, 1) + from, input(inputs, 2) + from, output(outputs, 0) + from, stretch)) {
    return from + stretch;
  }
  const reached = passGaps(inputs, 3, outputs, 1, from, end);
  if (reached > from) return reached;
  const bytes = wholeBytes(inputs, 3, from, end);
  movesRows(state, inputs, from, bytes);
  indexRows(scratch(2), bytes);
  smoothRows(part(state, AVERAGE), scratch(2), output(outputs, 0) + from, bytes);
  atMostHundred(output(outputs, 0) + from, bytes);
  return from + bytes;
}

/** Weights that do not add up to 1 to the last bit carry an average of hundreds past them. */
function atMostHundred(out: usize, bytes: usize): void {
  const hundred = held(100);
  for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, f64x2.pmin(v128.load(out + k), hundred));
}

/** A stretch of rows. False, and nothing has happened, when one of them is no value (L2 of lookahead.ts). */
function averagePairs(state: usize, high: usize, low: usize, close: usize, out: usize, bytes: usize): bool {
  const upAt = part(state, UP);
  const downAt = part(state, DOWN);
  const averageAt = part(state, AVERAGE);
  holdWeights(0, upAt);
  holdWeights(1, downAt);
  holdWeights(2, averageAt);
  const hundred = held(100);
  let highBefore = f64x2.splat(number(state, 0));
  let lowBefore = f64x2.splat(number(state, 1));
  let up1 = smootherInput(upAt);
  let down1 = smootherInput(downAt);
  let index1 = smootherInput(averageAt);
  let ups = smootherOutputs(upAt);
  let downs = smootherOutputs(downAt);
  let average = smootherOutputs(averageAt);
  let seen = f64x2.splat(0); // rows that do not move show nowhere else, and the close only decides whether a row is whole
  for (let k: usize = 0; k < bytes; k += 16) {
    const highs = v128.load(high + k);
    const lows = v128.load(low + k);
    const rise = f64x2.sub(highs, oneRowBack(highBefore, highs));
    const fall = f64x2.sub(oneRowBack(lowBefore, lows), lows);
    const up = moved(rise, fall);
    const down = moved(fall, rise);
    ups = smoothHeld(0, up, oneRowBack(up1, up), ups);
    downs = smoothHeld(1, down, oneRowBack(down1, down), downs);
    const now = index(ups, downs, hundred);
    average = smoothHeld(2, now, oneRowBack(index1, now), average);
    v128.store(out + k, f64x2.pmin(average, hundred));
    seen = f64x2.add(seen, f64x2.add(f64x2.add(highs, lows), v128.load(close + k)));
    highBefore = highs;
    lowBefore = lows;
    up1 = up;
    down1 = down;
    index1 = now;
  }
  if (!finitePair(f64x2.add(seen, average))) return false;
  setNumber(state, 0, second(highBefore));
  setNumber(state, 1, second(lowBefore));
  keepSmoother(upAt, up1, ups);
  keepSmoother(downAt, down1, downs);
  keepSmoother(averageAt, index1, average);
  return true;
}

export function adxrBytes(params: usize): usize {
  return adxBytes() + trailBytes(<i32>load<f64>(params));
}

export function adxrInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  placeTrail(state, TRAIL, placeAverage(state, period), period);
  setNumber(state, BACK, (period - 1) * 8);
}

export function adxrRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const half = f64x2.splat(0.5);
  for (let from = passGaps(inputs, 3, outputs, 1, 0, end); from < end; from = passGaps(inputs, 3, outputs, 1, from, end)) {
    const until = averages(state, inputs, outputs, from, from + wholeBytes(inputs, 3, from, end));
    const out = output(outputs, 0) + from;
    const now = trailAppend(part(state, TRAIL), out, until - from);
    const before = now - <usize>number(state, BACK);
    for (let k: usize = 0; k < until - from; k += 16) {
      v128.store(out + k, canonicalPair(f64x2.mul(half, f64x2.add(v128.load(now + k), v128.load(before + k)))));
    }
    from = until;
  }
}
