import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { benchmarkMetrics } from '#analysis/benchmark.ts';
import { type Metrics, type MetricsInput, metrics } from '#analysis/metrics.ts';
import { normalCdf } from '#analysis/normal.ts';
import type { Trade } from '#domain/order.ts';
import { tripsOf } from '#analysis/trips.ts';
import { readBars } from '#feeds/csv.ts';
import { fillsOf } from '../support/fills.ts';

// Source: test/oracle-tools/metrics.py (exact fractions, Python standard library); its header says how to write the file anew.
const golden = JSON.parse(readFileSync(new URL('metrics.golden.json', import.meta.url), 'utf8'));
const INDEX = 'node_modules/vega-datasets/data/sp500-2000.csv';

const DAY_MS = 86_400_000;

function expectFigures(actual: object, expected: Readonly<Record<string, number | null>>): void {
  expect(new Set(Object.keys(actual))).toEqual(new Set(Object.keys(expected)));
  for (const [name, found] of Object.entries(actual) as [string, number | null][]) {
    const value = expected[name]!;
    if (value === null || found === null) expect(found, name).toBe(value);
    else expect(Math.abs(found - value), `${name}: ${found} for ${value}`).toBeLessThanOrEqual(1e-10 * Math.abs(value));
  }
}

function input(equity: number[], trades: Trade[] = [], cash0 = equity[0] ?? 100): MetricsInput {
  return { t: Float64Array.from(equity, (_, row) => row * DAY_MS), equity: Float64Array.from(equity), rowsHeld: 0, fills: fillsOf(trades), cash0 };
}

function trade(day: number, side: Trade['side'], quantity: number, price: number, fee = 0): Trade {
  return { ts: day * DAY_MS, side, quantity, price, fee };
}

function isUnsound(value: number | null): boolean {
  return value !== null && !Number.isFinite(value);
}

describe('every metric equals the reference in exact fractions', () => {
  test('on a small account with a reversal, an addition, a partial exit and an open trip', () => {
    const { t, equity, position, trades, cash0, high, low } = golden.small.input;
    const list: Trade[] = trades.map(([ts, side, quantity, price, fee]: [number, Trade['side'], number, number, number]) => ({ ts, side, quantity, price, fee }));
    expectFigures(metrics({ t: Float64Array.from(t), equity: Float64Array.from(equity), rowsHeld: position.filter((held: number) => held !== 0).length, fills: fillsOf(list), cash0, trips: tripsOf(fillsOf(list), new Map([['', { t: Float64Array.from(t), high: Float64Array.from(high), low: Float64Array.from(low) }]])) }), golden.small.metrics);
  });

  test('against a benchmark that lacks some of its rows and has one more', () => {
    const { t, equity } = golden.small.input;
    const [times, values] = [0, 1].map((column) => Float64Array.from(golden.small.benchmark, (row: number[]) => row[column]!)) as [Float64Array, Float64Array];
    expectFigures(benchmarkMetrics({ t: Float64Array.from(t), value: Float64Array.from(equity) }, { t: times, value: values }), golden.small.benchmarkMetrics);
  });

  test.each<[number, number]>(golden.normal)('the share of a normal distribution below %d is %d', (z, share) => {
    expect(Math.abs(normalCdf(z) - share)).toBeLessThanOrEqual(1e-12 * share);
  });

  test.skipIf(!existsSync(INDEX))('on twenty years of the S&P 500 (skipped: no data)', async () => {
    expect(createHash('sha256').update(readFileSync(INDEX)).digest('hex')).toBe(golden.index.sha256);
    const { columns, rows } = await readBars(INDEX);
    expect(rows).toBe(golden.index.rows);
    const [t, , high, low, close] = columns as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
    // golden.index.rule, in millionths, which hold closes of six places exactly
    const trades: Trade[] = [];
    const equity = new Float64Array(rows);
    const position = new Float64Array(rows);
    let cash = golden.index.cash0 * 1e6;
    let month = -1;
    let held = 0;
    for (let row = 0; row < rows; row++) {
      const date = new Date(t[row]!);
      const price = Math.round(close[row]! * 1e6);
      if (date.getUTCMonth() !== month) {
        month = date.getUTCMonth();
        const wanted = month % 2 === 0 ? 10 : 0;
        if (wanted !== held) trades.push({ ts: t[row]!, side: wanted > held ? 'buy' : 'sell', quantity: 10, price: close[row]!, fee: 0 });
        cash -= (wanted - held) * price;
        held = wanted;
      }
      position[row] = held;
      equity[row] = (cash + held * price) / 1e6;
    }
    expectFigures(metrics({ t, equity, rowsHeld: position.filter((units) => units !== 0).length, fills: fillsOf(trades), cash0: golden.index.cash0, trips: tripsOf(fillsOf(trades), new Map([['', { t, high, low }]])) }), golden.index.metrics);
    expectFigures(benchmarkMetrics({ t, value: equity }, { t, value: close }), golden.index.benchmarkMetrics);
  });
});

