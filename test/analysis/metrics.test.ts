import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Metrics, type MetricsInput, metrics } from '#analysis/metrics.ts';
import { quantilesOf } from '#analysis/quantile.ts';
import { roundTripsOf } from '#analysis/round-trip.ts';
import type { Trade } from '#domain/order.ts';
import { readBars } from '#feeds/csv.ts';

// Source: test/oracle-tools/metrics.py (exact fractions, Python standard library); its header says how to write the file anew.
const golden = JSON.parse(readFileSync(new URL('metrics.golden.json', import.meta.url), 'utf8'));
const INDEX = 'node_modules/vega-datasets/data/sp500-2000.csv';

const DAY_MS = 86_400_000;

function expectMetrics(actual: Metrics, expected: Record<keyof Metrics, number>): void {
  expect(new Set(Object.keys(actual))).toEqual(new Set(Object.keys(expected)));
  for (const [name, value] of Object.entries(expected)) {
    const found = actual[name as keyof Metrics]!;
    expect(Math.abs(found - value), `${name}: ${found} for ${value}`).toBeLessThanOrEqual(1e-10 * Math.abs(value));
  }
}

function input(equity: number[], trades: Trade[] = [], cash0 = equity[0] ?? 100): MetricsInput {
  return { t: Float64Array.from(equity, (_, row) => row * DAY_MS), equity: Float64Array.from(equity), position: new Float64Array(equity.length), trades, cash0 };
}

function trade(day: number, side: Trade['side'], quantity: number, price: number, fee = 0): Trade {
  return { ts: day * DAY_MS, side, quantity, price, fee };
}

function isUnsound(value: number | null): boolean {
  return value !== null && !Number.isFinite(value);
}

describe('every metric equals the reference in exact fractions', () => {
  test('on a small account with a reversal, an addition, a partial exit and an open trip', () => {
    const { t, equity, position, trades, cash0 } = golden.small.input;
    const list: Trade[] = trades.map(([ts, side, quantity, price, fee]: [number, Trade['side'], number, number, number]) => ({ ts, side, quantity, price, fee }));
    expectMetrics(metrics({ t: Float64Array.from(t), equity: Float64Array.from(equity), position: Float64Array.from(position), trades: list, cash0 }), golden.small.metrics);
  });

  test.skipIf(!existsSync(INDEX))('on twenty years of the S&P 500 (skipped: no data)', async () => {
    expect(createHash('sha256').update(readFileSync(INDEX)).digest('hex')).toBe(golden.index.sha256);
    const { columns, rows } = await readBars(INDEX);
    expect(rows).toBe(golden.index.rows);
    const [t, close] = [columns[0]!, columns[4]!];
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
    expectMetrics(metrics({ t, equity, position, trades, cash0: golden.index.cash0 }), golden.index.metrics);
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
});

describe('round trips', () => {
  test.each<[string, Trade[], number[]]>([
    ['an addition and two partial exits are one trip', [trade(0, 'buy', 1, 10), trade(1, 'buy', 1, 12), trade(2, 'sell', 1, 14), trade(3, 'sell', 1, 9)], [1]],
    ['a short trip earns when the price falls', [trade(0, 'sell', 2, 10), trade(1, 'buy', 2, 7)], [6]],
    // 5 sold at 12 with fee 5: 2 close (+4, fee 2), 3 open (fee 3), bought back at 11 (+3)
    ['a reversal is cut at zero, its fee in parts', [trade(0, 'buy', 2, 10), trade(1, 'sell', 5, 12, 5), trade(2, 'buy', 3, 11)], [2, 0]],
    ['a trip still open is not counted', [trade(0, 'buy', 1, 10), trade(1, 'sell', 1, 11), trade(2, 'buy', 1, 12)], [1]],
    ['0.1 and 0.2 sold as 0.3 is flat', [trade(0, 'buy', 0.1, 10), trade(1, 'buy', 0.2, 10), trade(2, 'sell', 0.3, 20)], [3]],
  ])('%s', (_, trades, profits) => {
    const found = roundTripsOf(trades).map((trip) => trip.profit);
    expect(found).toHaveLength(profits.length);
    found.forEach((profit, k) => expect(profit).toBeCloseTo(profits[k]!, 12));
  });
});

function quantileByDefinition(values: Float64Array, probability: number): number {
  const sorted = values.toSorted();
  const place = (sorted.length - 1) * probability;
  const low = sorted[Math.floor(place)]!;
  return low + (sorted[Math.ceil(place)]! - low) * (place - Math.floor(place));
}

describe('quantiles', () => {
  test('are those of the sorted series, wherever the sample falls', () => {
    const shapes: Record<string, (k: number) => number> = {
      rising: (k) => k,
      falling: (k) => -k,
      flat: () => 3,
      'mostly zero': (k) => (k % 10 === 0 ? Math.sin(k) : 0),
      random: (k) => Math.sin(k * k) * 1e-3,
      'hidden from the sample': (k) => (k % 24 === 0 ? 1_000 : -k),
    };
    for (const [name, shape] of Object.entries(shapes)) {
      for (const length of [1, 2, 3, 100, 4_097, 100_000]) {
        const values = Float64Array.from({ length }, (_, k) => shape(k));
        for (const probability of [0, 0.05, 0.5, 0.95, 1]) expect(quantilesOf(values, [probability])[0], `${name}, ${length}, ${probability}`).toBe(quantileByDefinition(values, probability));
      }
    }
  });
});
