// Where a moment lies among rising times.

/** The first row at or after a time, `from` or later; the number of rows when there is none. A near one is found in few steps, a far one in twice the logarithm of its distance. */
export function firstRowAtOrAfter(t: Float64Array, time: number, from: number): number {
  let low = from;
  let stride = 1;
  while (low + stride <= t.length && t[low + stride - 1]! < time) {
    low += stride;
    stride *= 2;
  }
  let high = Math.min(low + stride, t.length);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (t[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
