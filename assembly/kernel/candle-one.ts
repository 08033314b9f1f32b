// Patterns of one candle, some of them told apart by where the candle before it stood.
import {
  LEAD, above, all, all4, atLeast, atMost, black, body, both, bottom, coloured, either, gapsDown, gapsUp, hasNoLowerShadow, hasNoUpperShadow, high, hundred, isDoji,
  isLong, isShort, below, low, lowerShadow, minusHundred, near, part, sliver, top, upperShadow, usualShadow, when, white,
} from '../engine/candle';

// @ts-ignore: decorator
@inline
function hasLongUpperShadow(k: usize): v128 {
  return above(upperShadow(k), body(k));
}

// @ts-ignore: decorator
@inline
function hasLongLowerShadow(k: usize): v128 {
  return above(lowerShadow(k), body(k));
}

// @ts-ignore: decorator
@inline
function hasShortShadows(k: usize): v128 {
  return both(below(upperShadow(k), usualShadow(k)), below(lowerShadow(k), usualShadow(k)));
}

function beltHold(k: usize): v128 {
  return when(both(isLong(k), either(both(white(k), hasNoLowerShadow(k)), both(black(k), hasNoUpperShadow(k)))), coloured(k));
}

function closingMarubozu(k: usize): v128 {
  return when(both(isLong(k), either(both(white(k), hasNoUpperShadow(k)), both(black(k), hasNoLowerShadow(k)))), coloured(k));
}

function marubozu(k: usize): v128 {
  return when(all(isLong(k), hasNoUpperShadow(k), hasNoLowerShadow(k)), coloured(k));
}

function longLine(k: usize): v128 {
  return when(both(isLong(k), hasShortShadows(k)), coloured(k));
}

function shortLine(k: usize): v128 {
  return when(both(isShort(k), hasShortShadows(k)), coloured(k));
}

function spinningTop(k: usize): v128 {
  return when(all(isShort(k), hasLongUpperShadow(k), hasLongLowerShadow(k)), coloured(k));
}

function highWave(k: usize): v128 {
  const long = part(2, body(k));
  return when(all(isShort(k), above(upperShadow(k), long), above(lowerShadow(k), long)), coloured(k));
}

function doji(k: usize): v128 {
  return when(isDoji(k), hundred());
}

function dragonflyDoji(k: usize): v128 {
  return when(all(isDoji(k), hasNoUpperShadow(k), above(lowerShadow(k), sliver(k))), hundred());
}

function gravestoneDoji(k: usize): v128 {
  return when(all(isDoji(k), hasNoLowerShadow(k), above(upperShadow(k), sliver(k))), hundred());
}

function longLeggedDoji(k: usize): v128 {
  return when(both(isDoji(k), either(hasLongLowerShadow(k), hasLongUpperShadow(k))), hundred());
}

function rickshawMan(k: usize): v128 {
  const middle = f64x2.add(low(k), part(0.5, f64x2.sub(high(k), low(k))));
  const isInMiddle = both(atMost(bottom(k), f64x2.add(middle, near(k))), atLeast(top(k), f64x2.sub(middle, near(k))));
  return when(all4(isDoji(k), hasLongLowerShadow(k), hasLongUpperShadow(k), isInMiddle), hundred());
}

function takuri(k: usize): v128 {
  return when(all(isDoji(k), hasNoUpperShadow(k), above(lowerShadow(k), part(2, body(k)))), hundred());
}

// @ts-ignore: decorator
@inline
function isHammer(k: usize): v128 {
  return all(isShort(k), hasLongLowerShadow(k), hasNoUpperShadow(k));
}

function hammer(k: usize): v128 {
  return when(both(isHammer(k), atMost(bottom(k), f64x2.add(low(k, 1), near(k, 1)))), hundred());
}

function hangingMan(k: usize): v128 {
  return when(both(isHammer(k), atLeast(bottom(k), f64x2.sub(high(k, 1), near(k, 1)))), minusHundred());
}

// @ts-ignore: decorator
@inline
function isHammerUpsideDown(k: usize): v128 {
  return all(isShort(k), hasLongUpperShadow(k), hasNoLowerShadow(k));
}

function invertedHammer(k: usize): v128 {
  return when(both(isHammerUpsideDown(k), gapsDown(k, 0, 1)), hundred());
}

function shootingStar(k: usize): v128 {
  return when(both(isHammerUpsideDown(k), gapsUp(k, 0, 1)), minusHundred());
}

/** The rows of a tile of one of these patterns, each in a loop of its own: `out` is where the column would begin that ends at `end`. */
export function oneCandleRows(op: i32, out: usize, end: usize): void {
  switch (op) {
    case 209: for (let k = LEAD; k < end; k += 16) v128.store(out + k, beltHold(k)); return;
    case 211: for (let k = LEAD; k < end; k += 16) v128.store(out + k, closingMarubozu(k)); return;
    case 215: for (let k = LEAD; k < end; k += 16) v128.store(out + k, doji(k)); return;
    case 217: for (let k = LEAD; k < end; k += 16) v128.store(out + k, dragonflyDoji(k)); return;
    case 222: for (let k = LEAD; k < end; k += 16) v128.store(out + k, gravestoneDoji(k)); return;
    case 223: for (let k = LEAD; k < end; k += 16) v128.store(out + k, hammer(k)); return;
    case 224: for (let k = LEAD; k < end; k += 16) v128.store(out + k, hangingMan(k)); return;
    case 227: for (let k = LEAD; k < end; k += 16) v128.store(out + k, highWave(k)); return;
    case 233: for (let k = LEAD; k < end; k += 16) v128.store(out + k, invertedHammer(k)); return;
    case 237: for (let k = LEAD; k < end; k += 16) v128.store(out + k, longLeggedDoji(k)); return;
    case 238: for (let k = LEAD; k < end; k += 16) v128.store(out + k, longLine(k)); return;
    case 239: for (let k = LEAD; k < end; k += 16) v128.store(out + k, marubozu(k)); return;
    case 246: for (let k = LEAD; k < end; k += 16) v128.store(out + k, rickshawMan(k)); return;
    case 249: for (let k = LEAD; k < end; k += 16) v128.store(out + k, shootingStar(k)); return;
    case 250: for (let k = LEAD; k < end; k += 16) v128.store(out + k, shortLine(k)); return;
    case 251: for (let k = LEAD; k < end; k += 16) v128.store(out + k, spinningTop(k)); return;
    case 254: for (let k = LEAD; k < end; k += 16) v128.store(out + k, takuri(k)); return;
    default: return;
  }
}
