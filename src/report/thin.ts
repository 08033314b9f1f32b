// Long series as few points as a screen can show, with every peak and trough still there.

/** A series of at most this many points is drawn whole; a longer one is thinned to about as many. */
export const POINTS_MAX = 20_000;
const POINTS_PER_BUCKET = 4;

/**
 * Rows to draw, in order: all of them, or of each bucket of rows the first, the lowest, the highest and the last.
 * So running peaks and drawdowns worked out from the kept rows are those of the whole series at these rows.
 */
export function thinnedRows(values: Float64Array): Int32Array {
  if (values.length <= POINTS_MAX) return Int32Array.from(values, (_, row) => row);
  const bucketRows = Math.ceil((values.length * POINTS_PER_BUCKET) / POINTS_MAX);
  const kept: number[] = [];
  for (let from = 0; from < values.length; from += bucketRows) {
    const to = Math.min(from + bucketRows, values.length);
    let lowest = from;
    let highest = from;
    for (let row = from + 1; row < to; row++) {
      if (values[row]! < values[lowest]!) lowest = row;
      if (values[row]! > values[highest]!) highest = row;
    }
    kept.push(...new Set([from, Math.min(lowest, highest), Math.max(lowest, highest), to - 1]));
  }
  return Int32Array.from(kept);
}
