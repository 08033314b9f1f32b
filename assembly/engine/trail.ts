// A column a kernel keeps for itself: the rows of an intermediate step, of which a later step reads a window.
// Like a page (P1, P2 of page.ts) it keeps the newest rows contiguous and slides them to the front when it is full. Before its first row it
// reads as gaps.
//
//   0 head in bytes u32 │ 4 kept bytes u32 │ 8 capacity in bytes u32 │ 16 rows …
import { TILE_BYTES } from './tile';

const ROWS: usize = 16;

function capacity(keep: i32): usize {
  return (<usize>keep << 3) + max<usize>(<usize>keep << 3, TILE_BYTES);
}

export function trailBytes(keep: i32): usize {
  return ROWS + capacity(keep) + 32; // a row to spare (T2 of tile.ts), and as far as a step that takes four rows at once may read
}

/** A trail whose newest rows can be read with `keep` rows before each, which are `before` at first. */
export function trailInit(at: usize, keep: i32, before: f64 = NaN): void {
  store<u32>(at, <u32>keep << 3);
  store<u32>(at, <u32>keep << 3, 4);
  store<u32>(at, <u32>capacity(keep), 8);
  for (let k: usize = 0; k < <usize>keep << 3; k += 8) store<f64>(at + ROWS + k, before);
}

/** Room for rows, at most a tile of them; answers where the first goes. */
export function trailRoom(at: usize, bytes: usize): usize {
  let head = <usize>load<u32>(at);
  if (head + bytes > <usize>load<u32>(at, 8)) {
    const kept = <usize>load<u32>(at, 4);
    memory.copy(at + ROWS, at + ROWS + head - kept, kept);
    head = kept;
  }
  store<u32>(at, <u32>(head + bytes));
  return at + ROWS + head;
}

/** Appends rows; answers where the first of them stands. */
export function trailAppend(at: usize, x: usize, bytes: usize): usize {
  const to = trailRoom(at, bytes);
  for (let k: usize = 0; k < bytes; k += 16) v128.store(to + k, v128.load(x + k)); // a loop: the call of memory.copy costs as much as a tile
  return to;
}
