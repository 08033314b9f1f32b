// Puts a tile of candles where patterns look for it (K1 of candle.ts), and works out the means they measure by.
import { BODY_MEAN, CLOSE, HIGH, LEAD, LOW, NEAR_MEAN, OPEN, RANGE_MEAN, SHADOWS_MEAN, body, high, low, lowerShadow, upperShadow } from './candle';
import { finitePair, oneRowBack } from '../value';
import { scratch } from './tile';

/** 240 rows: with those before it and one to spare a tile fills a scratch column. */
export const CANDLES_BYTES: usize = 1_920;

// What a pattern measures by, as bits.
/** Mean body of ten candles. */
export const BODIES: i32 = 1;
/** Mean range of ten candles. */
export const RANGES: i32 = 2;
/** Mean range of five candles. */
export const NEARNESS: i32 = 4;
/** Mean of both shadows of ten candles. */
export const SHADOWS: i32 = 8;

/**
 * Fills the columns: the prices of `bytes` of rows and of the `before` bytes ahead of them, and the means `measures` asks for. Means of rows that have
 * not as many before them as they are of mean nothing. False when one of the rows, not of those ahead of them, holds no value.
 */
export function showCandles(opens: usize, highs: usize, lows: usize, closes: usize, before: usize, bytes: usize, measures: i32): bool {
  const from = LEAD - before;
  const end = LEAD + bytes;
  copyRows(opens - LEAD, highs - LEAD, lows - LEAD, closes - LEAD, from, LEAD);
  const areWhole = copyRows(opens - LEAD, highs - LEAD, lows - LEAD, closes - LEAD, LEAD, end);
  if (measures & BODIES) means<Body>(BODY_MEAN, 10, from, end);
  if (measures & RANGES) means<Range>(RANGE_MEAN, 10, from, end);
  if (measures & NEARNESS) means<Range>(NEAR_MEAN, 5, from, end);
  if (measures & SHADOWS) means<Shadows>(SHADOWS_MEAN, 10, from, end);
  return areWhole;
}

function copyRows(opens: usize, highs: usize, lows: usize, closes: usize, from: usize, end: usize): bool {
  let seen = f64x2.splat(0);
  for (let k = from; k < end; k += 16) {
    const open = v128.load(opens + k);
    const high = v128.load(highs + k);
    const low = v128.load(lows + k);
    const close = v128.load(closes + k);
    v128.store(scratch(OPEN) + k, open);
    v128.store(scratch(HIGH) + k, high);
    v128.store(scratch(LOW) + k, low);
    v128.store(scratch(CLOSE) + k, close);
    seen = f64x2.add(seen, f64x2.add(f64x2.add(open, high), f64x2.add(low, close)));
  }
  return finitePair(seen);
}

// What is measured; used as type arguments.
class Body {}
class Range {}
class Shadows {}

// @ts-ignore: decorator
@inline
function sizes<S>(k: usize): v128 {
  if (idof<S>() == idof<Body>()) return body(k);
  if (idof<S>() == idof<Range>()) return f64x2.sub(high(k), low(k));
  return f64x2.add(upperShadow(k), lowerShadow(k));
}

/** Of the ten or five sizes before each row. Sums of two rows and of four are kept until they are those of the rows before. */
// @ts-ignore: decorator
@inline
function means<S>(column: i32, count: i32, from: usize, end: usize): void {
  const length = f64x2.splat(count);
  let size2 = f64x2.splat(0); // what it was two rows back, and so on
  let size4 = size2;
  let size6 = size2;
  let two2 = size2;
  let two4 = size2;
  let two6 = size2;
  let two8 = size2;
  let four2 = size2;
  let four4 = size2;
  for (let k = from; k < end; k += 16) {
    const size = sizes<S>(k);
    const two = f64x2.add(oneRowBack(size2, size), size2);
    const four = f64x2.add(two, two2);
    const sum = count == 5 ? f64x2.add(four, oneRowBack(size6, size4)) : f64x2.add(f64x2.add(four, four4), two8);
    v128.store(scratch(column) + k, f64x2.div(sum, length));
    size6 = size4;
    size4 = size2;
    size2 = size;
    two8 = two6;
    two6 = two4;
    two4 = two2;
    two2 = two;
    four4 = four2;
    four2 = four;
  }
}
