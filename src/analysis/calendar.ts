// Returns of UTC days, and what the days, months and years of a run looked like. A period without rows is none; the first begins at the opening cash.
import { known, mean, ratio, returnOf, sum } from './defined.ts';
import { monthlyReturns } from './monthly.ts';
import { firstRowAtOrAfter } from './row-search.ts';

export interface CalendarMetrics {
  /** Largest and smallest return of a UTC day, month and year; the first and the last are counted however much of them the data covers. */
  readonly bestDay: number | null;
  readonly worstDay: number | null;
  readonly bestMonth: number | null;
  readonly worstMonth: number | null;
  readonly bestYear: number | null;
  readonly worstYear: number | null;
  /** Share of days, and of months, with a return above 0. */
  readonly positiveDayRatio: number | null;
  readonly positiveMonthRatio: number | null;
  /** Sum of monthly returns / sum of the negative ones, unsigned. Schwager (2012), "Hedge Fund Market Wizards". */
  readonly gainToPain: number | null;
  /** R² of the logarithm of the equity at the end of each day on the number of the day among those with rows; null below three days. Source: `stability_of_timeseries` of empyrical. */
  readonly stability: number | null;
}

const DAY_MS = 86_400_000;

export function calendarMetrics(t: Float64Array, equity: Float64Array, cash0: number): CalendarMetrics {
  const closes = dailyCloses(t, equity);
  const days = changesOf(closes, cash0);
  const years = monthlyReturns(t, equity, cash0);
  const months = Float64Array.from(years.flatMap((year) => year.months.filter((value) => value !== null)));
  const totals = Float64Array.from(years, (year) => year.total);
  return {
    bestDay: known(largest(days)),
    worstDay: known(smallest(days)),
    bestMonth: known(largest(months)),
    worstMonth: known(smallest(months)),
    bestYear: known(largest(totals)),
    worstYear: known(smallest(totals)),
    positiveDayRatio: positiveRatio(days),
    positiveMonthRatio: positiveRatio(months),
    gainToPain: ratio(sum(months), sum(months.map((value) => Math.max(-value, 0)))),
    stability: stabilityOf(closes),
  };
}

/** Returns of UTC days that have rows: each from the last row of the day before, the first from the opening cash. */
export function dailyReturns(t: Float64Array, equity: Float64Array, cash0: number): Float64Array {
  return changesOf(dailyCloses(t, equity), cash0);
}

function changesOf(closes: Float64Array, cash0: number): Float64Array {
  return closes.map((close, k) => returnOf(k > 0 ? closes[k - 1]! : cash0, close));
}

/** The equity at the last row of each UTC day that has rows. */
function dailyCloses(t: Float64Array, equity: Float64Array): Float64Array {
  const closes: number[] = [];
  for (let row = 0; row < equity.length; ) {
    const nextDay = (Math.floor(t[row]! / DAY_MS) + 1) * DAY_MS;
    row = firstRowAtOrAfter(t, nextDay, row + 1);
    closes.push(equity[row - 1]!);
  }
  return Float64Array.from(closes);
}

/** NaN for no values, and where one of them is NaN. */
function largest(values: Float64Array): number {
  return values.length > 0 ? values.reduce((found, value) => Math.max(found, value)) : Number.NaN;
}

function smallest(values: Float64Array): number {
  return values.length > 0 ? values.reduce((found, value) => Math.min(found, value)) : Number.NaN;
}

function positiveRatio(values: Float64Array): number | null {
  // By C4, a period whose return is not defined makes its share undefined as well.
  return values.every(Number.isFinite) ? ratio(values.filter((value) => value > 0).length, values.length) : null;
}

function stabilityOf(closes: Float64Array): number | null {
  // Two points always lie on a line.
  if (closes.length < 3) return null;
  const logs = closes.map(Math.log);
  const centre = mean(logs);
  const middle = (closes.length - 1) / 2;
  let both = 0;
  let ofLogs = 0;
  let ofDays = 0;
  for (let day = 0; day < logs.length; day++) {
    const d = logs[day]! - centre;
    both += d * (day - middle);
    ofLogs += d * d;
    ofDays += (day - middle) ** 2;
  }
  return ratio(both * both, ofLogs * ofDays);
}
