import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBars } from '#feeds/csv.ts';
import { qualityNotes } from '#feeds/quality.ts';
import { walk } from '../support/bars.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Bars at these times, every one with the same calm prices. */
function at(times: readonly number[]): Float64Array[] {
  return [Float64Array.from(times), ...[100, 101, 99, 100, 5].map((value) => new Float64Array(times.length).fill(value))];
}

/** Hourly bars of sessions 09:00 … 16:00, Monday to Friday, over some weeks. */
function sessions(weeks: number): number[] {
  const monday = Date.UTC(2024, 0, 1);
  return Array.from({ length: weeks * 7 }, (_, day) => day)
    .filter((day) => day % 7 < 5)
    .flatMap((day) => Array.from({ length: 8 }, (_, k) => monday + day * DAY_MS + (9 + k) * HOUR_MS));
}

describe('a gap', () => {
  test('is none at night and over the weekend, where the market is always shut', () => {
    expect(qualityNotes(at(sessions(8)), HOUR_MS)).toEqual([]);
  });

  test('is one in the middle of a session', () => {
    const times = sessions(8).filter((t) => t !== Date.UTC(2024, 0, 10, 12) && t !== Date.UTC(2024, 0, 10, 13));
    expect(qualityNotes(at(times), HOUR_MS)).toEqual(['1 gap where the market is not usually shut, the longest from 2024-01-10T11:00Z to 2024-01-10T14:00Z']);
  });

  test('between daily bars is longer than a holiday between two weekends', () => {
    const days = Array.from({ length: 60 }, (_, day) => Date.UTC(2024, 0, 1) + day * DAY_MS);
    expect(qualityNotes(at(days.filter((_, day) => day < 20 || day > 23)), DAY_MS)).toEqual([]);
    expect(qualityNotes(at(days.filter((_, day) => day < 20 || day > 24)), DAY_MS)).toEqual(['1 gap where the market is not usually shut, the longest from 2024-01-20 to 2024-01-26']);
  });
});

describe('of a random walk', () => {
  const calm = (): Float64Array[] => walk(2_000, 4);

  test('there is nothing to say', () => {
    expect(qualityNotes(calm(), MINUTE_MS)).toEqual([]);
  });

  test('a split is a jump, told with both prices', () => {
    const bars = calm();
    for (const column of bars.slice(1, 5)) for (let row = 1_000; row < 2_000; row++) column[row]! /= 2;
    const [note, ...others] = qualityNotes(bars, MINUTE_MS);
    expect(others).toEqual([]);
    expect(note).toMatch(new RegExp(`^1 jump from one close to the next beyond \\d+ %, the largest from ${bars[4]![999]} to ${bars[4]![1_000]} at `));
  });

  test('a price with its point in the wrong place is a wick', () => {
    const bars = calm();
    bars[3]![700] = bars[3]![700]! / 100;
    expect(qualityNotes(bars, MINUTE_MS)).toEqual([expect.stringMatching(/^1 bar with a high or low beyond \d+ % from open and close, the largest at 2023-11-1\dT\d\d:\d\d:20\.000Z: /)]);
  });

  test('a price that stands still without a trade is stale, and bars without volume are counted', () => {
    const bars = calm();
    for (let row = 100; row < 130; row++) for (const column of bars.slice(1, 5)) column[row] = bars[4]![99]!;
    bars[5]!.fill(0, 100, 130);
    expect(qualityNotes(bars, MINUTE_MS)).toEqual([expect.stringContaining('the price stands still for 30 bars without a trade'), '30 of 2000 bars have a volume of 0']);
  });
});

describe('real files show their known defects', () => {
  const root = process.env['QMTL_DATA'] ?? '../shared/data';
  // Catalogued where the data was collected: a venue's outage, an exchange's halt, ticks that never traded, splits in raw prices.
  test.each([
    ['crypto/BTCUSD_1m_2023-03-01_2023-03-21_coinbase.csv.gz', 'the longest from 2023-03-04T16:59Z to 2023-03-04T21:37Z'],
    ['crypto/BTCUSD_1m_2016-07_2016-12_bitfinex.csv.gz', 'the longest from 2016-08-02T18:02Z to 2016-08-10T15:53Z'],
    ['crypto/BTCUSDC_1m_2023-03-01_2023-03-21_binanceus.csv.gz', 'the largest at 2023-03-14T14:24Z: 25947.52 … 31000 around 26050.32'],
    ['crypto/BTCUSDC_1m_2023-03-01_2023-03-21_binanceus.csv.gz', '12971 of 30240 bars have a volume of 0'],
    ['equity/SPY_1d_lean_raw.csv.gz', 'the largest at 2002-04-02T14:30Z: 113.77 … 144.12 around 113.93'],
    ['equity/GOOG_1d_lean_raw.csv.gz', 'the largest at 2008-09-30T13:30Z: 0.01 … 489.36'],
    ['equity/AAPL_1d_lean_raw.csv.gz', 'from 645.57 to 93.7 at 2014-06-09'],
    ['equity/IBM_1d_lean_raw.csv.gz', 'from 235.5 to 116.06 at 1999-05-27'],
  ])('%s: %s', async (file, note) => {
    const path = join(root, 'normalised', file);
    if (!existsSync(path)) {
      console.log(`skipped: no data at ${path}`);
      return;
    }
    const { columns, intervalMs } = await readBars(path);
    expect(qualityNotes(columns, intervalMs).some((said) => said.includes(note))).toBe(true);
  });

  test('and a market with a lunch break has none', async () => {
    const path = join(root, 'normalised/equity/SSEC_1m_2017-03_2017-07_sse.csv.gz');
    if (!existsSync(path)) {
      console.log(`skipped: no data at ${path}`);
      return;
    }
    const { columns, intervalMs } = await readBars(path);
    expect(qualityNotes(columns, intervalMs)).toEqual([]);
  });
});
