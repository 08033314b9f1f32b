// Raw prices with corporate actions against adjusted prices, on LEAN's own data: twenty-three years of Apple, through three splits and thirty-six dividends.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { leanActions } from '#broker/lean-factors.ts';
import { type Bar, fillsOf, play, type Script } from './playground.ts';

const DATA = process.env.QMTL_DATA ?? join(import.meta.dirname, '../../../shared/data');
const available = existsSync(DATA);
const skipped = available ? '' : ' (skipped: no data)';
const DAY_MS = 86_400_000;

test('a factor file is read as splits and dividends of the day after each of its lines', () => {
  // Lines of aapl.csv. Apple's $2.65 went ex on 2012-08-09, and it split 7 for 1 on 2014-06-09.
  const text = '20120808,0.8613657,0.0357143,619.86\n20121106,0.8650639,0.0357143,582.86\n20140606,0.8689957,0.0357143,645.57\n20501231,0.8689957,0.25,0\n';
  expect(leanActions(text)).toEqual([
    { ts: Date.UTC(2012, 7, 9), split: 1, dividend: 2.65 },
    { ts: Date.UTC(2012, 10, 7), split: 1, dividend: 2.64 },
    { ts: Date.UTC(2014, 5, 7), split: 7, dividend: 0 },
  ]);
});

test.each([
  ['20120808;0.86;1', 'line 1'],
  ['20120808,0.86,1,5\n2012-09-01,1,1,5', 'line 2'],
  ['20120808,0,1,5', 'line 1'],
  ['20120808,0.86,1,5\n20120807,1,1,5', 'line 2'],
])('%j is refused at %s', (text, where) => {
  expect(() => leanActions(text, 'aapl.csv')).toThrow(expect.objectContaining({ code: 'DATA_ROW_INVALID', message: expect.stringContaining(`aapl.csv, ${where}`) }));
});

describe.skipIf(!available)(`on recorded prices${skipped}`, () => {
  const factors = (name: string): string => readFileSync(join(DATA, `lean/Data/equity/usa/factor_files/${name}.csv`), 'utf8');
  const raw = (name: string): Bar[] =>
    gunzipSync(readFileSync(join(DATA, `normalised/equity/${name}_1d_lean_raw.csv.gz`))).toString('utf8').trim().split('\n').slice(1).map((line) => {
      const [t, open, high, low, close, volume] = line.split(',').map(Number) as [number, number, number, number, number, number];
      return { t, open, high, low, close, volume };
    });
  /** Prices of before the splits in today's units. */
  const splitAdjusted = (bars: readonly Bar[], actions: ReturnType<typeof leanActions>): Bar[] =>
    bars.map((bar) => {
      const factor = actions.reduce((product, { ts, split }) => (ts > bar.t ? product * split : product), 1);
      const price = (value: number): number => Math.round((value / factor) * 1e8) / 1e8;
      return { ...bar, open: price(bar.open), high: price(bar.high), low: price(bar.low), close: price(bar.close) };
    });
  const stage = { intervalMs: DAY_MS, conventions: { cash: 1e6 } };

  test.each([
    ['AAPL', 'aapl', [2, 2, 7, 4]],
    ['IBM', 'ibm', [2]],
    ['BAC', 'bac', [2]],
  ])('%s: holding raw shares through its splits is holding adjusted ones', (name, file, splits) => {
    const actions = leanActions(factors(file));
    expect(actions.filter(({ split }) => split !== 1).map(({ split }) => split)).toEqual(splits);
    const bars = raw(name);
    const units = splits.reduce((product, split) => product * split, 1);
    // Every second half year in the market, by a market order; in today's units.
    const trade = (unitsAt: (row: number) => number): Script => ([desk], row) => {
      if (row % 250 === 5) desk!.buy(10 * unitsAt(row));
      if (row % 250 === 130) desk!.sell(desk!.position);
    };
    const splitsOnly = actions.filter(({ split }) => split !== 1).map((action) => ({ ...action, dividend: 0 }));
    const before = (row: number): number => units / splitsOnly.reduce((product, { ts, split }) => (ts > bars[row]!.t ? product * split : product), 1);
    const asRaw = play(bars, trade(before), { ...stage, instruments: { '': { lot: 1, actions: splitsOnly } } });
    const asAdjusted = play(splitAdjusted(bars, actions), trade(() => units), { ...stage, instruments: { '': { lot: 1 } } });
    expect(fillsOf(asRaw).length).toBeGreaterThan(40);
    expect(asRaw.of('position').map((held, row) => held / before(row))).toEqual(asAdjusted.of('position').map((held) => held / units));
    const [a, b] = [asRaw.of('equity'), asAdjusted.of('equity')];
    // Adjusted prices are rounded to 1e-8, times some 2,000 shares and 50 fills.
    for (const [row, equity] of a.entries()) expect(Math.abs(equity - b[row]!)).toBeLessThan(2e-3);
  });

  test('AAPL: the dividends paid are those its price factors stand for', () => {
    const actions = leanActions(factors('aapl'));
    const bars = raw('AAPL');
    const played = play(bars, ([desk], row) => row === 0 && desk!.buy(1_000), { ...stage, instruments: { '': { lot: 1, actions } } });
    const paid = played.of('carry');
    const dividends = actions.filter(({ dividend }) => dividend > 0);
    expect(paid.filter((amount) => amount !== 0)).toHaveLength(dividends.length);
    // Each is the units held over night times the dividend, on the first session that opens after it.
    for (const { ts, dividend } of dividends) {
      const row = bars.findIndex((bar) => bar.t >= ts);
      expect(paid[row]).toBeCloseTo(played.of('position')[row - 1]! * dividend, 6);
    }
    // The chain of (1 − dividend / reference close) is the first line's price factor, to the cents the dividends are rounded to.
    const chain = dividends.reduce((product, { ts, dividend }) => product * (1 - dividend / bars[bars.findIndex((bar) => bar.t >= ts) - 1]!.close), 1);
    expect(chain).toBeCloseTo(0.8613657, 3);
  });

  test('AAPL: a limit order waits through a split at the restated price', () => {
    const actions = leanActions(factors('aapl'));
    const bars = raw('AAPL');
    const from = bars.findIndex((bar) => bar.t >= Date.UTC(2014, 5, 6));
    // Placed the session before the seven-for-one split at $637 of $645: $91 from then on.
    const played = play(bars, ([desk], row) => row === from && desk!.buy(10, { limit: 637 }), { ...stage, instruments: { '': { lot: 1, actions } } });
    const touched = bars.findIndex((bar, row) => row > from && bar.low <= 91);
    expect(fillsOf(played)).toEqual([`${touched} buy 70 @ ${Math.min(91, bars[touched]!.open)}`]);
  });
});
