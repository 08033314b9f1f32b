// What each example says it does, held against the bars it did it on. The rules are worked out here again, by hand and without the kernels.
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { BarColumns } from '#domain/bar.ts';
import { readBars } from '#feeds/csv.ts';
import { type BacktestResult, Runner, type Strategy, type StrategyParams } from '#sdk/mod.ts';
import { type Bar, dailyBars, minuteBars } from '../../examples/data.ts';
import keltner from '../../examples/keltner.ts';
import macd from '../../examples/macd.ts';
import openingRange from '../../examples/opening-range.ts';
import pairs from '../../examples/pairs.ts';
import rotation from '../../examples/rotation.ts';
import rsiReversion from '../../examples/rsi-reversion.ts';
import turtle from '../../examples/turtle.ts';
import volatilityTarget from '../../examples/volatility-target.ts';
import { EXAMPLES } from '../../scripts/examples.ts';

const always = { start: 0, end: 4e15 };
const index = (await readBars('node_modules/vega-datasets/data/sp500-2000.csv')).columns as readonly Float64Array[];
const [t, open, high, low, close] = index as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
const days = dailyBars();
const minutes = columnsOf(minuteBars());

function columnsOf(bars: readonly Bar[]): BarColumns {
  return (['ts', 'open', 'high', 'low', 'close', 'volume'] as const).map((field) => Float64Array.from(bars, (bar) => bar[field]));
}

function run<P extends StrategyParams>(strategy: Strategy<P>, data: BarColumns | Record<string, BarColumns> = index): Promise<BacktestResult> {
  return Runner.backtest(strategy, { ...always, data });
}

const mean = (values: Float64Array): number => values.reduce((a, b) => a + b) / values.length;
const last = (values: Float64Array, row: number, count: number): Float64Array => values.subarray(row - count + 1, row + 1);
/** Row of the decision that a fill at an open came from: the one before. */
const decidedAt = (times: Float64Array, ts: number): number => times.indexOf(ts) - 1;

function ema(values: Float64Array, period: number): Float64Array {
  const out = new Float64Array(values.length).fill(Number.NaN);
  const first = values.findIndex((value) => !Number.isNaN(value)) + period - 1;
  out[first] = mean(last(values, first, period));
  for (let row = first + 1; row < values.length; row++) out[row] = out[row - 1]! + (2 / (period + 1)) * (values[row]! - out[row - 1]!);
  return out;
}

/** Wilder's: the first average is a plain one, later ones take 1 / period of what is new. */
function wilder(values: Float64Array, first: number, period: number): Float64Array {
  const out = new Float64Array(values.length).fill(Number.NaN);
  out[first + period - 1] = mean(values.subarray(first, first + period));
  for (let row = first + period; row < values.length; row++) out[row] = (out[row - 1]! * (period - 1) + values[row]!) / period;
  return out;
}

const trueRange = high.map((value, row) => (row === 0 ? value - low[row]! : Math.max(value - low[row]!, Math.abs(value - close[row - 1]!), Math.abs(low[row]! - close[row - 1]!))));

test('examples/README.md lists files that are there, and all that npm run examples runs', () => {
  const listed = new Set([...readFileSync('examples/README.md', 'utf8').matchAll(/^\| \[`(.+?)\.ts`\]\(\1\.ts\) \|/gm)].map(([, name]) => name!));
  expect(Object.keys(EXAMPLES).filter((name) => !listed.has(name))).toEqual([]);
  expect([...listed].filter((name) => !existsSync(`examples/${name}.ts`))).toEqual([]);
});

