// A sum over all rows so far, in two steps: rows are added up by blocks of 128, and each block, when it is whole, to the total. What an
// addition to the total rounds away is kept beside it and put back into the result (A. Neumaier 1974, in the branch-free form of D. Knuth).
// The sum of a block is small, so ten million rows weigh as much as one; and a row waits for one addition only.
//
//   0 total │ 8 what its rounding left over │ 16 sum of the block so far │ 24 bytes of the rows in it

export const TOTAL_BYTES: usize = 32;
const BLOCK_BYTES: f64 = 1_024;

// @ts-ignore: decorator
@inline
export function initTotal(at: usize, value: f64 = 0): void {
  v128.store(at, f64x2(value, 0));
  v128.store(at, f64x2.splat(0), 16);
}

/** Adds x and answers the sum over all rows. */
// @ts-ignore: decorator
@inline
export function addTo(at: usize, x: f64): f64 {
  const block = load<f64>(at, 16) + x;
  const all = blocksBefore(at) + block;
  keepBlock(at, block, 8);
  return all;
}

/** The sum over all blocks but the present one. */
// @ts-ignore: decorator
@inline
export function blocksBefore(at: usize): f64 {
  return load<f64>(at) + load<f64>(at, 8);
}

/** The sum over the present block. A loop adds rows to it, in their order, as long as there is room for them. */
// @ts-ignore: decorator
@inline
export function presentBlock(at: usize): f64 {
  return load<f64>(at, 16);
}

/** Bytes of rows, of `bytes`, that still belong to the present block. */
// @ts-ignore: decorator
@inline
export function withinBlock(at: usize, bytes: usize): usize {
  return min(bytes, <usize>(BLOCK_BYTES - load<f64>(at, 24)));
}

/** Keeps the sum of the present block after `bytes` of rows more; a whole one goes into the total. */
// @ts-ignore: decorator
@inline
export function keepBlock(at: usize, block: f64, bytes: usize): void {
  const held = load<f64>(at, 24) + <f64>bytes;
  store<f64>(at, block, 16);
  store<f64>(at, held, 24);
  if (held == BLOCK_BYTES) closeBlock(at, block);
}

function closeBlock(at: usize, block: f64): void {
  const total = load<f64>(at);
  const next = total + block;
  const added = next - total;
  store<f64>(at, next);
  store<f64>(at, load<f64>(at, 8) + (total - (next - added) + (block - added)), 8);
  v128.store(at, f64x2.splat(0), 16);
}
