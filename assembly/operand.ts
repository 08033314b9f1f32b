// How a kernel finds its operands: two tables in the plan that never change, and the place of the first new row, which is one for all of them.
// An input is { base u32, mask u32 }; the mask of a constant is 0, so that it stays where it is while the others move on. An output is { base u32 }.
// Pointers stand on the first new row; earlier rows of a window lie before it.

export const INPUT_BYTES: usize = 8;
export const OUTPUT_BYTES: usize = 4;

/** Byte offset, behind the base of every column of the group, of the first new row. Set before each run; nothing outlives a call in it. */
export let newest: usize = 0;

// @ts-ignore: decorator
@inline
export function setNewest(offset: usize): void {
  newest = offset;
}

// @ts-ignore: decorator
@inline
export function input(inputs: usize, k: usize): usize {
  const at = inputs + k * INPUT_BYTES;
  return <usize>load<u32>(at) + (newest & <usize>load<u32>(at, 4));
}

/** Bytes from one row of an input to the next: 8, or 0 for a constant. */
// @ts-ignore: decorator
@inline
export function stride(inputs: usize, k: usize): usize {
  return <usize>load<u32>(inputs + k * INPUT_BYTES, 4) & 8;
}

// @ts-ignore: decorator
@inline
export function output(outputs: usize, k: usize): usize {
  return <usize>load<u32>(outputs + k * OUTPUT_BYTES) + newest;
}