describe('rsi-reversion', () => {
  test('buys only what is weak in an uptrend, sells only strength, and misses neither', async () => {
    const { trades, run: { position } } = await run(rsiReversion);
    const ups = wilder(close.map((value, row) => Math.max(value - (close[row - 1] ?? value), 0)), 1, 2);
    const downs = wilder(close.map((value, row) => Math.max((close[row - 1] ?? value) - value, 0)), 1, 2);
    const isWeak = (row: number): boolean => 100 * (ups[row]! / (ups[row]! + downs[row]!)) < 10 && close[row]! > mean(last(close, row, 200));
    const isStrong = (row: number): boolean => close[row]! > mean(last(close, row, 5));
    expect(trades.length).toBeGreaterThan(200);
    for (const { ts, side } of trades) expect(side === 'buy' ? isWeak(decidedAt(t, ts)) : isStrong(decidedAt(t, ts))).toBe(true);
    for (let row = 200; row < t.length - 1; row++) if (isWeak(row) && !isStrong(row)) expect(position[row + 1]).toBe(50);
  });
});

describe('macd', () => {
  test('is long from a close with the line above signal and zero to one with it below its signal', async () => {
    const { trades } = await run(macd);
    const [fast, slow] = [ema(close, 12), ema(close, 26)];
    const line = fast.map((value, row) => value - slow[row]!);
    const signal = ema(line, 9);
    expect(trades.length).toBeGreaterThan(100);
    for (const { ts, side } of trades) {
      const row = decidedAt(t, ts);
      if (row < 200) continue; // where it still shows from which bar an average began
      if (side === 'buy') expect(line[row]! > signal[row]! && line[row]! > 0).toBe(true);
      else expect(line[row]! < signal[row]!).toBe(true);
    }
  });
});

describe('keltner', () => {
  test('buys closes above the channel and sells closes below its middle', async () => {
    const { trades } = await run(keltner);
    const middle = ema(close, 20);
    const range = wilder(trueRange, 1, 10);
    expect(trades.length).toBeGreaterThan(100);
    for (const { ts, side } of trades) {
      const row = decidedAt(t, ts);
      if (side === 'buy') expect(close[row]).toBeGreaterThan(middle[row]! + 1.5 * range[row]!);
      else expect(close[row]).toBeLessThan(middle[row]!);
    }
  });
});

describe('turtle', () => {
  let result: BacktestResult;
  beforeAll(async () => {
    result = await run(turtle);
  });

  test('enters at a new high of twenty days, or at the open beyond it', () => {
    const entries = result.trades.filter(({ side }) => side === 'buy');
    expect(entries.length).toBeGreaterThan(60);
    for (const { ts, price } of entries) {
      const row = t.indexOf(ts);
      const top = Math.max(...last(high, row - 1, 20));
      expect(high[row]).toBeGreaterThanOrEqual(top);
      expect(price / Math.max(top, open[row]!)).toBeCloseTo(1.0001, 5); // one basis point of slippage
    }
  });

  test('risks a hundredth of the account for each N', () => {
    const range = wilder(trueRange, 1, 20);
    for (const { ts, side, quantity } of result.trades) {
      if (side !== 'buy') continue;
      const row = decidedAt(t, ts);
      expect(quantity).toBe(Math.floor((result.run.equity[row]! * 0.01) / range[row]!));
    }
  });

  test('leaves two N below the breakout, or at the low of ten days once that is higher', () => {
    const range = wilder(trueRange, 1, 20);
    for (let k = 0; k + 1 < result.trades.length; k += 2) {
      const [entry, exit] = [t.indexOf(result.trades[k]!.ts), t.indexOf(result.trades[k + 1]!.ts)];
      let stop = Math.max(...last(high, entry - 1, 20)) - 2 * range[entry - 1]!;
      for (let row = entry; row < exit; row++) stop = Math.max(stop, Math.min(...last(low, row, 10)));
      // Below the stop where the market opens below it; a stop is met within the bar of its entry as well.
      const met = entry === exit ? stop : Math.min(stop, open[exit]!);
      expect(result.trades[k + 1]!.price / met).toBeCloseTo(0.9999, 5);
    }
  });
});

