// The bars an account trades, with what all trials want to know of them worked out once.
import { BAR_COLUMNS, type BarColumns } from '#domain/bar.ts';
import { safeUnitsOf } from '#domain/money.ts';

export interface Market {
  /** Open times, UTC ms, strictly rising. */
  readonly t: Float64Array;
  /** Closes in units of 1e-8. */
  readonly marks: Float64Array;
  /** The largest of them, unsigned. */
  readonly markMax: number;
  /** True when every open and close is a number that f64 can hold in these units. */
  readonly isWhole: boolean;
}

export function marketOf(bars: BarColumns): Market {
  const [opens, closes] = (['open', 'close'] as const).map((field) => bars[BAR_COLUMNS.indexOf(field)]!) as [Float64Array, Float64Array];
  const marks = closes.map(safeUnitsOf);
  let markMax = 0;
  let isWhole = true;
  for (let row = 0; row < marks.length; row++) {
    const size = Math.abs(marks[row]!);
    if (size > markMax) markMax = size;
    if (!(size >= 0 && Number.isFinite(opens[row]!))) isWhole = false;
  }
  return { t: bars[0]!, marks, markMax, isWhole };
}
