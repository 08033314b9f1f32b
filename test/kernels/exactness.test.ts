// The averages of decimals are exact: checked against integers of any length. Other sums do not drift.
import { describe, expect, test } from 'vitest';
import { outputsOf, ulps, walk, type Bars } from './series.ts';

const CENTS = 100;

function centsOf(column: Float64Array): bigint[] {
  return Array.from(column, (value) => BigInt(Math.round(value * CENTS)));
}

/** The quotient of two integers below 2⁵³, rounded once: what IEEE 754 division of two exact operands is. */
function quotient(numerator: bigint, denominator: bigint): number {
  expect(numerator < 2n ** 53n && denominator < 2n ** 53n).toBe(true);
  return Number(numerator) / Number(denominator);
}

describe.each([3, 10, 30, 77])('over %i rows of prices in cents', (period) => {
  const bars = walk(4_000, period);
  const cents = centsOf(bars.close);
  const sums = cents.map((_, row) => (row < period - 1 ? 0n : cents.slice(row - period + 1, row + 1).reduce((sum, value) => sum + value, 0n)));
  const heavy = cents.map((_, row) => (row < period - 1 ? 0n : cents.slice(row - period + 1, row + 1).reduce((sum, value, k) => sum + BigInt(k + 1) * value, 0n)));

  test('sma is the correctly rounded mean', () => {
    const [sma] = outputsOf('sma', { period }, bars);
    for (let row = period - 1; row < cents.length; row++) expect(sma![row]).toBe(quotient(sums[row]!, BigInt(period * CENTS)));
  });

  test('the sum is the correctly rounded one', () => {
    const [sum] = outputsOf('sum', { period }, bars);
    for (let row = period - 1; row < cents.length; row++) expect(sum![row]).toBe(quotient(sums[row]!, BigInt(CENTS)));
  });

  test('wma is the correctly rounded weighted mean', () => {
    const [wma] = outputsOf('wma', { period }, bars);
    const weights = BigInt((period * (period + 1)) / 2);
    for (let row = period - 1; row < cents.length; row++) expect(wma![row]).toBe(quotient(heavy[row]!, weights * BigInt(CENTS)));
  });

  test('trima is the correctly rounded triangular mean', () => {
    const [trima] = outputsOf('trima', { period }, bars);
    const weights = Array.from({ length: period }, (_, k) => BigInt(Math.min(k + 1, period - k)));
    const total = weights.reduce((sum, weight) => sum + weight, 0n);
    for (let row = period - 1; row < cents.length; row++) {
      const weighed = cents.slice(row - period + 1, row + 1).reduce((sum, value, k) => sum + weights[k]! * value, 0n);
      expect(trima![row]).toBe(quotient(weighed, total * BigInt(CENTS)));
    }
  });

  test('the middle band is the sma, bit for bit', () => {
    expect(outputsOf('bbands', { period }, bars)[1]).toEqual(outputsOf('sma', { period }, bars)[0]);
  });

  test('the bands are a correctly rounded variance away from it', () => {
    const [upper, middle, lower] = outputsOf('bbands', { period }, bars) as [Float64Array, Float64Array, Float64Array];
    for (let row = period - 1; row < cents.length; row++) {
      const window = cents.slice(row - period + 1, row + 1);
      const squares = window.reduce((sum, value) => sum + value * value, 0n);
      const deviation = Math.sqrt(quotient(BigInt(period) * squares - sums[row]! * sums[row]!, BigInt(period * CENTS) ** 2n));
      expect([upper[row], lower[row]]).toEqual([middle[row]! + 2 * deviation, middle[row]! - 2 * deviation]);
    }
  });

  // With the rows numbered 1 … period, S = Σ y and W = Σ k·y: slope = (2·W − (period + 1)·S) / (period·(period² − 1) / 6), by the normal equations.
  test('the slope of the linear regression is the correctly rounded one', () => {
    const [slope] = outputsOf('linearregslope', { period }, bars);
    const [length, places] = [BigInt(period), BigInt((period * (period * period - 1)) / 6)];
    for (let row = period - 1; row < cents.length; row++) {
      expect(slope![row]).toBe(quotient(2n * heavy[row]! - (length + 1n) * sums[row]!, places * BigInt(CENTS)));
    }
  });
});

