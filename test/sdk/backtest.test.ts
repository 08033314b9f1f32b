// Exactness of a whole backtest: the crossover job, and recorded bars against exact rational arithmetic written here.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { backtest } from '#sdk/backtest.ts';
import { account, crossover, latch, sma, Strategy, StreamInput } from '#sdk/mod.ts';
import { generateBars, toPrices } from '../broker/crossover.ts';

const goldenCross = new Strategy({
  name: 'golden-cross',
  params: { fast: 10, slow: 30, quantity: 1 },
  account: { cash: 100_000, feeBps: 10 },
  build({ fast, slow, quantity }) {
    const price = new StreamInput({ venue: 'test', instrument: 'ABC', interval: '1m' });
    return { target: latch(crossover(sma(price, { period: fast }), sma(price, { period: slow }))).times(quantity) };
  },
});

const always = { start: 0, end: 4e15 };

test('the crossover job of 500,000 bars is exactly 9,784 round trips and 85,502.80096', async () => {
  const { t, open, high, low, close, volume } = generateBars(500_000, 42);
  const data = [t, ...[open, high, low, close].map(toPrices), Float64Array.from(volume)];
  const result = await backtest(goldenCross, { ...always, data });
  // It ends flat, so two trades are a round trip. The figures are those of the job's own integer reference.
  expect(result.run.position.at(-1)).toBe(0);
  expect(result.trades).toHaveLength(2 * 9_784);
  expect(result.equityFinal).toBe(85_502.80096);
  expect(result.bars).toBe(500_000);
});

test('an account that was worth nothing or less is told of, with the moment', async () => {
  const always1 = new Strategy({ name: 'held', account: { cash: 10 }, build: () => ({ target: new StreamInput({ venue: 'test', instrument: 'ABC', interval: '1m' }).gt(0) }) });
  const minutes = Float64Array.of(0, 60_000, 120_000, 180_000);
  const prices = (last: number) => Float64Array.of(100, 100, 100, last);
  const run = async (last: number) => (await backtest(always1, { ...always, data: [minutes, prices(last), prices(last), prices(last), prices(last), Float64Array.of(1, 1, 1, 1)] })).warnings;
  // Bought for 100 with 10 of cash: worth 0 where the price is 90.
  expect(await run(90)).toContainEqual(expect.stringMatching(/^the account was worth nothing or less at 1970-01-01 00:03: /));
  expect(await run(91)).not.toContainEqual(expect.stringMatching(/worth nothing or less/));
});

test('an account that bought for more cash than it had is told of, unless it declares its leverage', async () => {
  const price = new StreamInput({ venue: 'test', instrument: 'ABC', interval: '1m' });
  const warningsOf = async (cash: number, terms: { leverage?: number }) => {
    const buying = new Strategy({ name: 'buying', build: () => ({ account: account(price, { cash, ...terms }, ({ position, buy }) => { if (position === 0) buy(1); }) }) });
    const minutes = Float64Array.of(0, 60_000, 120_000);
    const prices = Float64Array.of(100, 100, 100);
    return (await backtest(buying, { start: 0, end: 180_000, data: [minutes, prices, prices, prices, prices, prices] })).warnings;
  };
  // Ordered at the first close, bought at the open of the second bar.
  expect(await warningsOf(99, {})).toEqual([expect.stringMatching(/^the account owes money from 1970-01-01 00:01 on: .*leverage: 1/)]);
  expect(await warningsOf(100, {})).toEqual([]);
  expect(await warningsOf(99, { leverage: 2 })).toEqual([]);
});

test('a run without a trade says what stood in the way', async () => {
  const price = new StreamInput({ venue: 'test', instrument: 'ABC', interval: '1m' });
  const bars = [Float64Array.of(0, 60_000, 120_000), ...Array.from({ length: 5 }, () => Float64Array.of(100, 100, 100))];
  const warningsOf = async (build: () => object) => (await backtest(new Strategy({ name: 'idle', build }), { start: 0, end: 180_000, data: bars })).warnings;
  expect(await warningsOf(() => ({ target: price.close.minus(100).over(0) }))).toEqual(['nothing was traded: up to the last bar but one the target was 0 or no number']);
  expect(await warningsOf(() => ({ account: account(price, {}, () => {}) }))).toEqual(['nothing was traded: no order was placed']);
  expect(await warningsOf(() => ({ account: account(price, {}, ({ buy }) => { buy(1, { limit: 9 }); }) }))).toEqual(['nothing was traded: 3 orders were placed and none filled']);
  expect(await warningsOf(() => ({ target: price.gt(0) }))).toEqual([]);
});