describe('what is not defined is null', () => {
  test('for a flat account there is no ratio to a spread that is zero', () => {
    const found = metrics(input([100, 100, 100]));
    expect(found).toMatchObject({ totalReturn: 0, volatility: 0, sharpe: null, sortino: null, calmar: null, omega: null, tailRatio: null, skew: null, kurtosis: null });
    expect(found).toMatchObject({ maxDrawdownRatio: 0, maxDrawdownMs: 0, hitRatio: null, profitFactor: null, expectancy: null, holdingMs: null, exposureRatio: 0, turnover: 0 });
  });

  test.each([
    ['no row', []],
    ['one row', [100]],
    ['two rows', [100, 101]],
    ['ruin', [100, 0, 0, 0]],
    ['debt', [100, -50, 20, -10]],
    ['a day that multiplies by 1e200', [1, 1e200]],
  ])('for %s every figure is finite or null', (_, equity) => {
    expect(Object.values(metrics(input(equity))).filter(isUnsound)).toEqual([]);
  });

  test('who was worth nothing or less and went on has no figure made of returns', () => {
    // 100 → −50 → 20 → −10: as quotients the returns would be −150 %, −140 % and −150 %, though the account rose once.
    const found = metrics(input([100, -50, 20, -10]));
    expect(found).toMatchObject({ totalReturn: -1.1, cagr: null, sharpe: null, sortino: null, volatility: null, omega: null, valueAtRisk95: null, positiveBarRatio: null, bestDay: null, positiveDayRatio: null });
    expect(found).toMatchObject({ maxDrawdownRatio: 1.5, maxDrawdown: 150 });
  });

  test('who ends in debt has the returns that led there', () => {
    // Returns −1/2 and −6/5: mean −0.85, deviation 0.7 / √2.
    const { sharpe, worstDay } = metrics(input([100, 50, -10]));
    expect(sharpe).toBeCloseTo((-0.85 / (0.7 / Math.SQRT2)) * Math.sqrt(365.25), 10);
    expect(worstDay).toBeCloseTo(-1.2, 14);
  });

  test('for bars without an account nothing is known and nothing was done', () => {
    const { roundTrips, drawdowns, trades, fees, longTrips, longProfit, shortTrips, shortProfit, winsInRowMax, lossesInRowMax, ...others } = metrics({ ...input([]), t: input([1, 2, 3]).t });
    expect([roundTrips, drawdowns, trades, fees, longTrips, longProfit, shortTrips, shortProfit, winsInRowMax, lossesInRowMax].every((value) => value === 0)).toBe(true);
    expect(new Set(Object.values(others))).toEqual(new Set([null]));
  });

  test('for any account every figure is finite or null', () => {
    fc.assert(fc.property(fc.array(fc.double({ noNaN: true }), { maxLength: 20 }), fc.double({ noNaN: true }), (equity, cash0) => !Object.values(metrics(input(equity, [], cash0))).some(isUnsound)));
  });

  test('without a losing trip there is no profit factor', () => {
    const trades = [trade(0, 'buy', 1, 10), trade(1, 'sell', 1, 12)];
    expect(metrics(input([100, 102], trades))).toMatchObject({ roundTrips: 1, hitRatio: 1, profitFactor: null, payoffRatio: null, expectancy: 2 });
  });
});

