// The first rows of a kernel that reads rows before its own straight from a page: before a page's first row there is nothing to read.
import { fillNaN } from '../value';

/** Gives NaN for the rows of `bytes` that have fewer than `back` rows before them; `seen` rows came before these. */
export function blankEarly(out: usize, back: f64, seen: i64, bytes: usize): void {
  const missing = back - <f64>seen;
  if (missing > 0) fillNaN(out, <i32>min(missing, <f64>(bytes >> 3)));
}
