// A made-up run, small enough to know every number of it.
import { metrics } from '#analysis/metrics.ts';
import { tripsOf } from '#analysis/trips.ts';
import type { Trade } from '#domain/order.ts';
import type { ReportInput } from '#report/page.ts';
import { fillsOf } from '../support/fills.ts';

export const DAY_MS = 86_400_000;

/** Prices with two decimals, an equity that rises in waves, `tradeCount` fills on the first rows. */
export function run(rows: number, tradeCount = 4, intervalMs = DAY_MS): ReportInput {
  const t = Float64Array.from({ length: rows }, (_, row) => Date.UTC(2020, 0, 1) + row * intervalMs);
  const close = Float64Array.from(t, (_, row) => Math.round(10_000 + 1_000 * Math.sin(row / 20)) / 100);
  const open = close.map((value, row) => close[row - 1] ?? value);
  const high = close.map((value, row) => Math.round(Math.max(value, open[row]!) * 100 + 25) / 100);
  const low = close.map((value, row) => Math.round(Math.min(value, open[row]!) * 100 - 30) / 100);
  const equity = Float64Array.from(t, (_, row) => 1_000 + row / 10 + 30 * Math.sin(row / 15));
  const trades = Array.from({ length: tradeCount }, (_, k): Trade => ({ ts: t[k]!, side: k % 2 === 0 ? 'buy' : 'sell', quantity: 1.5, price: 101.25 + k, fee: 0.125 }));
  const position = Float64Array.from(t, (_, row) => (row < tradeCount && row % 2 === 0 ? 1.5 : 0));
  const fills = fillsOf(trades);
  const trips = tripsOf(fills, new Map([['', { t, high, low }]]));
  return {
    title: 'golden-cross', params: { fast: 10, slow: 30 }, source: 'demo:SPX:1d', intervalMs, t, equity, exposure: position.map((units, row) => (units * close[row]!) / equity[row]!),
    instruments: [{ name: 'SPX', open, high, low, close }], trades, trips, cash: 1_000, metrics: metrics({ t, equity, rowsHeld: position.filter((units) => units !== 0).length, fills, trips, cash0: 1_000 }),
    costs: [{ label: 'Fees', amount: 0.125 * tradeCount, hint: 'of all fills' }],
    nodes: [
      { ids: { close: 'aa01' }, name: 'SPX', kind: 'stream', params: {}, reads: [], sharedWith: ['other'] },
      { ids: { '': 'aa02' }, name: 'fast', kind: 'kernel', params: { period: 10 }, reads: ['aa01'], sharedWith: [] },
      { ids: { '': 'aa03' }, name: 'account', kind: 'account', params: {}, reads: ['aa01', 'aa02'], sharedWith: [] },
    ],
    warnings: [], conventions: { Fill: 'at the open of the next bar' }, fingerprint: { data: 'bars.csv' },
  };
}
