// Patterns of three candles.
import {
  LEAD, above, alike, all, all4, atLeast, atMost, below, black, body, both, bottom, choose, close, coloured, either, equal, far, gapsDown, gapsUp, hasNoLowerShadow,
  hasNoUpperShadow, high, hundred, isAtMostUsual, isDoji, isLong, isShort, low, lowerShadow, minusHundred, near, not, open, part, sliver, top, upperShadow,
  usualBody, usualShadow, when, white, within,
} from '../engine/candle';

// @ts-ignore: decorator
@inline
function allWhite(k: usize): v128 {
  return all(white(k, 2), white(k, 1), white(k));
}

// @ts-ignore: decorator
@inline
function allBlack(k: usize): v128 {
  return all(black(k, 2), black(k, 1), black(k));
}

// @ts-ignore: decorator
@inline
function closesRise(k: usize): v128 {
  return both(above(close(k), close(k, 1)), above(close(k, 1), close(k, 2)));
}

/** Opens within the body of the white candle before it, or near its top. */
// @ts-ignore: decorator
@inline
function opensWithin(k: usize, back: usize): v128 {
  return both(above(open(k, back), open(k, back + 1)), atMost(open(k, back), f64x2.add(close(k, back + 1), near(k, back + 1))));
}

/** A long white candle, and a black one whose body gaps above it. */
// @ts-ignore: decorator
@inline
function crowAbove(k: usize): v128 {
  return all4(white(k, 2), isLong(k, 2), black(k, 1), gapsUp(k, 1, 2));
}

function twoCrows(k: usize): v128 {
  const secondFalls = all(black(k), below(open(k), open(k, 1)), above(open(k), close(k, 1)));
  return when(all4(crowAbove(k), secondFalls, above(close(k), open(k, 2)), below(close(k), close(k, 2))), minusHundred());
}

function upsideGapTwoCrows(k: usize): v128 {
  const secondEngulfs = all4(black(k), above(open(k), open(k, 1)), below(close(k), close(k, 1)), above(close(k), close(k, 2)));
  return when(all(crowAbove(k), isAtMostUsual(k, 1), secondEngulfs), minusHundred());
}

function threeInside(k: usize): v128 {
  const isInside = all4(isLong(k, 2), isAtMostUsual(k, 1), below(top(k, 1), top(k, 2)), above(bottom(k, 1), bottom(k, 2)));
  const turns = choose(white(k, 2), both(black(k), below(close(k), open(k, 2))), both(white(k), above(close(k), open(k, 2))));
  return when(both(isInside, turns), f64x2.neg(coloured(k, 2)));
}

function threeOutside(k: usize): v128 {
  const rises = all4(white(k, 1), black(k, 2), above(close(k, 1), open(k, 2)), below(open(k, 1), close(k, 2)));
  const falls = all4(black(k, 1), white(k, 2), above(open(k, 1), close(k, 2)), below(close(k, 1), open(k, 2)));
  return either(when(both(rises, above(close(k), close(k, 1))), hundred()), when(both(falls, below(close(k), close(k, 1))), minusHundred()));
}

function threeStarsInSouth(k: usize): v128 {
  const first = all(allBlack(k), isLong(k, 2), above(lowerShadow(k, 2), body(k, 2)));
  const opensHigher = both(above(open(k, 1), close(k, 2)), atMost(open(k, 1), high(k, 2)));
  const holds = all(below(low(k, 1), close(k, 2)), atLeast(low(k, 1), low(k, 2)), above(lowerShadow(k, 1), sliver(k, 1)));
  const second = all(below(body(k, 1), body(k, 2)), opensHigher, holds);
  const isWithin = both(above(low(k), low(k, 1)), below(high(k), high(k, 1)));
  const third = all4(isShort(k), hasNoLowerShadow(k), hasNoUpperShadow(k), isWithin);
  return when(all(first, second, third), hundred());
}

function threeWhiteSoldiers(k: usize): v128 {
  const shadows = all(hasNoUpperShadow(k, 2), hasNoUpperShadow(k, 1), hasNoUpperShadow(k));
  const secondKeepsUp = above(body(k, 1), f64x2.sub(body(k, 2), far(k, 2)));
  const thirdKeepsUp = both(above(body(k), f64x2.sub(body(k, 1), far(k, 1))), above(body(k), usualBody(k)));
  const marches = all4(allWhite(k), closesRise(k), opensWithin(k, 1), opensWithin(k, 0));
  return when(all4(marches, shadows, secondKeepsUp, thirdKeepsUp), hundred());
}

