// The rows of one group: how many there were, how many of them lie behind the bases of its columns, and what a single row needs on its way in.
//
//   0 rows so far f64 │ 8 head u32 │ 12 room u32 │ 16 columns to slide u32 │ 20 first segment u32 │ 24 intake u32 │ 28 columns read u32
//   32 base u32, byte in the intake u32, of each column that is read of a source
import { page_slide } from './page';

export const ROWS: usize = 0;
const HEAD: usize = 8;
const ROOM: usize = 12;
const SLIDING: usize = 16;
export const SEGMENT: usize = 20;
export const INTAKE: usize = 24;
export const READ_COUNT: usize = 28;
export const READ: usize = 32;

/** Makes room for one row more; answers its byte offset behind the bases. */
// @ts-ignore: decorator
@inline
export function reserveRow(ring: usize): usize {
  let head = load<u32>(ring, HEAD);
  if (head == load<u32>(ring, ROOM)) {
    page_slide(<usize>load<u32>(ring, SLIDING), <usize>head);
    head = 0;
  }
  store<u32>(ring, head + 1, HEAD);
  return <usize>head << 3;
}
