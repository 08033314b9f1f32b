// Patterns of one candle, some of them told apart by where the candle before it stood.
import {
  above, all, all4, atLeast, atMost, black, body, both, bottom, coloured, either, gapsDown, gapsUp, hasNoLowerShadow, hasNoUpperShadow, high, hundred, isDoji,
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

export function beltHold(k: usize): v128 {
  return when(both(isLong(k), either(both(white(k), hasNoLowerShadow(k)), both(black(k), hasNoUpperShadow(k)))), coloured(k));
}

export function closingMarubozu(k: usize): v128 {
  return when(both(isLong(k), either(both(white(k), hasNoUpperShadow(k)), both(black(k), hasNoLowerShadow(k)))), coloured(k));
}

export function marubozu(k: usize): v128 {
  return when(all(isLong(k), hasNoUpperShadow(k), hasNoLowerShadow(k)), coloured(k));
}

export function longLine(k: usize): v128 {
  return when(both(isLong(k), hasShortShadows(k)), coloured(k));
}

export function shortLine(k: usize): v128 {
  return when(both(isShort(k), hasShortShadows(k)), coloured(k));
}

export function spinningTop(k: usize): v128 {
  return when(all(isShort(k), hasLongUpperShadow(k), hasLongLowerShadow(k)), coloured(k));
}

export function highWave(k: usize): v128 {
  const long = part(2, body(k));
  return when(all(isShort(k), above(upperShadow(k), long), above(lowerShadow(k), long)), coloured(k));
}

export function doji(k: usize): v128 {
  return when(isDoji(k), hundred());
}

export function dragonflyDoji(k: usize): v128 {
  return when(all(isDoji(k), hasNoUpperShadow(k), above(lowerShadow(k), sliver(k))), hundred());
}

export function gravestoneDoji(k: usize): v128 {
  return when(all(isDoji(k), hasNoLowerShadow(k), above(upperShadow(k), sliver(k))), hundred());
}

export function longLeggedDoji(k: usize): v128 {
  return when(both(isDoji(k), either(hasLongLowerShadow(k), hasLongUpperShadow(k))), hundred());
}

export function rickshawMan(k: usize): v128 {
  const middle = f64x2.add(low(k), part(0.5, f64x2.sub(high(k), low(k))));
  const isInMiddle = both(atMost(bottom(k), f64x2.add(middle, near(k))), atLeast(top(k), f64x2.sub(middle, near(k))));
  return when(all4(isDoji(k), hasLongLowerShadow(k), hasLongUpperShadow(k), isInMiddle), hundred());
}

export function takuri(k: usize): v128 {
  return when(all(isDoji(k), hasNoUpperShadow(k), above(lowerShadow(k), part(2, body(k)))), hundred());
}

// @ts-ignore: decorator
@inline
function isHammer(k: usize): v128 {
  return all(isShort(k), hasLongLowerShadow(k), hasNoUpperShadow(k));
}

export function hammer(k: usize): v128 {
  return when(both(isHammer(k), atMost(bottom(k), f64x2.add(low(k, 1), near(k, 1)))), hundred());
}

export function hangingMan(k: usize): v128 {
  return when(both(isHammer(k), atLeast(bottom(k), f64x2.sub(high(k, 1), near(k, 1)))), minusHundred());
}

// @ts-ignore: decorator
@inline
function isHammerUpsideDown(k: usize): v128 {
  return all(isShort(k), hasLongUpperShadow(k), hasNoLowerShadow(k));
}

export function invertedHammer(k: usize): v128 {
  return when(both(isHammerUpsideDown(k), gapsDown(k, 0, 1)), hundred());
}

export function shootingStar(k: usize): v128 {
  return when(both(isHammerUpsideDown(k), gapsUp(k, 0, 1)), minusHundred());
}
