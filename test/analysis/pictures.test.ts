// The figures behind the pictures of a report, against test/oracle-tools/pictures.py.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { histogramOf, quantile, stepFrom } from '#analysis/histogram.ts';
import { returnsOf } from '#analysis/return-metrics.ts';
import { rollingOf, windowBarsOf } from '#analysis/rolling.ts';
import { spanOf } from '#analysis/span.ts';
import { worstDrawdowns } from '#analysis/worst-drawdowns.ts';
import { readBars } from '#feeds/csv.ts';

interface Golden {
  readonly barsPerYear: number;
  readonly windowBars: number;
  readonly rolling: Readonly<Record<string, { readonly windowBars: number; readonly count: number; readonly some: readonly { readonly at: number; readonly row: number; readonly sharpe: number; readonly volatility: number }[] }>>;
  readonly histogram: { readonly from: number; readonly width: number; readonly counts: readonly number[]; readonly mean: number; readonly deviation: number };
  readonly drawdowns: readonly unknown[];
}

const golden = JSON.parse(readFileSync('test/analysis/pictures.golden.json', 'utf8')) as Golden;
const { columns } = await readBars('node_modules/vega-datasets/data/sp500-2000.csv');
const [t, , , , close] = columns as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
const equity = close.map((value) => 100_000 + 10 * (value - close[0]!));
const returns = returnsOf(equity);

function near(value: number, wanted: number): void {
  expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-10 * Math.abs(wanted));
}

describe('rolling figures', () => {
  const { barsPerYear } = spanOf(t);
  const windowBars = windowBarsOf(returns.length, barsPerYear);

  test('look back half a year', () => {
    near(barsPerYear, golden.barsPerYear);
    expect(windowBars).toBe(golden.windowBars);
  });

  test.each(Object.entries(golden.rolling))('at %s points at most are those of the script', (pointsMax, wanted) => {
    const found = rollingOf(returns, barsPerYear, windowBars, Number(pointsMax));
    expect([found.windowBars, found.rows.length]).toEqual([wanted.windowBars, wanted.count]);
    for (const { at, row, sharpe, volatility } of wanted.some) {
      expect(found.rows[at]).toBe(row);
      near(found.sharpe[at]!, sharpe);
      near(found.volatility[at]!, volatility);
    }
  });

  test('of a stretch without a move are a volatility of exactly 0 and no Sharpe ratio', () => {
    const still = rollingOf(Float64Array.of(...Array.from({ length: 30 }, () => 0.1), ...Array.from({ length: 70 }, () => 0)), 252, 25, 1_000);
    expect(still.volatility.subarray(30).every((value) => value === 0)).toBe(true);
    expect(still.sharpe.subarray(30).every(Number.isNaN)).toBe(true);
  });

  test('are not worked out from fewer than 20 returns', () => {
    expect(rollingOf(returns.subarray(0, 70), 252, 19, 1_000).rows).toHaveLength(0);
  });
});

describe('a histogram', () => {
  test('has the bins and counts of the script', () => {
    const { from, width, counts, mean, deviation } = histogramOf(returns)!;
    expect([from, width, [...counts]]).toEqual([golden.histogram.from, golden.histogram.width, golden.histogram.counts]);
    near(mean, golden.histogram.mean);
    near(deviation, golden.histogram.deviation);
  });

  test('of values that do not differ is none', () => {
    for (const values of [[], [1], [2, 2, 2], [1, Number.NaN], [1, Infinity]]) expect(histogramOf(Float64Array.from(values))).toBeUndefined();
  });

  test('has steps people count in', () => {
    expect([1, 1.1, 2, 2.1, 5, 5.1, 0.03, 700].map(stepFrom)).toEqual([1, 2, 2, 5, 5, 10, 0.05, 1_000]);
  });

  test('and quantiles lie between the values around them', () => {
    expect([0, 0.25, 0.5, 1].map((q) => quantile(Float64Array.of(1, 2, 4, 8), q))).toEqual([1, 1.75, 3, 8]);
  });
});

describe('the worst drawdowns', () => {
  test('are those of the script, deepest first', () => {
    expect(worstDrawdowns(equity, 100_000, 5)).toEqual(golden.drawdowns);
  });

  test('begin at the opening cash where the equity never was above it, and one that lasts has no recovery', () => {
    expect(worstDrawdowns(Float64Array.of(90, 100, 80, 70, 75), 100, 5)).toEqual([
      { depthRatio: 0.3, depth: 30, peakRow: 1, troughRow: 3, recoveryRow: null },
      { depthRatio: 0.1, depth: 10, peakRow: -1, troughRow: 0, recoveryRow: 1 },
    ]);
    expect(worstDrawdowns(Float64Array.of(100, 101), 100, 5)).toEqual([]);
  });
});
