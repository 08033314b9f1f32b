// Plain functions of whole columns that the formulas of indicators are written with. Slow, and independent of the kernels.
import type { Bars } from './series.ts';

export type Column = readonly number[];

export const sum = (x: Column) => x.reduce((a, b) => a + b, 0);
export const mean = (x: Column) => sum(x) / x.length;

/** A function of each full window of `period` rows; NaN before, and where the window has a NaN. */
export function over(x: Column, period: number, of: (window: Column) => number): number[] {
  return x.map((_, row) => {
    const window = row < period - 1 ? [NaN] : x.slice(row - period + 1, row + 1);
    return window.some(Number.isNaN) ? NaN : of(window);
  });
}

/** A function of the rows of several columns. */
export function each(of: (...values: number[]) => number, ...columns: Column[]): number[] {
  return columns[0]!.map((_, row) => of(...columns.map((column) => column[row]!)));
}

/** a·x + (1 − a)·y₋₁ from the mean of the first `period` values that are there. */
export function smoothed(x: Column, period: number, a: number): number[] {
  const start = x.findIndex((value) => !Number.isNaN(value));
  const y: number[] = x.map(() => NaN);
  if (start < 0 || start + period > x.length) return y;
  y[start + period - 1] = mean(x.slice(start, start + period));
  for (let row = start + period; row < x.length; row++) y[row] = a * x[row]! + (1 - a) * y[row - 1]!;
  return y;
}

export const wma = (x: Column, period: number) => over(x, period, (w) => sum(w.map((value, k) => (k + 1) * value)) / ((period * (period + 1)) / 2));
export const ema = (x: Column, period: number) => smoothed(x, period, 2 / (period + 1));
export const rma = (x: Column, period: number) => smoothed(x, period, 1 / period);
export function covariance(x: Column, y: Column): number {
  const [a, b] = [mean(x), mean(y)];
  return mean(x.map((value, k) => (value - a) * (y[k]! - b)));
}
export const deviation = (w: Column) => Math.sqrt(covariance(w, w));
export const typical = (bars: Bars) => each((high, low, close) => (high + low + close) / 3, [...bars.high], [...bars.low], [...bars.close]);
export const weighed = (price: Column, volume: Column, period: number) =>
  each((money, traded) => money / traded, over(each((a, b) => a * b, price, volume), period, sum), over(volume, period, sum));
export const running = (x: Column) => {
  let total = 0;
  return x.map((value) => (total += value));
};
export const highest = (x: Column, period: number) => over(x, period, (w) => Math.max(...w));
export const lowest = (x: Column, period: number) => over(x, period, (w) => Math.min(...w));

export const trueRange = (bars: Bars) =>
  [...bars.close].map((_, row) => Math.max(bars.high[row]!, bars.close[row - 1]!) - Math.min(bars.low[row]!, bars.close[row - 1]!));

/** Grows with the close on rows whose volume, against the row before, counts. */
export function volumeIndex({ close, volume }: Bars, counts: (volume: number, before: number) => boolean): number[] {
  let index = 1_000;
  return [...close].map((value, row) => {
    if (row > 0 && counts(volume[row]!, volume[row - 1]!)) index *= value / close[row - 1]!;
    return index;
  });
}

/** The least-squares line through a window, as a function of the place in it. */
export function line(window: Column): (place: number) => number {
  const middle = (window.length - 1) / 2;
  const spread = sum(window.map((_, k) => (k - middle) ** 2));
  const height = mean(window);
  const slope = sum(window.map((value, k) => (k - middle) * (value - height))) / spread;
  return (place) => height + slope * (place - middle);
}

/** An ema that begins with the first value that is there, as TradingView's do. */
export function fromFirst(x: Column, period: number): number[] {
  let y = NaN;
  return x.map((value) => (y = Number.isNaN(y) ? value : y + (2 / (period + 1)) * (value - y)));
}
