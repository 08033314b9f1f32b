// Bars a program hands over as columns: what is refused, and in which words.
import { expect, test } from 'vitest';
import { givenBars } from '#feeds/given.ts';

const bars = (): Float64Array[] => [
  Float64Array.of(60_000, 120_000, 180_000),
  Float64Array.of(10, 11, 12),
  Float64Array.of(11, 12, 13),
  Float64Array.of(9, 10, 11),
  Float64Array.of(10.5, 11.5, 12.5),
  Float64Array.of(0, 5, 5),
];
const set = (column: number, row: number, value: number) => (columns: Float64Array[]): Float64Array[] => {
  columns[column]![row] = value;
  return columns;
};
const message = (given: unknown, options = {}): { code: string; message: string } => {
  try {
    givenBars(given, 'demo:ABC:1m', options);
  } catch (error) {
    return error as { code: string; message: string };
  }
  return { code: 'OK', message: '' };
};

test('sound bars are taken as they are', () => {
  const columns = bars();
  expect(givenBars(columns, 'demo:ABC:1m')).toBe(columns);
});

test('one column for all four prices is a series of values, which may be below zero but not nothing at all', () => {
  const values = (series: Float64Array): Float64Array[] => [bars()[0]!, series, series, series, series, bars()[5]!];
  expect(message(values(Float64Array.of(1, 0, -1))).code).toBe('OK');
  expect(message(values(Float64Array.of(1, NaN, -1))).message).toContain('row 2: open is NaN');
});

test.each<[string, (columns: Float64Array[]) => unknown, string]>([
  ['a NaN close', set(4, 1, NaN), 'row 2: close is NaN'],
  ['an infinite high', set(2, 0, Infinity), 'row 1: high is Infinity'],
  ['a NaN volume', set(5, 2, NaN), 'row 3: volume is NaN'],
  ['a volume below zero', set(5, 1, -10), 'row 2: volume is -10, below zero'],
  ['a price of nothing', set(3, 1, 0), 'row 2: low is 0, which is not above zero'],
  ['a high below the low', set(2, 1, 9.5), 'row 2: high is 9.5, below the low 10'],
  ['a NaN time', set(0, 1, NaN), 'row 2: its time is NaN'],
  ['a time in ns', set(0, 2, 1_704_067_200_000_000_000), 'row 3: its time is 1704067200000000000'],
  ['a time before all dates', set(0, 0, -8.65e15), 'row 1: its time is -8650000000000000'],
  ['a time that comes twice', set(0, 2, 120_000), 'row 3: its time 120000 does not come after 120000'],
  ['times that fall', set(0, 1, 240_000), 'row 3: its time 180000 does not come after 240000'],
])('%s is refused with its row', (_, spoil, what) => {
  expect(message(spoil(bars()))).toMatchObject({ code: 'DATA_ROW_INVALID', message: `the bars of demo:ABC:1m, ${what}` });
});

test('prices at and below zero are taken where they are allowed', () => {
  expect(message(set(3, 1, -5)(bars()), { negativePrices: true })).toMatchObject({ code: 'OK' });
  expect(message(set(3, 1, -Infinity)(bars()), { negativePrices: true })).toMatchObject({ message: 'the bars of demo:ABC:1m, row 2: low is -Infinity' });
});

test.each<[unknown, string]>([
  [null, 'null'],
  ['bars', 'a string, and no list of columns'],
  [bars().slice(0, 5), '5 columns, and not 6'],
  [bars().map((column) => [...column]), 'columns of which t is no Float64Array'],
  [bars().map((column, k) => (k === 4 ? new Float32Array(column) : column)), 'columns of which close is no Float64Array'],
  [bars().map((column, k) => (k === 4 ? column.subarray(1) : column)), 'columns of 3 rows, of which close has 2'],
])('what is no columns of bars says so: %#', (given, what) => {
  expect(message(given)).toMatchObject({ code: 'DATA_COLUMNS_INVALID', message: `the bars of demo:ABC:1m are ${what}` });
});
