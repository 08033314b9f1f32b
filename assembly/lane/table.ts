// Where a panel keeps things: one kernel over many instances, whose state blocks and rows lie side by side.
//
//   an instruction: 0 op i32 │ 4 instances u32 │ 8 stride u32 │ 12 states u32 │ 16 words of a state u32 │ 20 history u32 │ 24 inputs u32 │ 28 outputs u32
//                   32 operand tables u32, u32 │ 40 block u32 │ 44 windows u32 │ 48 bytes of a window u32 │ 52 cells u32
//                   56 row from which its inputs are valid u32 │ 60 bytes u32 │ 64 columns …
//   a column: { address u32, rows u32 }: of a ring of rows, `stride` bytes apart, a value per instance
//   states: word w of all instances, then word w + 1, `stride` bytes apart
//   block, windows, cells: room for one instance's state block, input windows and outputs, which the operand tables point at

export const COLUMNS: usize = 64;
export const COLUMN_BYTES: usize = 8;

/** Rows the kernel has seen before row `row` of the panel. */
// @ts-ignore: decorator
@inline
export function seenBefore(at: usize, row: i64): i64 {
  return row - <i64>load<u32>(at, 56);
}

/** Address of an instruction's column `k`, inputs first, then outputs, `back` rows before row `row` of the panel. */
// @ts-ignore: decorator
@inline
export function rowOf(at: usize, k: usize, row: i64, back: i64): usize {
  const column = at + COLUMNS + k * COLUMN_BYTES;
  return <usize>load<u32>(column) + <usize>((row - back) % <i64>load<u32>(column, 4)) * stride(at);
}

// @ts-ignore: decorator
@inline
export function stride(at: usize): usize {
  return <usize>load<u32>(at, 8);
}

/** Bytes of a row: an even number of instances. */
// @ts-ignore: decorator
@inline
export function rowBytes(at: usize): usize {
  return ((<usize>load<u32>(at, 4) + 1) & ~1) << 3;
}

/** State blocks of all instances, word by word. */
// @ts-ignore: decorator
@inline
export function states(at: usize): usize {
  return <usize>load<u32>(at, 12);
}

/** The word at byte `offset` of the blocks that begin at `own`. */
// @ts-ignore: decorator
@inline
export function word(own: usize, step: usize, offset: usize): usize {
  return own + (offset >> 3) * step;
}
