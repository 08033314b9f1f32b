// Intermediate columns within one call. A kernel of several steps takes its rows a tile at a time: each step turns columns into columns.
// T1. A tile's columns lie in the scratch area, above what the engines use there; nothing in them outlives the call.
// T2. Steps work on pairs of rows, and may write one row past the last they were given: after its newest row a page has a free row or its
//     padding, a trail and a scratch column have room for one. Whoever goes on from there writes that row again.
// T3. A recursion passes over a row in which one of its inputs is no value: the row gives NaN and the state stays as it was.
import { input, output } from '../operand';
import { finite, finitePair } from '../value';

/** 256 rows: several columns and the state of a kernel fit the first-level cache. */
export const TILE_BYTES: usize = 2_048;
const COLUMNS_FROM: usize = 40_960; // the engines use what lies below, pairs of tables of at most 1,024 rows
const COLUMN_BYTES: usize = TILE_BYTES + 16;

/** Scratch column `k`, 0 … 9. */
// @ts-ignore: decorator
@inline
export function scratch(k: usize): usize {
  return COLUMNS_FROM + k * COLUMN_BYTES;
}

/** Bytes of the tile that starts at byte `k` of a call's rows. */
// @ts-ignore: decorator
@inline
export function tileBytes(k: usize, end: usize): usize {
  return min<usize>(TILE_BYTES, end - k);
}

/** Gives NaN for the rows from byte `k` in which one of the first `reads` inputs is no value (T3). Answers the byte of the first row that is whole. */
export function passGaps(inputs: usize, reads: usize, outputs: usize, writes: usize, k: usize, end: usize): usize {
  for (; k < end && !whole(inputs, reads, k); k += 8) {
    for (let c: usize = 0; c < writes; c++) store<f64>(output(outputs, c) + k, NaN);
  }
  return k;
}

function whole(inputs: usize, reads: usize, k: usize): bool {
  for (let c: usize = 0; c < reads; c++) if (!finite(load<f64>(input(inputs, c) + k))) return false;
  return true;
}

/** Bytes of the rows from byte `k` that are whole in the first `reads` inputs, at most a tile. */
export function wholeBytes(inputs: usize, reads: usize, k: usize, end: usize): usize {
  let bytes = tileBytes(k, end);
  for (let c: usize = 0; c < reads; c++) bytes = valueBytes(input(inputs, c) + k, bytes);
  return bytes;
}

/** Bytes of the leading rows that are values. */
function valueBytes(x: usize, bytes: usize): usize {
  let k: usize = 0;
  for (; k + 64 <= bytes && finitePair(sumOfEight(x + k)); k += 64);
  for (; k + 16 <= bytes && finitePair(v128.load(x + k)); k += 16);
  for (; k < bytes && finite(load<f64>(x + k)); k += 8);
  return k;
}

/** Eight rows as two sums; they are values when the rows are, unless they are huge. */
// @ts-ignore: decorator
@inline
function sumOfEight(x: usize): v128 {
  return f64x2.add(f64x2.add(v128.load(x), v128.load(x, 16)), f64x2.add(v128.load(x, 32), v128.load(x, 48)));
}