describe('pairs', () => {
  const data = { ALPHA: columnsOf(days.get('ALPHA')!), BETA: columnsOf(days.get('BETA')!) };

  test('opens both legs against each other at two deviations, for about the same money', async () => {
    const { trades } = await run(pairs, data);
    const [times, , , , a] = data.ALPHA as unknown as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
    const ratio = a.map((value, row) => Math.log(value / data.BETA[4]![row]!));
    let held = 0;
    expect(trades.length).toBeGreaterThan(40);
    for (let k = 0; k < trades.length; k += 2) {
      const [one, two] = [trades[k]!, trades[k + 1]!];
      expect([one.ts, new Set([one.instrument, two.instrument]), new Set([one.side, two.side])]).toEqual([two.ts, new Set(['a', 'b']), new Set(['buy', 'sell'])]);
      const row = decidedAt(times, one.ts);
      const window = last(ratio, row, 60);
      const z = (ratio[row]! - mean(window)) / Math.sqrt(mean(window.map((value) => (value - mean(window)) ** 2)));
      const first = one.instrument === 'a' ? one : two;
      if (held === 0) {
        expect(Math.abs(z)).toBeGreaterThan(2);
        expect(first.side).toBe(z > 0 ? 'sell' : 'buy');
        expect((one.quantity * one.price) / (two.quantity * two.price)).toBeCloseTo(1, 1);
        held = first.side === 'buy' ? 1 : -1;
      } else {
        expect(z * held).toBeGreaterThan(0);
        held = 0;
      }
    }
  });
});

describe('rotation', () => {
  test('holds the two that rose most in half a year, decided every fourth Monday, or fewer when fewer rose', async () => {
    const data = Object.fromEntries([...days].map(([name, bars]) => [name, columnsOf(bars)]));
    const { trades } = await run(rotation, data);
    const times = data['ALPHA']![0]!;
    const held = new Map<string, number>();
    expect(trades.length).toBeGreaterThan(100);
    for (const ts of new Set(trades.map((trade) => trade.ts))) {
      const row = decidedAt(times, ts);
      expect(new Date(times[row]!).getUTCDay()).toBe(1);
      for (const { instrument, side, quantity } of trades.filter((trade) => trade.ts === ts)) held.set(instrument!, (held.get(instrument!) ?? 0) + (side === 'buy' ? quantity : -quantity));
      const risen = Object.entries(data).map(([name, columns]) => ({ name, by: columns[4]![row]! / columns[4]![row - 126]! - 1 })).toSorted((a, b) => b.by - a.by);
      expect([...held].filter(([, quantity]) => quantity !== 0).map(([name]) => name).toSorted()).toEqual(risen.slice(0, 2).filter(({ by }) => by > 0).map(({ name }) => name).toSorted());
    }
  });
});

describe('volatility-target', () => {
  test('moves the account by about a tenth a year through calm and crash, and never holds more than it is worth', async () => {
    const { metrics, run: { equity, position } } = await run(volatilityTarget);
    expect(metrics.volatility).toBeGreaterThan(0.08);
    expect(metrics.volatility).toBeLessThan(0.12);
    // Twenty years of the index itself: 0.19.
    const returns = close.subarray(1).map((value, row) => value / close[row]! - 1);
    expect(Math.sqrt(mean(returns.map((value) => value * value)) * 252)).toBeGreaterThan(0.18);
    position.forEach((units, row) => expect((units * close[row]!) / equity[row]!).toBeLessThan(1.12));
  });
});

describe('opening-range', () => {
  test('enters beyond the first half hour only, and is flat at the end of every session', async () => {
    const { trades, run: { position } } = await run(openingRange, minutes);
    const [times, , highs, lows] = minutes as [Float64Array, Float64Array, Float64Array, Float64Array];
    expect(trades.length).toBeGreaterThan(80);
    let held = 0;
    for (const { ts, side, quantity, price } of trades) {
      const first = Math.floor(times.indexOf(ts) / 390) * 390;
      if (held === 0) {
        expect(times.indexOf(ts) - first).toBeGreaterThanOrEqual(30);
        if (side === 'buy') expect(price).toBeGreaterThanOrEqual(Math.max(...highs.subarray(first, first + 30)));
        else expect(price).toBeLessThanOrEqual(Math.min(...lows.subarray(first, first + 30)));
      }
      held += side === 'buy' ? quantity : -quantity;
    }
    for (let row = 389; row < times.length; row += 390) expect(position[row]).toBe(0);
  });
});
