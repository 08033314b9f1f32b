// Patterns of two candles.
import {
  LEAD, above, alike, all, all4, atLeast, atMost, below, black, body, both, bottom, choose, close, coloured, either, equal, gapsDown, gapsUp, hasNoLowerShadow,
  hasNoUpperShadow, high, hundred, isAtMostUsual, isDoji, isLong, little, low, minusHundred, not, open, part, top, when, white,
} from '../engine/candle';

// @ts-ignore: decorator
@inline
function turnsColour(k: usize): v128 {
  return not(alike(k, 0, 1));
}

function counterattack(k: usize): v128 {
  return when(all4(turnsColour(k), isLong(k, 1), isLong(k), equal(close(k), close(k, 1), k, 1)), coloured(k));
}

function darkCloudCover(k: usize, penetration: f64): v128 {
  const opensAbove = all4(white(k, 1), isLong(k, 1), black(k), above(open(k), high(k, 1)));
  const closesDeep = both(above(close(k), open(k, 1)), below(close(k), f64x2.sub(close(k, 1), part(penetration, body(k, 1)))));
  return when(both(opensAbove, closesDeep), minusHundred());
}

function piercing(k: usize): v128 {
  const closesDeep = all(isLong(k), below(close(k), open(k, 1)), above(close(k), f64x2.add(close(k, 1), part(0.5, body(k, 1)))));
  return when(both(risesFromBelow(k), closesDeep), hundred());
}

function dojiStar(k: usize): v128 {
  const gapsOn = choose(white(k, 1), gapsUp(k, 0, 1), gapsDown(k, 0, 1));
  return when(all(isLong(k, 1), isDoji(k), gapsOn), f64x2.neg(coloured(k, 1)));
}

/** 80 where the bodies share an end, 0 where they share both. */
function engulfing(k: usize): v128 {
  const isOver = both(atLeast(top(k), top(k, 1)), below(bottom(k), bottom(k, 1)));
  const isUnder = both(above(top(k), top(k, 1)), atMost(bottom(k), bottom(k, 1)));
  return when(both(turnsColour(k), either(isOver, isUnder)), choose(both(isOver, isUnder), coloured(k), part(0.8, coloured(k))));
}

/** A body within that of the candle before: 80 where they share an end. */
// @ts-ignore: decorator
@inline
function inside(k: usize, found: v128): v128 {
  const fits = both(atMost(top(k), top(k, 1)), atLeast(bottom(k), bottom(k, 1)));
  const isFree = both(below(top(k), top(k, 1)), above(bottom(k), bottom(k, 1)));
  return when(all(isLong(k, 1), found, fits), choose(isFree, f64x2.neg(coloured(k, 1)), part(-0.8, coloured(k, 1))));
}

function harami(k: usize): v128 {
  return inside(k, isAtMostUsual(k));
}

function haramiCross(k: usize): v128 {
  return inside(k, isDoji(k));
}

function homingPigeon(k: usize): v128 {
  const falls = all4(black(k, 1), black(k), isLong(k, 1), isAtMostUsual(k));
  return when(all(falls, below(open(k), open(k, 1)), above(close(k), close(k, 1))), hundred());
}

/** A white candle that opens below a long black one: what it is called hangs on how far up it closes. */
// @ts-ignore: decorator
@inline
function risesFromBelow(k: usize): v128 {
  return all4(black(k, 1), isLong(k, 1), white(k), below(open(k), low(k, 1)));
}

function inNeck(k: usize): v128 {
  return when(all(risesFromBelow(k), atLeast(close(k), close(k, 1)), equal(close(k), close(k, 1), k, 1)), minusHundred());
}

function onNeck(k: usize): v128 {
  return when(both(risesFromBelow(k), equal(close(k), low(k, 1), k, 1)), minusHundred());
}

function thrusting(k: usize): v128 {
  const isAbove = above(close(k), f64x2.add(close(k, 1), little(k, 1)));
  const isBelowMiddle = atMost(close(k), f64x2.add(close(k, 1), part(0.5, body(k, 1))));
  return when(all(risesFromBelow(k), isAbove, isBelowMiddle), minusHundred());
}

// @ts-ignore: decorator
@inline
function isMarubozu(k: usize, back: usize): v128 {
  return all(isLong(k, back), hasNoUpperShadow(k, back), hasNoLowerShadow(k, back));
}

// @ts-ignore: decorator
@inline
function kicks(k: usize): v128 {
  const gaps = choose(white(k), above(low(k), high(k, 1)), below(high(k), low(k, 1)));
  return all4(turnsColour(k), isMarubozu(k, 1), isMarubozu(k, 0), gaps);
}

function kicking(k: usize): v128 {
  return when(kicks(k), coloured(k));
}

function kickingByLength(k: usize): v128 {
  return when(kicks(k), choose(above(body(k), body(k, 1)), coloured(k), coloured(k, 1)));
}

function matchingLow(k: usize): v128 {
  return when(all(black(k, 1), black(k), equal(close(k), close(k, 1), k, 1)), hundred());
}

function separatingLines(k: usize): v128 {
  const runs = choose(white(k), hasNoLowerShadow(k), hasNoUpperShadow(k));
  return when(all4(turnsColour(k), equal(open(k), open(k, 1), k, 1), isLong(k), runs), coloured(k));
}

/** The rows of a tile of one of these patterns, each in a loop of its own: `out` is where the column would begin that ends at `end`. */
export function twoCandleRows(op: i32, penetration: f64, out: usize, end: usize): void {
  switch (op) {
    case 213: for (let k = LEAD; k < end; k += 16) v128.store(out + k, counterattack(k)); return;
    case 214: for (let k = LEAD; k < end; k += 16) v128.store(out + k, darkCloudCover(k, penetration)); return;
    case 216: for (let k = LEAD; k < end; k += 16) v128.store(out + k, dojiStar(k)); return;
    case 218: for (let k = LEAD; k < end; k += 16) v128.store(out + k, engulfing(k)); return;
    case 225: for (let k = LEAD; k < end; k += 16) v128.store(out + k, harami(k)); return;
    case 226: for (let k = LEAD; k < end; k += 16) v128.store(out + k, haramiCross(k)); return;
    case 230: for (let k = LEAD; k < end; k += 16) v128.store(out + k, homingPigeon(k)); return;
    case 232: for (let k = LEAD; k < end; k += 16) v128.store(out + k, inNeck(k)); return;
    case 234: for (let k = LEAD; k < end; k += 16) v128.store(out + k, kicking(k)); return;
    case 235: for (let k = LEAD; k < end; k += 16) v128.store(out + k, kickingByLength(k)); return;
    case 240: for (let k = LEAD; k < end; k += 16) v128.store(out + k, matchingLow(k)); return;
    case 244: for (let k = LEAD; k < end; k += 16) v128.store(out + k, onNeck(k)); return;
    case 245: for (let k = LEAD; k < end; k += 16) v128.store(out + k, piercing(k)); return;
    case 248: for (let k = LEAD; k < end; k += 16) v128.store(out + k, separatingLines(k)); return;
    case 256: for (let k = LEAD; k < end; k += 16) v128.store(out + k, thrusting(k)); return;
    default: return;
  }
}