function advanceBlock(k: usize): v128 {
  const marches = all4(allWhite(k), closesRise(k), opensWithin(k, 1), opensWithin(k, 0));
  const advances = all(marches, isLong(k, 2), below(upperShadow(k, 2), usualShadow(k, 2)));
  const shrinksAtOnce = both(below(body(k, 1), f64x2.sub(body(k, 2), far(k, 2))), below(body(k), f64x2.add(body(k, 1), near(k, 1))));
  const shrinksLate = below(body(k), f64x2.sub(body(k, 1), far(k, 1)));
  const shrinks = below(body(k), body(k, 1));
  const isShadowed = either(above(upperShadow(k), usualShadow(k)), above(upperShadow(k, 1), usualShadow(k, 1)));
  const shrinksInShadow = all(shrinks, below(body(k, 1), body(k, 2)), isShadowed);
  const endsInShadow = both(shrinks, above(upperShadow(k), body(k)));
  return when(both(advances, either(either(shrinksAtOnce, shrinksLate), either(shrinksInShadow, endsInShadow))), minusHundred());
}

function stalledPattern(k: usize): v128 {
  const advances = all4(allWhite(k), closesRise(k), all(isLong(k, 2), isLong(k, 1), hasNoUpperShadow(k, 1)), opensWithin(k, 1));
  const shoulder = f64x2.sub(f64x2.sub(close(k, 1), body(k)), near(k, 1));
  return when(all(advances, isShort(k), atLeast(open(k), shoulder)), minusHundred());
}

function identicalThreeCrows(k: usize): v128 {
  const shadows = all(hasNoLowerShadow(k, 2), hasNoLowerShadow(k, 1), hasNoLowerShadow(k));
  const falls = both(above(close(k, 2), close(k, 1)), above(close(k, 1), close(k)));
  const opens = both(equal(open(k, 1), close(k, 2), k, 2), equal(open(k), close(k, 1), k, 1));
  return when(all4(allBlack(k), shadows, falls, opens), minusHundred());
}

/** A black candle that closes deep in the body of the first, a white one. */
// @ts-ignore: decorator
@inline
function fallsDeep(k: usize, penetration: f64): v128 {
  return all(white(k, 2), black(k), below(close(k), f64x2.sub(close(k, 2), part(penetration, body(k, 2)))));
}

/** A white candle that closes deep in the body of the first, a black one. */
// @ts-ignore: decorator
@inline
function risesDeep(k: usize, penetration: f64): v128 {
  return all(black(k, 2), white(k), above(close(k), f64x2.add(close(k, 2), part(penetration, body(k, 2)))));
}

function abandonedBaby(k: usize, penetration: f64): v128 {
  const falls = all(fallsDeep(k, penetration), above(low(k, 1), high(k, 2)), below(high(k), low(k, 1)));
  const rises = all(risesDeep(k, penetration), below(high(k, 1), low(k, 2)), above(low(k), high(k, 1)));
  return when(all4(isLong(k, 2), isDoji(k, 1), above(body(k), usualBody(k)), either(falls, rises)), coloured(k));
}

// @ts-ignore: decorator
@inline
function evening(k: usize, star: v128, penetration: f64): v128 {
  return when(all4(isLong(k, 2), star, gapsUp(k, 1, 2), both(isLong(k), fallsDeep(k, penetration))), minusHundred());
}

// @ts-ignore: decorator
@inline
function morning(k: usize, star: v128, penetration: f64): v128 {
  return when(all4(isLong(k, 2), star, gapsDown(k, 1, 2), both(isLong(k), risesDeep(k, penetration))), hundred());
}

function eveningStar(k: usize, penetration: f64): v128 {
  return evening(k, isAtMostUsual(k, 1), penetration);
}

function eveningDojiStar(k: usize, penetration: f64): v128 {
  return evening(k, isDoji(k, 1), penetration);
}

function morningStar(k: usize, penetration: f64): v128 {
  return morning(k, isAtMostUsual(k, 1), penetration);
}

function morningDojiStar(k: usize, penetration: f64): v128 {
  return morning(k, isDoji(k, 1), penetration);
}

function gapSideSideWhite(k: usize): v128 {
  const isUp = both(gapsUp(k, 1, 2), gapsUp(k, 0, 2));
  const isDown = both(gapsDown(k, 1, 2), gapsDown(k, 0, 2));
  const areTwins = both(within(body(k), body(k, 1), near(k, 1)), equal(open(k), open(k, 1), k, 1));
  return when(all4(either(isUp, isDown), white(k, 1), white(k), areTwins), choose(isUp, hundred(), minusHundred()));
}

