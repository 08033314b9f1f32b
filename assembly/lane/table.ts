// Where a panel keeps things: one kernel over many instances, whose state blocks and rows lie side by side.
//
//   an instruction: 0 op i32 │ 4 instances u32 │ 8 stride u32 │ 12 banks u32 │ 16 words of a state u32 │ 20 history u32 │ 24 inputs u32 │ 28 outputs u32
//                   32 operand tables u32, u32 │ 40 block u32 │ 44 windows u32 │ 48 bytes of a window u32 │ 52 cells u32
//                   56 row from which its inputs are valid u32 │ 60 bytes u32 │ 64 columns …
//   a column: { address u32, rows u32 }: of a ring of rows, `stride` bytes apart, a value per instance
//   a bank: the state blocks of 64 instances: 0 mark i32 │ 64 word 0 of all of them │ 640 word 1 of all of them …
//   block, windows, cells: room for one instance's state block, input windows and outputs, which the operand tables point at
//
// B1. The mark of a bank says what holds of all its instances, so that a row need not ask each of them. 0 says nothing, and is always true.

export const COLUMNS: usize = 64;
export const COLUMN_BYTES: usize = 8;
/** Bytes of a word of all instances of a bank. */
export const BANK_BYTES: usize = 512;
/** From a word to the next: a line more, so that no two words a kernel has use of lie at the same place of a memory page. */
export const STEP: usize = 576;
/** Where the words of a bank begin. */
export const WORDS: usize = 64;
/** Instances that a loop takes at a time, in bytes of a row: four pairs. What a turn costs beside them is shared by more, and more would not fit the registers. */
export const TURN: usize = 64;

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

/** Bytes of a row: whole turns. */
// @ts-ignore: decorator
@inline
export function rowBytes(at: usize): usize {
  return ((<usize>load<u32>(at, 4) + 7) & ~7) << 3;
}

/** The first bank of an instruction. */
// @ts-ignore: decorator
@inline
export function banks(at: usize): usize {
  return <usize>load<u32>(at, 12);
}

/** Bytes from a bank to the next. */
// @ts-ignore: decorator
@inline
export function bankStep(at: usize): usize {
  return WORDS + <usize>load<u32>(at, 16) * STEP;
}

/** Bytes of a row that belong to the bank whose first instance is `from` bytes behind the row's begin. */
// @ts-ignore: decorator
@inline
export function bankBytes(end: usize, from: usize): usize {
  return min(end - from, BANK_BYTES);
}

/** What holds of all instances of a bank (B1). */
// @ts-ignore: decorator
@inline
export function markOf(bank: usize): i32 {
  return load<i32>(bank);
}

// @ts-ignore: decorator
@inline
export function setMark(bank: usize, mark: i32): void {
  store<i32>(bank, mark);
}

/** Of a bank, or of a part of the state that begins at `own` in it, the word at byte `offset`. */
// @ts-ignore: decorator
@inline
export function word(own: usize, offset: usize): usize {
  return own + (offset >> 3) * STEP;
}
