// Patterns of four candles and more, and those that a later candle confirms.
import {
  LEAD, above, alike, all, all4, atLeast, atMost, below, black, body, both, bottom, choose, close, coloured, either, gapsDown, gapsUp, hasNoLowerShadow, hasNoUpperShadow,
  high, hundred, isLong, isShort, keepWay, low, minusHundred, near, not, open, part, sliver, top, upperShadow, way, when, white,
} from '../engine/candle';

function threeBlackCrows(k: usize): v128 {
  const colours = all4(white(k, 3), black(k, 2), black(k, 1), black(k));
  const shadows = all(hasNoLowerShadow(k, 2), hasNoLowerShadow(k, 1), hasNoLowerShadow(k));
  const opens = all4(below(open(k, 1), open(k, 2)), above(open(k, 1), close(k, 2)), below(open(k), open(k, 1)), above(open(k), close(k, 1)));
  const falls = all(above(high(k, 3), close(k, 2)), above(close(k, 2), close(k, 1)), above(close(k, 1), close(k)));
  return when(all4(colours, shadows, opens, falls), minusHundred());
}

function threeLineStrike(k: usize): v128 {
  const colours = all(alike(k, 3, 1), alike(k, 2, 1), not(alike(k, 0, 1)));
  const rise = both(above(close(k, 1), close(k, 2)), above(close(k, 2), close(k, 3)));
  const fall = both(below(close(k, 1), close(k, 2)), below(close(k, 2), close(k, 3)));
  const strikesDown = both(above(open(k), close(k, 1)), below(close(k), open(k, 3)));
  const strikesUp = both(below(open(k), close(k, 1)), above(close(k), open(k, 3)));
  const strikes = choose(white(k, 1), both(rise, strikesDown), both(fall, strikesUp));
  return when(all4(colours, opensNear(k, 2), opensNear(k, 1), strikes), coloured(k, 1));
}

/** Opens within the body of the candle before it, or near it. */
// @ts-ignore: decorator
@inline
function opensNear(k: usize, back: usize): v128 {
  const distance = near(k, back + 1);
  return both(atLeast(open(k, back), f64x2.sub(bottom(k, back + 1), distance)), atMost(open(k, back), f64x2.add(top(k, back + 1), distance)));
}

function concealingBabySwallow(k: usize): v128 {
  const colours = all4(black(k, 3), black(k, 2), black(k, 1), black(k));
  const marubozus = all4(hasNoLowerShadow(k, 3), hasNoUpperShadow(k, 3), hasNoLowerShadow(k, 2), hasNoUpperShadow(k, 2));
  const third = all(gapsDown(k, 1, 2), above(upperShadow(k, 1), sliver(k, 1)), above(high(k, 1), close(k, 2)));
  return when(all4(colours, marubozus, third, both(above(high(k), high(k, 1)), below(low(k), low(k, 1)))), hundred());
}

function breakaway(k: usize): v128 {
  const colours = all(alike(k, 4, 3), alike(k, 3, 1), not(alike(k, 0, 1)));
  const highsRise = both(above(high(k, 2), high(k, 3)), above(high(k, 1), high(k, 2)));
  const lowsRise = both(above(low(k, 2), low(k, 3)), above(low(k, 1), low(k, 2)));
  const highsFall = both(below(high(k, 2), high(k, 3)), below(high(k, 1), high(k, 2)));
  const lowsFall = both(below(low(k, 2), low(k, 3)), below(low(k, 1), low(k, 2)));
  const falls = both(all(gapsUp(k, 3, 4), highsRise, lowsRise), both(below(close(k), open(k, 3)), above(close(k), close(k, 4))));
  const rises = both(all(gapsDown(k, 3, 4), highsFall, lowsFall), both(above(close(k), open(k, 3)), below(close(k), close(k, 4))));
  return when(all(isLong(k, 4), colours, choose(white(k, 4), falls, rises)), coloured(k));
}

function ladderBottom(k: usize): v128 {
  const opensFall = both(above(open(k, 4), open(k, 3)), above(open(k, 3), open(k, 2)));
  const closesFall = both(above(close(k, 4), close(k, 3)), above(close(k, 3), close(k, 2)));
  const falls = all(all(black(k, 4), black(k, 3), black(k, 2)), opensFall, closesFall);
  const last = all(white(k), above(open(k), open(k, 1)), above(close(k), high(k, 1)));
  return when(all4(falls, black(k, 1), above(upperShadow(k, 1), sliver(k, 1)), last), hundred());
}

function matHold(k: usize, penetration: f64): v128 {
  const colours = all(white(k, 4), black(k, 3), white(k));
  const sizes = all4(isLong(k, 4), isShort(k, 3), isShort(k, 2), isShort(k, 1));
  const floor = f64x2.sub(close(k, 4), part(penetration, body(k, 4)));
  const enters = both(below(bottom(k, 2), close(k, 4)), below(bottom(k, 1), close(k, 4)));
  const holds = both(above(bottom(k, 2), floor), above(bottom(k, 1), floor));
  const sinks = both(below(top(k, 2), open(k, 3)), below(top(k, 1), top(k, 2)));
  const highest = f64x2.pmax(f64x2.pmax(high(k, 3), high(k, 2)), high(k, 1));
  const breaksOut = both(above(open(k), close(k, 1)), above(close(k), highest));
  return when(all4(colours, sizes, gapsUp(k, 3, 4), all4(enters, holds, sinks, breaksOut)), hundred());
}