function tasukiGap(k: usize): v128 {
  const isTurn = both(not(alike(k, 0, 1)), below(f64x2.abs(f64x2.sub(body(k, 1), body(k))), near(k, 1)));
  const opensInBody = both(above(open(k), bottom(k, 1)), below(open(k), top(k, 1)));
  const falls = all(gapsUp(k, 1, 2), below(close(k), open(k, 1)), above(close(k), top(k, 2)));
  const rises = all(gapsDown(k, 1, 2), above(close(k), open(k, 1)), below(close(k), bottom(k, 2)));
  return when(all(isTurn, opensInBody, choose(white(k, 1), falls, rises)), coloured(k, 1));
}

function sideGapThreeMethods(k: usize): v128 {
  const colours = both(alike(k, 2, 1), not(alike(k, 1, 0)));
  const opensInSecond = both(below(open(k), top(k, 1)), above(open(k), bottom(k, 1)));
  const closesInFirst = both(below(close(k), top(k, 2)), above(close(k), bottom(k, 2)));
  return when(all4(colours, opensInSecond, closesInFirst, choose(white(k, 2), gapsUp(k, 1, 2), gapsDown(k, 1, 2))), coloured(k, 2));
}

function stickSandwich(k: usize): v128 {
  return when(both(all(black(k, 2), white(k, 1), black(k)), both(above(low(k, 1), close(k, 2)), equal(close(k), close(k, 2), k, 2))), hundred());
}

/** Each of the three is a doji beside what came before the first. */
function tristar(k: usize): v128 {
  const most = sliver(k, 2);
  const areDojis = all(atMost(body(k, 2), most), atMost(body(k, 1), most), atMost(body(k), most));
  const isAbove = both(gapsUp(k, 1, 2), below(top(k), top(k, 1)));
  const isBelow = both(gapsDown(k, 1, 2), above(bottom(k), bottom(k, 1)));
  return when(areDojis, either(when(isAbove, minusHundred()), when(isBelow, hundred())));
}

function uniqueThreeRiver(k: usize): v128 {
  const secondDips = all4(black(k, 1), above(close(k, 1), close(k, 2)), atMost(open(k, 1), open(k, 2)), below(low(k, 1), low(k, 2)));
  const third = all(isShort(k), white(k), above(open(k), low(k, 1)));
  return when(all4(black(k, 2), isLong(k, 2), secondDips, third), hundred());
}

/** The rows of a tile of one of these patterns, each in a loop of its own: `out` is where the column would begin that ends at `end`. */
export function threeCandleRows(op: i32, penetration: f64, out: usize, end: usize): void {
  switch (op) {
    case 200: for (let k = LEAD; k < end; k += 16) v128.store(out + k, twoCrows(k)); return;
    case 202: for (let k = LEAD; k < end; k += 16) v128.store(out + k, threeInside(k)); return;
    case 204: for (let k = LEAD; k < end; k += 16) v128.store(out + k, threeOutside(k)); return;
    case 205: for (let k = LEAD; k < end; k += 16) v128.store(out + k, threeStarsInSouth(k)); return;
    case 206: for (let k = LEAD; k < end; k += 16) v128.store(out + k, threeWhiteSoldiers(k)); return;
    case 207: for (let k = LEAD; k < end; k += 16) v128.store(out + k, abandonedBaby(k, penetration)); return;
    case 208: for (let k = LEAD; k < end; k += 16) v128.store(out + k, advanceBlock(k)); return;
    case 219: for (let k = LEAD; k < end; k += 16) v128.store(out + k, eveningDojiStar(k, penetration)); return;
    case 220: for (let k = LEAD; k < end; k += 16) v128.store(out + k, eveningStar(k, penetration)); return;
    case 221: for (let k = LEAD; k < end; k += 16) v128.store(out + k, gapSideSideWhite(k)); return;
    case 231: for (let k = LEAD; k < end; k += 16) v128.store(out + k, identicalThreeCrows(k)); return;
    case 242: for (let k = LEAD; k < end; k += 16) v128.store(out + k, morningDojiStar(k, penetration)); return;
    case 243: for (let k = LEAD; k < end; k += 16) v128.store(out + k, morningStar(k, penetration)); return;
    case 252: for (let k = LEAD; k < end; k += 16) v128.store(out + k, stalledPattern(k)); return;
    case 253: for (let k = LEAD; k < end; k += 16) v128.store(out + k, stickSandwich(k)); return;
    case 255: for (let k = LEAD; k < end; k += 16) v128.store(out + k, tasukiGap(k)); return;
    case 257: for (let k = LEAD; k < end; k += 16) v128.store(out + k, tristar(k)); return;
    case 258: for (let k = LEAD; k < end; k += 16) v128.store(out + k, uniqueThreeRiver(k)); return;
    case 259: for (let k = LEAD; k < end; k += 16) v128.store(out + k, upsideGapTwoCrows(k)); return;
    case 260: for (let k = LEAD; k < end; k += 16) v128.store(out + k, sideGapThreeMethods(k)); return;
    default: return;
  }
}
