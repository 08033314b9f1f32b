// Candle patterns: each row's value says whether the last candles are one. The candles and their measures are engine/candle.ts, the patterns the files
// beside this one. A row with a gap among the last of `lookback` rows gives NaN.
//   numbers: 0 penetration, of patterns that have one │ 1 what the pattern measures by │ 2 its look-back
import { BODIES, CANDLES_BYTES, LEAD, NEARNESS, RANGES, SHADOWS, showCandles } from '../engine/candle';
import { PARTS, number, setNumber } from '../engine/parts';
import { wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { lastGap, rows, setLastGap, setRows } from '../state';
import {
  breakaway, concealingBabySwallow, hikkake, hikkakeModified, ladderBottom, matHold, riseFallThreeMethods, threeBlackCrows, threeLineStrike,
} from './candle-many';
import {
  beltHold, closingMarubozu, doji, dragonflyDoji, gravestoneDoji, hammer, hangingMan, highWave, invertedHammer, longLeggedDoji, longLine, marubozu,
  rickshawMan, shootingStar, shortLine, spinningTop, takuri,
} from './candle-one';
import {
  abandonedBaby, advanceBlock, eveningDojiStar, eveningStar, gapSideSideWhite, identicalThreeCrows, morningDojiStar, morningStar,
  sideGapThreeMethods, stalledPattern, stickSandwich, tasukiGap, threeInside, threeOutside, threeStarsInSouth, threeWhiteSoldiers, tristar, twoCrows,
  uniqueThreeRiver, upsideGapTwoCrows,
} from './candle-three';
import {
  counterattack, darkCloudCover, dojiStar, engulfing, harami, haramiCross, homingPigeon, inNeck, kicking, kickingByLength, matchingLow, onNeck,
  piercing, separatingLines, thrusting,
} from './candle-two';

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
    showCandles(input(inputs, 0) + from, input(inputs, 1) + from, input(inputs, 2) + from, input(inputs, 3) + from, before, bytes, measures);
    for (let k: usize = 0; k < bytes; k += 16) v128.store(out + from + k, patternOf(op, state, LEAD + k)); // T2
    blankGaps(state, inputs, out, from, bytes);
  }
}

/** NaN before the look-back is full of rows that are whole. */
function blankGaps(state: usize, inputs: usize, out: usize, from: usize, bytes: usize): void {
  const row = rows(state);
  const lookback = <i64>number(state, 2);
  setRows(state, row + <i64>(bytes >> 3));
  if (row - max(lastGap(state), -1) > lookback && wholeBytes(inputs, 4, from, from + bytes) == bytes) return;
  for (let k = from; k < from + bytes; k += 8) {
    const at = row + <i64>((k - from) >> 3);
    if (wholeBytes(inputs, 4, k, k + 8) == 0) setLastGap(state, at);
    if (at < lookback || at - lastGap(state) <= lookback) store<f64>(out + k, NaN);
  }
}

// @ts-ignore: decorator
@inline
function patternOf(op: i32, state: usize, k: usize): v128 {
  switch (op) {
    case 200: return twoCrows(k);
    case 201: return threeBlackCrows(k);
    case 202: return threeInside(k);
    case 203: return threeLineStrike(k);
    case 204: return threeOutside(k);
    case 205: return threeStarsInSouth(k);
    case 206: return threeWhiteSoldiers(k);
    case 207: return abandonedBaby(k, number(state, 0));
    case 208: return advanceBlock(k);
    case 209: return beltHold(k);
    case 210: return breakaway(k);
    case 211: return closingMarubozu(k);
    case 212: return concealingBabySwallow(k);
    case 213: return counterattack(k);
    case 214: return darkCloudCover(k, number(state, 0));
    case 215: return doji(k);
    case 216: return dojiStar(k);
    case 217: return dragonflyDoji(k);
    case 218: return engulfing(k);
    case 219: return eveningDojiStar(k, number(state, 0));
    case 220: return eveningStar(k, number(state, 0));
    case 221: return gapSideSideWhite(k);
    case 222: return gravestoneDoji(k);
    case 223: return hammer(k);
    case 224: return hangingMan(k);
    case 225: return harami(k);
    case 226: return haramiCross(k);
    case 227: return highWave(k);
    case 228: return hikkake(k);
    case 229: return hikkakeModified(k);
    case 230: return homingPigeon(k);
    case 231: return identicalThreeCrows(k);
    case 232: return inNeck(k);
    case 233: return invertedHammer(k);
    case 234: return kicking(k);
    case 235: return kickingByLength(k);
    case 236: return ladderBottom(k);
    case 237: return longLeggedDoji(k);
    case 238: return longLine(k);
    case 239: return marubozu(k);
    case 240: return matchingLow(k);
    case 241: return matHold(k, number(state, 0));
    case 242: return morningDojiStar(k, number(state, 0));
    case 243: return morningStar(k, number(state, 0));
    case 244: return onNeck(k);
    case 245: return piercing(k);
    case 246: return rickshawMan(k);
    case 247: return riseFallThreeMethods(k);
    case 248: return separatingLines(k);
    case 249: return shootingStar(k);
    case 250: return shortLine(k);
    case 251: return spinningTop(k);
    case 252: return stalledPattern(k);
    case 253: return stickSandwich(k);
    case 254: return takuri(k);
    case 255: return tasukiGap(k);
    case 256: return thrusting(k);
    case 257: return tristar(k);
    case 258: return uniqueThreeRiver(k);
    case 259: return upsideGapTwoCrows(k);
    case 260: return sideGapThreeMethods(k);
    default: return f64x2.splat(NaN);
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
