// A page of the 4-D cache: the columns of one node at one interval. The host allocates it; this file moves its rows.
//
//   page ─► ┌ header, 64 bytes ┐┌─ column 0 ───────────────┐┌ pad ┐┌─ column 1 ─ …
//           │ head, retain, …  ││ … retained │ newest │free││ 64 B││
//           └──────────────────┘└──────────── ▲ head ──────┘└─────┘└─
//
// P1. The newest `retain` rows, and with them every window a consumer may ask for, are contiguous in each column.
// P2. A column never moves; when the head would pass the capacity, the last `retain` rows slide to the front.
// P3. Columns start on 64 bytes and are 64 bytes apart, so that equal rows of two columns do not share a cache set.
import { canonical, canonicalPair } from './value';

const COLUMNS: usize = 4;
const CAPACITY: usize = 8;
const RETAIN: usize = 12;
const HEAD: usize = 16;
const STRIDE: usize = 20;
const HEADER_BYTES: usize = 64;

/** Rows written since the columns last slid; the next row goes here. */
// @ts-ignore: decorator
@inline
export function head(page: usize): usize {
  return <usize>load<u32>(page, HEAD);
}

/** Makes room for `rows` more and answers the byte offset, in every column, of the first of them. */
// @ts-ignore: decorator
@inline
export function reserve(page: usize, rows: i32): usize {
  let at = load<u32>(page, HEAD);
  if (at + <u32>rows > load<u32>(page, CAPACITY)) at = slide(page, at);
  store<u32>(page, at + <u32>rows, HEAD);
  return <usize>at << 3;
}

/** `reserve` for the host. */
export function page_reserve(page: usize, rows: i32): usize {
  return reserve(page, rows);
}

function slide(page: usize, at: u32): u32 {
  const kept = min<u32>(at, load<u32>(page, RETAIN));
  const from = <usize>(at - kept) << 3;
  const stride = <usize>load<u32>(page, STRIDE);
  const columns = load<u32>(page, COLUMNS);
  let column = page + HEADER_BYTES;
  for (let c: u32 = 0; c < columns; c++, column += stride) memory.copy(column, column + from, <usize>kept << 3);
  return kept;
}

/** Appends `rows` from columns laid out at `staging` with `stagingStride` bytes between them; −0 and odd NaNs become canonical. */
export function append(page: usize, staging: usize, stagingStride: usize, rows: i32): void {
  const at = reserve(page, rows);
  const stride = <usize>load<u32>(page, STRIDE);
  const columns = <usize>load<u32>(page, COLUMNS);
  let to = page + HEADER_BYTES + at;
  if (rows == 1) {
    for (const end = to + columns * stride; to < end; to += stride, staging += stagingStride) store<f64>(to, canonical(load<f64>(staging)));
    return;
  }
  const bytes = <usize>rows << 3;
  for (let c: usize = 0; c < columns; c++, to += stride, staging += stagingStride) {
    memory.copy(to, staging, bytes);
    page_tidy(to, rows);
  }
}

/** Makes `rows` values at `at` fit for a column; for values the host wrote there itself. */
export function page_tidy(at: usize, rows: i32): void {
  const end = at + (<usize>rows << 3);
  for (; at + 16 <= end; at += 16) v128.store(at, canonicalPair(v128.load(at)));
  if (at < end) store<f64>(at, canonical(load<f64>(at)));
}
