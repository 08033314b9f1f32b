// Average directional index, and its rating: the mean of the index and what it was period − 1 rows ago.
import { directionalInit, directionalRows, indexRows } from '../engine/directional';
import { SMOOTHER_BYTES, smoothRows } from '../engine/lookahead';
import { PARTS, part, placeSmoother, placeTrail, number, setNumber } from '../engine/parts';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { trailAppend, trailBytes } from '../engine/trail';
import { output } from '../operand';
import { canonicalPair } from '../value';

const AVERAGE: usize = 3;
const TRAIL: usize = 4;
const BACK: usize = 3; // number: bytes from a row to the one its rating looks back on

export function adxBytes(): usize {
  return PARTS + 4 * SMOOTHER_BYTES;
}

export function adxInit(state: usize, params: usize): void {
  placeAverage(state, load<f64>(params));
}

function placeAverage(state: usize, period: f64): usize {
  return placeSmoother(state, AVERAGE, directionalInit(state, state + PARTS, period), 1.0 / period, period);
}

export function adxRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 3, outputs, 1, 0, end); from < end; from = passGaps(inputs, 3, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 3, from, end);
    averages(state, inputs, from, output(outputs, 0) + from, bytes);
    from += bytes;
  }
}

// @ts-ignore: decorator
@inline
function averages(state: usize, inputs: usize, from: usize, out: usize, bytes: usize): void {
  directionalRows(state, inputs, from, bytes);
  indexRows(scratch(0), bytes);
  smoothRows(part(state, AVERAGE), scratch(0), out, bytes);
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
    const bytes = wholeBytes(inputs, 3, from, end);
    const out = output(outputs, 0) + from;
    averages(state, inputs, from, out, bytes);
    const now = trailAppend(part(state, TRAIL), out, bytes);
    const before = now - <usize>number(state, BACK);
    for (let k: usize = 0; k < bytes; k += 16) {
      v128.store(out + k, canonicalPair(f64x2.mul(half, f64x2.add(v128.load(now + k), v128.load(before + k)))));
    }
    from += bytes;
  }
}
