// Candle patterns: each row's value says whether the last candles are one. The candles and their measures are engine/candle.ts, the patterns the files
// beside this one. A row with a gap among the last of `lookback` rows gives NaN.
//   numbers: 0 penetration, of patterns that have one │ 1 what the pattern measures by │ 2 its look-back
import { LEAD } from '../engine/candle';
import { BODIES, CANDLES_BYTES, NEARNESS, RANGES, SHADOWS, showCandles } from '../engine/candle-measures';
import { PARTS, number, setNumber } from '../engine/parts';
import { wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { lastGap, rows, setLastGap, setRows } from '../state';
import { manyCandleRows } from './candle-many';
import { oneCandleRows } from './candle-one';
import { threeCandleRows } from './candle-three';
import { twoCandleRows } from './candle-two';

export const FIRST_CANDLE: i32 = 200;
export const LAST_CANDLE: i32 = 260;

export function candleBytes(): usize {
  return PARTS;
}

export function candleInit(op: i32, state: usize, params: usize): void {
  setNumber(state, 0, load<f64>(params));
  const terms = termsOf(op);
  setNumber(state, 1, <f64>(terms & 15));
  setNumber(state, 2, <f64>(terms >> 4));
}

export function candleRun(op: i32, state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const out = output(outputs, 0);
  const measures = <i32>number(state, 1);
  const before = <usize>number(state, 2) << 3;
  for (let from: usize = 0; from < end; from += CANDLES_BYTES) {
    const bytes = min(CANDLES_BYTES, end - from);
    const areWhole = showCandles(input(inputs, 0) + from, input(inputs, 1) + from, input(inputs, 2) + from, input(inputs, 3) + from, before, bytes, measures);
    patternRows(op, number(state, 0), out + from - LEAD, LEAD + bytes); // T2
    blankGaps(state, inputs, out, from, bytes, areWhole);
  }
}

/** NaN before the look-back is full of rows that are whole. */
function blankGaps(state: usize, inputs: usize, out: usize, from: usize, bytes: usize, areWhole: bool): void {
  const row = rows(state);
  const lookback = <i64>number(state, 2);
  setRows(state, row + <i64>(bytes >> 3));
  if (areWhole && row - max(lastGap(state), -1) > lookback) return;
  for (let k = from; k < from + bytes; k += 8) {
    const at = row + <i64>((k - from) >> 3);
    if (wholeBytes(inputs, 4, k, k + 8) == 0) setLastGap(state, at);
    if (at < lookback || at - lastGap(state) <= lookback) store<f64>(out + k, NaN);
  }
}

/** Patterns stand in the file of as many candles as they are of. */
// @ts-ignore: decorator
@inline
function patternRows(op: i32, penetration: f64, out: usize, end: usize): void {
  switch (op) {
    case 209: case 211: case 215: case 217: case 222: case 223: case 224: case 227: case 233: case 237: case 238: case 239: case 246: case 249: case 250: case 251:
    case 254: return oneCandleRows(op, out, end);
    case 213: case 214: case 216: case 218: case 225: case 226: case 230: case 232: case 234: case 235: case 240: case 244: case 245: case 248: case 256:
      return twoCandleRows(op, penetration, out, end);
    case 201: case 203: case 210: case 212: case 228: case 229: case 236: case 241: case 247: return manyCandleRows(op, penetration, out, end);
    default: return threeCandleRows(op, penetration, out, end);
  }
}

/** Look-back of a pattern, and what it measures by in the lowest four bits. */
function termsOf(op: i32): i32 {
  switch (op) {
    case 218: case 260: return terms(2, 0);
    case 204: return terms(3, 0);
    case 228: return terms(5, 0);
    case 240: return terms(6, NEARNESS);
    case 221: case 253: case 255: return terms(7, NEARNESS);
    case 203: return terms(8, NEARNESS);
    case 227: case 251: return terms(10, BODIES);
    case 215: case 217: case 222: case 237: case 254: return terms(10, RANGES);
    case 209: case 211: case 239: return terms(10, BODIES | RANGES);
    case 229: return terms(10, NEARNESS);
    case 246: return terms(10, RANGES | NEARNESS);
    case 238: case 250: return terms(10, BODIES | SHADOWS);
    case 214: case 225: case 230: case 245: return terms(11, BODIES);
    case 216: case 226: case 233: case 234: case 235: case 249: return terms(11, BODIES | RANGES);
    case 213: case 232: case 244: case 256: return terms(11, BODIES | NEARNESS);
    case 223: case 224: case 248: return terms(11, BODIES | RANGES | NEARNESS);
    case 200: case 202: case 220: case 243: case 258: case 259: return terms(12, BODIES);
    case 257: return terms(12, RANGES);
    case 205: case 207: case 219: case 242: return terms(12, BODIES | RANGES);
    case 231: return terms(12, RANGES | NEARNESS);
    case 206: case 252: return terms(12, BODIES | RANGES | NEARNESS);
    case 208: return terms(12, BODIES | NEARNESS | SHADOWS);
    case 201: case 212: return terms(13, RANGES);
    case 210: case 241: case 247: return terms(14, BODIES);
    case 236: return terms(14, RANGES);
    default: return 0;
  }
}

// @ts-ignore: decorator
@inline
function terms(lookback: i32, measures: i32): i32 {
  return (lookback << 4) | measures;
}
