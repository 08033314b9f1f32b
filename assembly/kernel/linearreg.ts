// The straight line through a window, by least squares. With the rows numbered, all of it lies in two means, the plain one and the weighted:
// slope = 6·(wma − sma) / (period − 1), end = 3·wma − 2·sma, start = 4·sma − 3·wma. For decimals both means are exact.
//   parts: 0 plain mean │ 1 weighted mean │ number 0: 6 / (period − 1)
import { atan } from '../engine/math';
import { meanBytes, meanRun } from '../engine/mean';
import { Plain, Weighted } from '../engine/mean-layout';
import { PARTS, number, part, placeMean, setNumber } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonical, canonicalPair } from '../value';

export const LINEARREG: i32 = 69;
export const SLOPE: i32 = 70;
export const INTERCEPT: i32 = 71;
export const ANGLE: i32 = 72;
export const TSF: i32 = 73;

const DEGREES: f64 = 57.29577951308232; // 180 / π

export function lineBytes(params: usize): usize {
  const period = <i32>load<f64>(params);
  return PARTS + meanBytes<Plain>(period) + meanBytes<Weighted>(period);
}

/** Answers where a further part goes. */
export function placeLine(state: usize, period: f64): usize {
  setNumber(state, 0, 6 / (period - 1));
  return placeMean<Weighted>(state, 1, placeMean<Plain>(state, 0, state + PARTS, period), period);
}

export function lineInit(state: usize, params: usize): void {
  placeLine(state, load<f64>(params));
}

export function lineRun(op: i32, state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const out = output(outputs, 0) + from;
    meansRows(state, input(inputs, 0) + from, bytes);
    if (op == ANGLE) angles(out, bytes, number(state, 0));
    else lines(op, out, bytes, number(state, 0));
    from += bytes;
  }
}

/** The plain means in scratch column 0, and how much greater the weighted ones are in column 1. */
export function meansRows(state: usize, x: usize, bytes: usize): void {
  meanRun<Plain>(part(state, 0), x, scratch(0), <i32>(bytes >> 3));
  meanRun<Weighted>(part(state, 1), x, scratch(1), <i32>(bytes >> 3));
  for (let k: usize = 0; k < bytes; k += 16) v128.store(scratch(1) + k, f64x2.sub(v128.load(scratch(1) + k), v128.load(scratch(0) + k)));
}

/** Each is a·mean + b·excess: the slope, or the line at the first row of the window, at the last, or one row on. */
function lines(op: i32, out: usize, bytes: usize, slope: f64): void {
  const a = f64x2.splat(op == SLOPE ? 0 : 1);
  const b = f64x2.splat(op == SLOPE ? slope : op == INTERCEPT ? -3 : op == TSF ? 3 + slope : 3);
  for (let k: usize = 0; k < bytes; k += 16) {
    v128.store(out + k, canonicalPair(f64x2.add(f64x2.mul(a, v128.load(scratch(0) + k)), f64x2.mul(b, v128.load(scratch(1) + k)))));
  }
}

function angles(out: usize, bytes: usize, slope: f64): void {
  for (let k: usize = 0; k < bytes; k += 8) store<f64>(out + k, canonical(DEGREES * atan(slope * load<f64>(scratch(1) + k))));
}
