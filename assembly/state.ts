// The state block of a node: everything a kernel remembers between two calls, as plain bytes.
// S1. It holds no address, only numbers and offsets: copying the bytes is the checkpoint, and a copy elsewhere runs on alike.
// S2. It is a function of the rows so far. Windows of inputs are not in it: they are read from the page of the upstream. A step between two
//     others has no page, and its window is here (engine/trail.ts).
//
//   0 magic u32 │ 4 abi u32 │ 8 op u32 │ 12 bytes u32 │ 16 rows i64 │ 24 last gap i64 │ 32 … the kernel's own

export const STATE_MAGIC: u32 = 0x53544d51; // "QMTS"
export const STATE_ABI: u32 = 1;
/** Where a kernel's own fields begin. */
export const OWN: usize = 32;
/** "So long ago that it never matters": far enough from the ends of an i64 to add and subtract. */
export const NEVER: i64 = -(1 << 60);

export function header(state: usize, op: i32, bytes: usize): void {
  store<u32>(state, STATE_MAGIC);
  store<u32>(state, STATE_ABI, 4);
  store<i32>(state, op, 8);
  store<u32>(state, <u32>bytes, 12);
  store<i64>(state, 0, 16);
  store<i64>(state, NEVER, 24);
}

/** Rows the kernel has seen. */
// @ts-ignore: decorator
@inline
export function rows(state: usize): i64 {
  return load<i64>(state, 16);
}

// @ts-ignore: decorator
@inline
export function setRows(state: usize, value: i64): void {
  store<i64>(state, value, 16);
}

/** Row of the newest input that was no value. */
// @ts-ignore: decorator
@inline
export function lastGap(state: usize): i64 {
  return load<i64>(state, 24);
}

// @ts-ignore: decorator
@inline
export function setLastGap(state: usize, row: i64): void {
  store<i64>(state, row, 24);
}