describe('a drawdown', () => {
  test.each([
    ['ends on the row that reaches the peak again', [100, 90, 80, 100, 101], 0.2, 3],
    ['still open counts to the last row', [100, 110, 99, 104.5], 0.1, 2],
    ['begins at the last row on the peak', [100, 100, 100, 50, 100], 0.5, 2],
    ['below the opening cash begins with the first row', [100, 80, 90], 0.2, 2],
  ])('%s', (_, equity, ratio, days) => {
    const found = metrics(input(equity));
    expect(found.maxDrawdownRatio).toBeCloseTo(ratio, 12);
    expect(found.maxDrawdownMs).toBe(days * DAY_MS);
  });

  test('ends at the peak and the next one begins below it: two of 20 % and 10 %, of 2 days and 1 day', () => {
    const found = metrics(input([100, 80, 100, 110, 99, 121]));
    expect(found).toMatchObject({ drawdowns: 2, maxDrawdown: 20, averageDrawdownMs: 2 * DAY_MS });
    expect(found.averageDrawdownRatio).toBeCloseTo(0.15, 12);
    expect(found.underWaterRatio).toBeCloseTo(2 / 6, 12);
    expect(found.recoveryFactor).toBeCloseTo(21 / 20, 12);
    expect(found.burke! * Math.hypot(0.2, 0.1)).toBeCloseTo(found.cagr!, 9);
  });

  test('counts in cash apart from its ratio: 30 of 300 is more money than 20 of 100', () => {
    expect(metrics(input([100, 80, 300, 270]))).toMatchObject({ maxDrawdownRatio: 0.2, maxDrawdown: 30 });
  });
});

describe('days, months and years', () => {
  const dates = ['2023-12-30T09:00', '2023-12-30T17:00', '2023-12-31T09:00', '2024-01-01T09:00', '2024-01-01T17:00', '2024-02-05T09:00'];
  const found = metrics({ ...input([100, 110, 121, 100, 96.8, 96.8]), t: Float64Array.from(dates, (date) => Date.parse(`${date}Z`)) });

  test('are those of UTC, the first from the opening cash', () => {
    // Days: 100 → 110 → 121 → 96.8 → 96.8; months: 100 → 121 → 96.8 → 96.8; years: 100 → 121 → 96.8.
    for (const [name, value] of Object.entries({ bestDay: 0.1, worstDay: -0.2, bestMonth: 0.21, worstMonth: -0.2, bestYear: 0.21, worstYear: -0.2, positiveDayRatio: 0.5, positiveMonthRatio: 1 / 3, gainToPain: 0.05 }))
      expect(found[name as keyof Metrics], name).toBeCloseTo(value, 12);
  });

  test('of an equity that grows by the same share each day are perfectly stable', () => {
    expect(metrics(input(Array.from({ length: 50 }, (_, day) => 100 * 1.01 ** day))).stability).toBeCloseTo(1, 12);
    expect(metrics(input([100, 101])).stability).toBeNull();
  });
});

describe('the Sharpe ratio', () => {
  // Bailey and López de Prado (2012): with normal returns the probability is that of a normal score of S·√(n − 1) / √(1 + S² / 2).
  test('of returns as often up as down is as likely above 0 as below', () => {
    const equity = Array.from({ length: 41 }, (_, day) => (day % 2 === 0 ? 100 : 101));
    const found = metrics(input(equity));
    expect(Math.abs(found.probabilisticSharpe! - 0.5)).toBeLessThan(0.02);
    expect(metrics(input(equity.map((value, day) => value * 1.01 ** day))).probabilisticSharpe).toBeGreaterThan(0.999);
    expect(metrics(input(equity.map((value, day) => value * 0.99 ** day))).probabilisticSharpe).toBeLessThan(0.001);
  });

  test('is the surer the longer it was seen: four times the bars halve its standard error', () => {
    const seen = (days: number) => metrics(input(Array.from({ length: days + 1 }, (_, day) => (day % 2 === 0 ? 100 : 101)))).sharpeStandardError!;
    expect(seen(400) / seen(1_600)).toBeCloseTo(2, 2);
  });
});
