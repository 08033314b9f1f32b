// What came first in a bar, its high or its low, as finer bars of the same instrument tell it.
import type { BarColumns } from '#domain/bar.ts';

/**
 * Bars at the times of `bars` whose every price is 1 where the high came first, −1 where the low did, 0 where the finer bars do not tell either: data for a
 * stream that an account reads as `path`. A finer bar belongs to the bar it opens in.
 */
export function pathBars(bars: BarColumns, finer: BarColumns): BarColumns {
  const [t, , high, low] = bars as readonly [Float64Array, Float64Array, Float64Array, Float64Array];
  const [fineT, , fineHigh, fineLow] = finer as readonly [Float64Array, Float64Array, Float64Array, Float64Array];
  const path = new Float64Array(t.length);
  let from = 0;
  for (let row = 0; row < t.length; row++) {
    while (from < fineT.length && fineT[from]! < t[row]!) from++;
    const end = t[row + 1] ?? Infinity;
    for (let at = from; at < fineT.length && fineT[at]! < end; at++) {
      const isHigh = fineHigh[at]! >= high[row]!;
      const isLow = fineLow[at]! <= low[row]!;
      if (!isHigh && !isLow) continue;
      // One finer bar with both tells nothing.
      path[row] = Number(isHigh) - Number(isLow);
      break;
    }
  }
  return [t, path, path, path, path, new Float64Array(t.length)];
}
