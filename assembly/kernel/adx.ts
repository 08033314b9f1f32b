// Average directional index, and its rating: the mean of the index and what it was period − 1 rows ago.
import { DOWN, UP, indexRows, moved, movesInit, movesRows } from '../engine/directional';
import {
  SMOOTHER_BYTES, evenStretch, keepSmoother, smoothRows, smootherInput, smootherOutputs, smootherRuns, sumPair, weightBefore, weightOfOutput,
} from '../engine/lookahead';
import { PARTS, number, part, placeSums, placeTrail, setNumber } from '../engine/parts';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { trailAppend, trailBytes } from '../engine/trail';
import { input, output } from '../operand';
import { canonicalPair, finitePair, held, oneRowBack } from '../value';

const AVERAGE: usize = 2;
const TRAIL: usize = 3;
// numbers beside those of the moves
const BACK: usize = 3; // bytes from a row to the one its rating looks back on
const SCALE: usize = 4; // from the sum of the index to its average

export function adxBytes(): usize {
  return PARTS + 3 * SMOOTHER_BYTES;
}

export function adxInit(state: usize, params: usize): void {
  placeAverage(state, load<f64>(params));
}

function placeAverage(state: usize, period: f64): usize {
  setNumber(state, SCALE, 100 / period);
  return placeSums(state, AVERAGE, movesInit(state, state + PARTS, period), period);
}

export function adxRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) from = averages(state, inputs, outputs, from, end);
}

/** Averages of a stretch of rows from byte `from`, past the gaps before it. Answers the byte reached. */
function averages(state: usize, inputs: usize, outputs: usize, from: usize, end: usize): usize {
  const high = input(inputs, 0) + from;
  const low = input(inputs, 1) + from;
  const out = output(outputs, 0) + from;
  const stretch = evenStretch(end - from);
  const follows = load<f64>(high - 8) == number(state, 0) && load<f64>(low - 8) == number(state, 1);
  if (stretch > 0 && follows && smootherRuns(part(state, AVERAGE)) && averagePairs(state, high, low, input(inputs, 2) + from, out, stretch)) return from + stretch;
  const reached = passGaps(inputs, 3, outputs, 1, from, end);
  if (reached > from) return reached;
  const bytes = follows ? wholeBytes(inputs, 3, from, end) : 8;
  movesRows(state, inputs, from, bytes);
  indexRows(1, scratch(2), bytes);
  smoothRows(part(state, AVERAGE), scratch(2), out, bytes);
  const scale = held(number(state, SCALE));
  const hundred = held(100);
  for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, f64x2.pmin(f64x2.mul(scale, v128.load(out + k)), hundred));
  return from + bytes;
}

/**
 * A stretch of rows that follow on those before them in their columns. False, and nothing has happened, when one of them is no value (L2 of
 * lookahead.ts, A3), or when nothing has moved so far: the index is a quotient of zeros then.
 */
function averagePairs(state: usize, high: usize, low: usize, close: usize, out: usize, bytes: usize): bool {
  const upAt = part(state, UP);
  const downAt = part(state, DOWN);
  const averageAt = part(state, AVERAGE);
  const b = weightBefore(averageAt); // all three sums have the same weights
  const b2 = weightOfOutput(averageAt);
  const scale = f64x2.splat(number(state, SCALE));
  const hundred = held(100);
  const highBack = high - 8;
  const lowBack = low - 8;
  let up1 = smootherInput(upAt);
  let down1 = smootherInput(downAt);
  let index1 = smootherInput(averageAt);
  let ups = smootherOutputs(upAt);
  let downs = smootherOutputs(downAt);
  let sum = smootherOutputs(averageAt);
  let closes = f64x2.splat(0); // they only decide whether a row is whole
  for (let k: usize = 0; k < bytes; k += 16) {
    const rise = f64x2.sub(v128.load(highBack + k, 8), v128.load(highBack + k));
    const fall = f64x2.sub(v128.load(lowBack + k), v128.load(lowBack + k, 8));
    const up = moved(rise, fall);
    const down = moved(fall, rise);
    ups = sumPair(b, b2, up, oneRowBack(up1, up), ups);
    downs = sumPair(b, b2, down, oneRowBack(down1, down), downs);
    const index = f64x2.div(f64x2.abs(f64x2.sub(ups, downs)), f64x2.add(ups, downs));
    sum = sumPair(b, b2, index, oneRowBack(index1, index), sum);
    v128.store(out + k, f64x2.pmin(f64x2.mul(scale, sum), hundred));
    closes = f64x2.add(closes, v128.load(close + k));
    up1 = up;
    down1 = down;
    index1 = index;
  }
  const highLast = load<f64>(highBack + bytes);
  const lowLast = load<f64>(lowBack + bytes);
  if (!finitePair(f64x2.add(closes, f64x2.add(sum, f64x2.splat(highLast + lowLast))))) return false;
  setNumber(state, 0, highLast);
  setNumber(state, 1, lowLast);
  keepSmoother(upAt, up1, ups);
  keepSmoother(downAt, down1, downs);
  keepSmoother(averageAt, index1, sum);
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
