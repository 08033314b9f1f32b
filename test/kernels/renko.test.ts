// Renko bricks where brute force does not look: prices of another place, jumps, edges that are hit exactly.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Renko } from '#kernels/operator-renko.ts';

const FILE = join(process.env.QMTL_ORACLE ?? join(import.meta.dirname, '../../../shared/oracle'), 'talib', 'skender_default_502.csv');
const available = existsSync(FILE);

/** `[t, open, high, low, close, volume]` of each brick; row k has time k. */
function bricksOf(size: number, closes: readonly number[], volumes: readonly number[] = closes.map(() => 1)): number[][] {
  const made: number[][] = [];
  new Renko(size).take(0, Float64Array.from(closes.keys()), [Float64Array.from(closes), Float64Array.from(volumes)], closes.length, { add: (t, values) => made.push([t, ...Array.from(values)]) });
  return made;
}

// D. Skender's Stock.Indicators has its bricks begin at the first close in whole units, 213, and states them for bricks of 2.5; half a unit lower that is
// a multiple of them. Its high and low are those of the bars, and it leaves out what was traded in the bar they begin at.
test.skipIf(!available)(`502 days have the bricks that Stock.Indicators states${available ? '' : ' (skipped: no data)'}`, () => {
  const rows = readFileSync(FILE, 'utf8').trim().split('\n').map((line) => line.split(',').map(Number));
  const bricks = bricksOf(2.5, rows.map((row) => Math.round(row[3]! * 100 - 50) / 100), rows.map((row, k) => (k === 0 ? 0 : row[4]!)));
  expect([bricks.length, bricks.filter(([, open, , , close]) => close! > open!).length]).toEqual([112, 62]);
  const stated = [[0, 213, 215.5, 1_180_981_564], [5, 225.5, 228, 4_192_959_240], [111, 240.5, 243]] as const;
  for (const [k, open, close, volume] of stated) {
    const [, from, , , to, traded] = bricks[k]!;
    expect([from! + 0.5, to! + 0.5]).toEqual([open, close]);
    if (volume !== undefined) expect(traded).toBe(volume);
  }
});

test('an edge that a close reaches to the digit is reached, and every edge is a decimal', () => {
  // 3 · 0.1 and 35 · 0.01 are other doubles than 0.3 and 0.35.
  expect(bricksOf(0.1, [0, 0.3])).toEqual([[1, 0, 0.1, 0, 0.1, 2], [1, 0.1, 0.2, 0.1, 0.2, 0], [1, 0.2, 0.3, 0.2, 0.3, 0]]);
  expect(bricksOf(0.01, [0.34, 0.35])).toEqual([[1, 0.34, 0.35, 0.34, 0.35, 2]]);
  expect(bricksOf(0.01, [0.36, 0.35])).toEqual([[1, 0.36, 0.36, 0.35, 0.35, 2]]);
});

test('a turn takes the size of two bricks and makes one, a whole one back makes none', () => {
  expect(bricksOf(1, [10, 11, 10, 9.1, 9]).map(([t, open, , , close]) => [t, open, close])).toEqual([[1, 10, 11], [4, 10, 9]]);
  expect(bricksOf(1, [10, 9, 10, 10.9, 11]).map(([t, open, , , close]) => [t, open, close])).toEqual([[1, 10, 9], [4, 10, 11]]);
});

test('bricks begin at the edge nearest to the first close, so that two runs lie on the same edges wherever they begin', () => {
  expect(bricksOf(5, [102.4, 105.1])).toEqual([[1, 100, 105, 100, 105, 2]]);
  expect(bricksOf(5, [102.6, 105.1])).toEqual([]);
});

test('what is no price is passed over, and what was traded meanwhile is not lost', () => {
  expect(bricksOf(1, [10, Number.NaN, 11, 1e300, 12], [1, 2, 3, 4, Number.NaN])).toEqual([[2, 10, 11, 10, 11, 6], [4, 11, 12, 11, 12, 4]]);
});

test('a price a thousand bricks away makes that many, one further away makes none, and bricks begin anew there', () => {
  expect(bricksOf(0.01, [10, 20])).toHaveLength(1_000);
  expect(bricksOf(0.01, [10, 20.01, 20.02])).toEqual([[2, 20.01, 20.02, 20.01, 20.02, 3]]);
  expect(bricksOf(0.01, [10, 20.01, 10, 10.01])).toEqual([[3, 10, 10.01, 10, 10.01, 4]]);
});

test('prices below 0 have bricks like any others', () => {
  expect(bricksOf(2, [1, -3.5]).map(([, open, , , close]) => [open, close])).toEqual([[2, 0], [0, -2]]);
});

test('a size that is no decimal has edges at its multiples', () => {
  expect(bricksOf(Math.PI, [0, 7]).map(([, , , , close]) => close)).toEqual([Math.PI, 2 * Math.PI]);
});
