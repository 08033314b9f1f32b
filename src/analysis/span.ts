// C2 of metrics.ts: how long a run lasted, how many bars a year of it has, and what it grew to in that time.

const YEAR_MS = 365.25 * 86_400_000;

/** Both 0 for fewer than two rows. */
export function spanOf(t: Float64Array): { years: number; barsPerYear: number } {
  const years = t.length > 1 ? (t.at(-1)! - t[0]!) / YEAR_MS : 0;
  return { years, barsPerYear: years > 0 ? (t.length - 1) / years : 0 };
}

/** Last value / start − 1, and per year: (last value / start)^(1 / years) − 1; NaN where there is none. */
export function growthOf(values: Float64Array, start: number, years: number): { total: number; cagr: number } {
  const growth = (values.at(-1) ?? Number.NaN) / start;
  return { total: growth - 1, cagr: growth > 0 && years > 0 ? growth ** (1 / years) - 1 : Number.NaN };
}
