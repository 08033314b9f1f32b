// Blocks of rows whose columns nobody keeps: what is left of them are the words of a curve, and lists.
import { depths, presence, returnsOf, shape, tally } from './curve';
import { COLUMN_BYTES, COLUMNS, FILLS } from './room';

const RETURNS = COLUMNS; // in the place of the orders, which nobody asks for
const FILL = COLUMNS + COLUMN_BYTES;
const LOW = FILL;
const HIGH = COLUMNS + 2 * COLUMN_BYTES;
const POSITION = COLUMNS + 4 * COLUMN_BYTES;
const EQUITY = COLUMNS + 6 * COLUMN_BYTES;

/** Takes `n` rows of equity and position, at most 512, into the words of a curve. */
export function curve_block(n: i32): void {
  const end = evenOut(n);
  returnsOf(EQUITY, RETURNS, end);
  tally(RETURNS, EQUITY, end);
  depths(EQUITY, end);
  presence(POSITION, end);
}

/** Takes the returns of `n` rows of equity, at most 512, into the words of their shape, and lists those of both tails, the high ones negated. */
export function shape_block(n: i32): void {
  const end = evenOut(n);
  returnsOf(EQUITY, RETURNS, end);
  if (n & 1) store<f64>(RETURNS + end, NaN);
  shape(RETURNS, LOW, HIGH, end);
}

/** Lists the rows of a block that filled; answers how many. */
export function fill_rows(n: i32): i32 {
  const end = evenOut(n);
  const zero = f64x2.splat(0);
  let at = FILLS;
  for (let k: usize = 0; k < end; k += 16) {
    const fills = <usize>i64x2.bitmask(f64x2.ne(v128.load(FILL + k), zero));
    store<u32>(at, <u32>k);
    at += (fills & 1) << 2;
    store<u32>(at, <u32>k + 8);
    at += (fills & 2) << 1;
  }
  return <i32>((at - FILLS) >> 2);
}

/** Bytes of `n` rows. Pairs may take a row more, on which nothing happens. */
function evenOut(n: i32): usize {
  const end = <usize>n << 3;
  if (n & 1) {
    store<f64>(FILL + end, 0);
    store<f64>(POSITION + end, 0);
    store<f64>(EQUITY + end, load<f64>(EQUITY + end - 8));
  }
  return end;
}
