// How a kernel finds its operands: two tables in the plan, filled anew before each run.
// An input is { page u32, column u32, pointer u32, stride u32 }; a constant has no page and stride 0, so one pointer serves every row.
// An output is { column u32, pointer u32 }. Pointers stand on the first new row; earlier rows of a window lie before it.

export const INPUT_BYTES: usize = 16;
export const OUTPUT_BYTES: usize = 8;

// @ts-ignore: decorator
@inline
export function input(inputs: usize, k: usize): usize {
  return <usize>load<u32>(inputs + k * INPUT_BYTES, 8);
}

/** Bytes from one row of an input to the next: 8, or 0 for a constant. */
// @ts-ignore: decorator
@inline
export function stride(inputs: usize, k: usize): usize {
  return <usize>load<u32>(inputs + k * INPUT_BYTES, 12);
}

// @ts-ignore: decorator
@inline
export function output(outputs: usize, k: usize): usize {
  return <usize>load<u32>(outputs + k * OUTPUT_BYTES, 4);
}