// At 8 places a window of 20 is wide from a range of some 0.095 on; this walk goes to and fro across that, and through stretches that are no decimals.
test('bands have the same bits in every cutting where windows turn wide, narrow and rough', () => {
  const calm = walk(4_000, 12);
  const bars: Bars = {
    ...calm,
    close: calm.close.map((value, row) => {
      if (row % 700 > 640) return (value % 1) * Math.PI;
      const swing = row % 500 < 250 ? 0.05 : 0.0501 - (row % 250) * 1e-4;
      return Math.round((1 + (row % 7 === 0 ? swing * 2 : (value % 1) * 0.09)) * 1e8) / 1e8;
    }),
  };
  const whole = outputsOf('bbands', { period: 20 }, bars);
  for (const chunk of [1, 7, 100]) expect(outputsOf('bbands', { period: 20 }, bars, chunk)).toEqual(whole);
  const [, middle] = whole;
  const [deviations] = outputsOf('stddev', { period: 20 }, bars);
  for (let row = 19; row < bars.close.length; row++) expect(Math.abs(whole[0]![row]! - middle![row]! - 2 * deviations![row]!)).toBeLessThan(4e-15);
});

test('two averages compare as the rationals they are, ties included', () => {
  const bars = walk(60_000, 4, 0.5);
  const sums = [0n];
  for (const value of centsOf(bars.close)) sums.push(sums.at(-1)! + value);
  const [fast] = outputsOf('sma', { period: 10 }, bars);
  const [slow] = outputsOf('sma', { period: 30 }, bars);
  let ties = 0;
  for (let row = 29; row < bars.close.length; row++) {
    const apart = (sums[row + 1]! - sums[row - 9]!) * 3n - (sums[row + 1]! - sums[row - 29]!);
    const expected = apart > 0n ? 1 : apart < 0n ? -1 : 0;
    if (expected === 0) ties++;
    if (Math.sign(fast![row]! - slow![row]!) !== expected) expect.fail(`row ${row}: ${fast![row]} and ${slow![row]}, exactly ${apart} apart`);
  }
  expect(ties, 'the series must hold ties for this to show anything').toBeGreaterThan(50);
});

test('equal averages stay equal when one of them has seen more decimal places', () => {
  const bars = walk(500, 9);
  const finer: Bars = { ...bars, close: bars.close.slice() };
  finer.close[3] = 100.123_456_78;
  expect(outputsOf('sma', { period: 20 }, finer)[0]!.subarray(30)).toEqual(outputsOf('sma', { period: 20 }, bars)[0]!.subarray(30));
});

describe('over millions of rows', () => {
  const rows = 10_000_000;
  const period = 200;
  const close = new Float64Array(rows);
  // Multiples of 2⁻²⁰ with more than eight decimal places: no decimals, yet integers when multiplied, so that exact sums are cheap.
  let units = 100_000_000;
  let seed = 1;
  for (let row = 0; row < rows; row++) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    units = Math.min(200_000_000, Math.max(50_000_000, units + ((seed >>> 8) % 20_001) - 10_000));
    close[row] = (units | 1) / 2 ** 20;
  }
  const bars: Bars = { open: close, high: close, low: close, close, volume: close };

  test.each(['sma', 'wma', 'stddev'] as const)('%s does not drift', (name) => {
    const [actual] = outputsOf(name, { period }, bars, 4_096);
    for (let row = rows - 1; row > rows - 200_000; row -= 997) {
      const window = Array.from(close.subarray(row - period + 1, row + 1), (value) => BigInt(value * 2 ** 20));
      const n = BigInt(period);
      const sum = window.reduce((a, b) => a + b, 0n);
      if (name === 'stddev') {
        const spread = n * window.reduce((a, b) => a + b * b, 0n) - sum * sum; // n²·variance, exact
        expect(Math.abs(actual![row]! / (Math.sqrt(Number(spread)) / period / 2 ** 20) - 1)).toBeLessThan(1e-13);
      } else {
        const weighted = window.reduce((a, b, k) => a + BigInt(k + 1) * b, 0n);
        const expected = name === 'sma' ? Number(sum) / period / 2 ** 20 : Number(weighted) / ((period * (period + 1)) / 2) / 2 ** 20;
        expect(ulps(actual![row]!, expected)).toBeLessThanOrEqual(16);
      }
    }
  });
});