// The reference: prices as whole 1e-8 units read from the text of the file, averages compared as fractions without division,
// fees of 0.1 % rounded to the nearest unit with ties to even, the account in whole units.
const UNITS = 100_000_000n;

function unitsOf(decimal: string): bigint {
  const [, sign, whole, places = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal)!;
  if (/[1-9]/.test(places.slice(8))) throw new Error(`${decimal} is finer than 1e-8`);
  const units = BigInt(whole! + places.slice(0, 8).padEnd(8, '0'));
  return sign === '-' ? -units : units;
}

function nearestEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const twice = 2n * (dividend % divisor);
  return twice > divisor || (twice === divisor && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

interface Answer {
  readonly fills: { readonly row: number; readonly side: 'buy' | 'sell' }[];
  readonly equity: bigint;
}

function reference(open: readonly bigint[], close: readonly bigint[], fast: number, slow: number): Answer {
  let cash = 100_000n * UNITS;
  let held = false;
  let wanted = false;
  let before: bigint | undefined;
  const fills: Answer['fills'] = [];
  let fastSum = 0n;
  let slowSum = 0n;
  for (let row = 0; row < close.length; row++) {
    if (wanted !== held) {
      const price = open[row]!;
      const fee = nearestEven(price * 10n, 10_000n);
      cash += (wanted ? -price : price) - fee;
      held = wanted;
      fills.push({ row, side: wanted ? 'buy' : 'sell' });
    }
    fastSum += close[row]! - (row >= fast ? close[row - fast]! : 0n);
    slowSum += close[row]! - (row >= slow ? close[row - slow]! : 0n);
    if (row < slow - 1) continue;
    const difference = fastSum * BigInt(slow) - slowSum * BigInt(fast);
    if (before !== undefined) {
      if (difference > 0n && before <= 0n) wanted = true;
      else if (difference < 0n && before >= 0n) wanted = false;
    }
    before = difference;
  }
  return { fills, equity: cash + (held ? close.at(-1)! : 0n) };
}

const DATA = process.env.QMTL_DATA ?? join(import.meta.dirname, '../../../shared/data');
const available = existsSync(DATA);
const skipped = available ? '' : ' (skipped: no data)';

// 2 to 8 decimal places, prices from 1e-3 to 1e5, gaps, carried prices, defects and all.
describe('on recorded bars every fill and the last equity are those of exact arithmetic', () => {
  test.skipIf(!available).each([
    ['fx/EURUSD_1m_2025-01_2025-03_histdata', '6 places'],
    ['fx/GBPUSD_1m_2012-02_fxcm_bid', '5 places'],
    ['fx/EURGBP_1d_oanda_bid', '5 places'],
    ['crypto/BTCUSDC_1m_2023-03-01_2023-03-21_binanceus', '2 places, most prices carried'],
    ['crypto/BTCUSD_1m_2018-11_bitfinex', '8 places'],
    ['crypto/USDTUSD_1m_2023-03-01_2023-03-21_coinbase', '5 places around 1: averages are often equal'],
    ['crypto/XRPETH_1m_2019-10-11_2019-10-13_binance', '8 places, prices near 0.001'],
    ['crypto/IOTUSD_1m_2018-11_bitfinex', '8 places, prices below 1'],
    ['equity/SPY_1d_lean_raw', '4 places'],
    ['equity/SSEC_1m_2017-03_2017-07_sse', '3 places'],
    ['futures/6EH4_1m_2024-01_cme', '5 places, half pips'],
    ['futures/ES-201312_1m_2013-10-06_2013-10-14_lean', 'quarters'],
  ])(`%s: %s${skipped}`, async (name) => {
    const file = join(DATA, 'normalised', `${name}.csv.gz`);
    const rows = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n').slice(1).map((line) => line.split(','));
    const [open, close] = [1, 4].map((column) => rows.map((row) => unitsOf(row[column]!))) as [bigint[], bigint[]];
    for (const [fast, slow] of [[10, 30], [3, 7]] as const) {
      const exact = reference(open, close, fast, slow);
      const result = await backtest(goldenCross, { ...always, data: file, params: { fast, slow } });
      expect(result.trades.map(({ ts, side }) => `${side} ${ts}`)).toEqual(exact.fills.map(({ row, side }) => `${side} ${rows[row]![0]}`));
      expect(exact.fills.length).toBeGreaterThan(50);
      // Below 2^53 units a quotient by a power of ten is the nearest f64 to the exact amount.
      expect(result.equityFinal).toBe(Number(exact.equity) / 1e8);
    }
  });
});