function riseFallThreeMethods(k: usize): v128 {
  const colours = all4(not(alike(k, 4, 3)), alike(k, 3, 2), alike(k, 2, 1), not(alike(k, 1, 0)));
  const sizes = both(all4(isLong(k, 4), isShort(k, 3), isShort(k, 2), isShort(k, 1)), isLong(k));
  const reach = all(reachesInto(k, 3), reachesInto(k, 2), reachesInto(k, 1));
  const falls = both(below(close(k, 2), close(k, 3)), below(close(k, 1), close(k, 2)));
  const rises = both(above(close(k, 2), close(k, 3)), above(close(k, 1), close(k, 2)));
  const goesUp = all(falls, above(open(k), close(k, 1)), above(close(k), close(k, 4)));
  const goesDown = all(rises, below(open(k), close(k, 1)), below(close(k), close(k, 4)));
  return when(all4(colours, sizes, reach, choose(white(k, 4), goesUp, goesDown)), coloured(k, 4));
}

/** Has a part of its body in the range of the first candle. */
// @ts-ignore: decorator
@inline
function reachesInto(k: usize, back: usize): v128 {
  return both(below(bottom(k, back), high(k, 4)), above(top(k, back), low(k, 4)));
}

// @ts-ignore: decorator
@inline
function isInside(k: usize, back: usize): v128 {
  return both(below(high(k, back), high(k, back + 1)), above(low(k, back), low(k, back + 1)));
}

/** A candle inside the one before it that the next one leaves: 100 where downwards, for that is taken for a trap, −100 where upwards. */
// @ts-ignore: decorator
@inline
function trap(k: usize): v128 {
  const leavesDown = both(below(high(k), high(k, 1)), below(low(k), low(k, 1)));
  const leavesUp = both(above(high(k), high(k, 1)), above(low(k), low(k, 1)));
  return when(isInside(k, 1), either(when(leavesDown, hundred()), when(leavesUp, minusHundred())));
}

/** The same of two candles, each inside the one before it, the first of which closes near the end where the trap is. */
// @ts-ignore: decorator
@inline
function modifiedTrap(k: usize): v128 {
  const trapped = trap(k);
  const isDown = both(above(trapped, f64x2.splat(0)), atMost(close(k, 2), f64x2.add(low(k, 2), near(k, 2))));
  const isUp = both(below(trapped, f64x2.splat(0)), atLeast(close(k, 2), f64x2.sub(high(k, 2), near(k, 2))));
  return when(both(isInside(k, 2), either(isDown, isUp)), trapped);
}

function hikkakeRows(out: usize, end: usize): void {
  for (let k = LEAD - 32; k < end; k += 16) keepWay(k, trap(k));
  trapsAndConfirmations(out, end);
}

function hikkakeModifiedRows(out: usize, end: usize): void {
  for (let k = LEAD - 32; k < end; k += 16) keepWay(k, modifiedTrap(k));
  trapsAndConfirmations(out, end);
}

function trapsAndConfirmations(out: usize, end: usize): void {
  for (let k = LEAD; k < end; k += 16) v128.store(out + k, trapOrConfirmed(k, way(k, 0), way(k, 1), way(k, 2), way(k, 3)));
}

/** A trap, or ±200 where the candle is the first to close beyond the inside candle of the newest trap, which is at most three rows old. */
function trapOrConfirmed(k: usize, now: v128, one: v128, two: v128, three: v128): v128 {
  const afterOne = when(closesBeyond(k, 0, 1, one), one);
  const afterTwo = when(both(closesBeyond(k, 0, 2, two), not(closesBeyond(k, 1, 2, two))), two);
  const afterThree = when(all(closesBeyond(k, 0, 3, three), not(closesBeyond(k, 1, 3, three)), not(closesBeyond(k, 2, 3, three))), three);
  const newest = choose(isTrap(one), afterOne, choose(isTrap(two), afterTwo, afterThree));
  return choose(isTrap(now), now, f64x2.add(newest, newest));
}

// @ts-ignore: decorator
@inline
function isTrap(found: v128): v128 {
  return f64x2.ne(found, f64x2.splat(0));
}

/** True where the candle `later` closes beyond the inside candle of a trap `back` rows ago; false where that was none. */
// @ts-ignore: decorator
@inline
function closesBeyond(k: usize, later: usize, back: usize, found: v128): v128 {
  const up = both(above(found, f64x2.splat(0)), above(close(k, later), high(k, back + 1)));
  return either(up, both(below(found, f64x2.splat(0)), below(close(k, later), low(k, back + 1))));
}

/** The rows of a tile of one of these patterns, each in a loop of its own: `out` is where the column would begin that ends at `end`. */
export function manyCandleRows(op: i32, penetration: f64, out: usize, end: usize): void {
  switch (op) {
    case 201: for (let k = LEAD; k < end; k += 16) v128.store(out + k, threeBlackCrows(k)); return;
    case 203: for (let k = LEAD; k < end; k += 16) v128.store(out + k, threeLineStrike(k)); return;
    case 210: for (let k = LEAD; k < end; k += 16) v128.store(out + k, breakaway(k)); return;
    case 212: for (let k = LEAD; k < end; k += 16) v128.store(out + k, concealingBabySwallow(k)); return;
    case 228: return hikkakeRows(out, end);
    case 229: return hikkakeModifiedRows(out, end);
    case 236: for (let k = LEAD; k < end; k += 16) v128.store(out + k, ladderBottom(k)); return;
    case 241: for (let k = LEAD; k < end; k += 16) v128.store(out + k, matHold(k, penetration)); return;
    case 247: for (let k = LEAD; k < end; k += 16) v128.store(out + k, riseFallThreeMethods(k)); return;
    default: return;
  }
}
