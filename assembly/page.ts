// The pages of the 4-D cache in linear memory. The host allocates them and knows how many rows they hold; this file moves their rows.
//
//   column ─► ┌──────────────┬───────────────────────┬─ pad ┐
//             │ … retained   │ newest          │ free│ 64 B │
//             └──────────────▲ base ───────────▲ head┘──────┘
//
// P1. All columns of a group hold the same rows, so one head serves them all: row k since the last slide lies at base + 8k in each.
// P2. The newest `retain` rows, and with them every window a consumer may ask for, are contiguous in each column.
// P3. A column never moves; when the head would pass the room behind the bases, the last `retain` rows of each slide to before its base.
// P4. Bases lie on 64 bytes and columns 64 bytes apart, so that equal rows of two columns do not share a cache set.
import { canonicalRows } from './value';

/** Slides the columns listed at `table` (count u32, pad u32, then base u32, retain u32 each) when they hold `head` rows behind their bases. */
export function page_slide(table: usize, head: usize): void {
  const end = table + 8 + (<usize>load<u32>(table) << 3);
  for (let at = table + 8; at < end; at += 8) {
    const base = <usize>load<u32>(at);
    const bytes = <usize>load<u32>(at, 4) << 3;
    memory.copy(base - bytes, base - bytes + (head << 3), bytes);
  }
}

/** Makes `rows` values at `at` fit for a column: −0 and odd NaNs become canonical. */
export function page_tidy(at: usize, rows: i32): void {
  canonicalRows(at, at + (<usize>rows << 3));
}
