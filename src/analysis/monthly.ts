// Returns of calendar months, UTC: the equity at a month's last row against the last row of the month before, or the opening cash.
import { returnOf } from './defined.ts';
import { firstRowAtOrAfter } from './row-search.ts';

export interface YearReturns {
  readonly year: number;
  /** January to December; null for months without rows, NaN by C7 of metrics.ts, as the total is. */
  readonly months: readonly (number | null)[];
  readonly total: number;
}

export function monthlyReturns(t: Float64Array, equity: Float64Array, cash0: number): YearReturns[] {
  const years: { year: number; months: (number | null)[]; total: number }[] = [];
  let monthStart = cash0;
  let yearStart = cash0;
  let row = 0;
  while (row < t.length) {
    const date = new Date(t[row]!);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
    row = firstRowAtOrAfter(t, Date.UTC(year, month + 1, 1), row);
    const end = equity[row - 1]!;
    if (years.at(-1)?.year !== year) {
      yearStart = monthStart;
      years.push({ year, months: Array.from({ length: 12 }, () => null), total: 0 });
    }
    const current = years.at(-1)!;
    current.months[month] = returnOf(monthStart, end);
    current.total = returnOf(yearStart, end);
    monthStart = end;
  }
  return years;
}
