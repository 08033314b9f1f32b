// Exactness of a whole backtest: the crossover job, and recorded bars against exact rational arithmetic written here.
import { existsSync } from 'node:fs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { crossover, latch, Runner, sma, Strategy, StreamInput } from '#sdk/mod.ts';
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
  const result = await Runner.backtest(goldenCross, { ...always, data });
  // It ends flat, so two trades are a round trip. The figures are those of the job's own integer reference.
  expect(result.run.position.at(-1)).toBe(0);
  expect(result.trades).toHaveLength(2 * 9_784);
  expect(result.equityFinal).toBe(85_502.80096);
  expect(result.bars).toBe(500_000);
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
const FILES = [
  'normalised/fx/EURUSD_1m_2025-01_2025-03_histdata.csv.gz',
  'normalised/crypto/BTCUSD_1m_2016-07_2016-12_bitfinex.csv.gz',
].map((name) => join(DATA, name));
