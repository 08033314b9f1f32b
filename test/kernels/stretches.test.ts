// Windows that are put together from overlapping or adjoining stretches of rows, at every length where the stretches change.
import { expect, test } from 'vitest';
import { firstDifference, mapBars, outputsOf, walk } from './series.ts';

const PERIODS = Array.from({ length: 33 }, (_, k) => k + 1);
const bars = walk(400, 12);

/** What `value` says of the `period` newest rows, NaN before there are so many. */
function overWindows(column: Float64Array, period: number, value: (window: Float64Array) => number): Float64Array {
  return column.map((_, row) => (row + 1 < period ? NaN : value(column.subarray(row + 1 - period, row + 1))));
}

test.each(PERIODS)('the extremes of %i rows are the least and the greatest of them', (period) => {
  expect(firstDifference(outputsOf('max', { period }, bars)[0]!, overWindows(bars.close, period, (window) => Math.max(...window)))).toBe(-1);
  expect(firstDifference(outputsOf('min', { period }, bars)[0]!, overWindows(bars.close, period, (window) => Math.min(...window)))).toBe(-1);
});

test.each(PERIODS)('an extreme of %i rows is none while one of them is a gap', (period) => {
  const gaps = mapBars(bars, (value, row) => ([40, 41, 150, 399].includes(row) ? NaN : value));
  const greatest = (window: Float64Array): number => (window.some(Number.isNaN) ? NaN : Math.max(...window));
  expect(firstDifference(outputsOf('max', { period }, gaps)[0]!, overWindows(gaps.close, period, greatest))).toBe(-1);
});

// P. Kaufman, Smarter Trading (1995): the textbook recurrence, one row after the other.
test.each(PERIODS)('kama over %i rows follows the recurrence of the book', (period) => {
  const { close } = bars;
  const expected = new Float64Array(close.length).fill(NaN);
  let average = close[period - 1]!;
  for (let row = period; row < close.length; row++) {
    const changes = Array.from({ length: period }, (_, k) => Math.abs(close[row - k]! - close[row - k - 1]!));
    const way = changes.reduce((sum, change) => sum + change, 0);
    const efficiency = way === 0 ? 1 : Math.abs(close[row]! - close[row - period]!) / way;
    average += (efficiency * (2 / 3 - 2 / 31) + 2 / 31) ** 2 * (close[row]! - average);
    expected[row] = average;
  }
  const given = outputsOf('kama', { period }, bars)[0]!;
  expect(given.findIndex((value, row) => row >= period && !(Math.abs(value - expected[row]!) < 1e-10))).toBe(-1);
});
