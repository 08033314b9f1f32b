// Real recordings. What each must give is in the data folder's MANIFEST.csv (computed there by other code), except where a line says so.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readBars } from '#feeds/csv.ts';
import { fieldsOf } from '#feeds/header.ts';

const DATA = resolve(process.env['QMTL_DATA'] ?? '../shared/data');
const MANIFEST = join(DATA, 'MANIFEST.csv');
const available = existsSync(MANIFEST);
const INDEX = 'node_modules/vega-datasets/data/sp500-2000.csv';

function normalisedFiles(): { path: string; rows: number; first: string; last: string }[] {
  const [names, ...records] = readFileSync(MANIFEST, 'utf8').trimEnd().split('\n').map((line) => fieldsOf(line, ','));
  const at = (record: string[], name: string): string => record[names!.indexOf(name)]!;
  return records
    .map((record) => ({ path: at(record, 'path'), rows: Number(at(record, 'rows_in_file')), first: at(record, 'first'), last: at(record, 'last') }))
    .filter(({ path }) => path.startsWith('normalised/'));
}

const iso = (t: number): string => new Date(t).toISOString().replace('.000Z', 'Z');

describe('recorded bars', () => {
  test.skipIf(!available)('every normalised file has the rows, the first and the last time of its record (skipped: no data)', async () => {
    const files = normalisedFiles();
    expect(files).toHaveLength(53); // find normalised -name '*.gz' | wc -l
    for (const { path, ...expected } of files) {
      const file = await readBars(join(DATA, path));
      const t = file.columns[0]!;
      expect({ rows: file.rows, first: iso(t[0]!), last: iso(t.at(-1)!) }, path).toEqual(expected);
    }
  });

  test.skipIf(!available)('an original of Bitfinex without names is refused, and read with names in its own order (skipped: no data)', async () => {
    const path = join(DATA, 'bitfinex/BTCUSD/Candles_1m/2016/merged.csv.gz');
    await expect(readBars(path)).rejects.toMatchObject({ code: 'DATA_ROW_INVALID', message: expect.stringContaining('line 7, column high: "431.11"'), cure: expect.stringContaining('open, close, high, low') });

    const folder = mkdtempSync(join(tmpdir(), 'qmtl-real-'));
    try {
      const named = join(folder, 'named.csv');
      writeFileSync(named, `time,open,close,high,low,volume\n${gunzipSync(readFileSync(path)).toString()}`);
      const file = await readBars(named);
      expect(file.rows).toBe(293_230); // the data folder's README
      expect(file.columns.map((column) => column[1])).toEqual([1_451_606_460_000, 429.17, 429.18, 429.17, 429.18, 16.14578427]); // its second line
      expect(file.intervalMs).toBe(60_000);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.skipIf(!available).each([
    ['marketdata_jl/AAPL.csv', 8_336, '1980-12-12T00:00:00Z', '2013-12-31T00:00:00Z', ['newest first']],
    ['marketdata_jl/EBAY.csv', 3_842, '1998-09-24T00:00:00Z', '2013-12-31T00:00:00Z', ['newest first']],
    ['vix/data/vix-daily.csv', 9_235, '1990-01-02T00:00:00Z', '2026-07-23T00:00:00Z', ['47 rows', 'no volume']],
    ['histdata_eurusd/DAT_ASCII_EURUSD_M1_202507.csv', 26_872, '2025-07-01T00:00:00Z', '2025-07-25T16:58:00Z', []],
    ['hikyuu/test_min_data.csv', 24_000, '2017-03-03T13:22:00Z', '2017-07-31T15:00:00Z', ['no volume']],
    ['nautilus/btc-perp-20211231-20220201_1m.csv', 45_031, '2021-12-31T23:01:00Z', '2022-02-01T05:31:00Z', []],
    ['multivenue_2023-03/binanceus_cl8550/BTCUSDT_1m_20230301_20230321.csv', 30_240, '2023-03-01T00:00:00Z', '2023-03-21T23:59:00Z', []],
    ['pyalgotrade/nt-spy-minute-2011-03.csv', 17_577, '2011-03-01T09:01:00Z', '2011-03-31T23:59:00Z', []],
  ])('%s as its source wrote it (skipped: no data)', async (path, rows, first, last, warnings) => {
    const file = await readBars(join(DATA, path));
    expect([file.rows, iso(file.columns[0]![0]!), iso(file.columns[0]!.at(-1)!)]).toEqual([rows, first, last]);
    expect(file.warnings).toEqual(warnings.map((part) => expect.stringContaining(part)));
  });

  test.skipIf(!available)('the file whose times were cut to the day is refused at its second row (skipped: no data)', async () => {
    await expect(readBars(join(DATA, 'histdata_eurusd/EURUSD_M1_2025_07.csv'))).rejects.toMatchObject({
      code: 'DATA_ROW_INVALID',
      message: expect.stringMatching(/line 3: duplicate time: 2025-07-01T05:00:00.000Z on line 3 repeats .* on line 2/),
    });
  });

  test.skipIf(!available)('a vendor row without prices is refused with its line (skipped: no data)', async () => {
    // Read off the file: line 615 is "2024-07-05 00:00:00+08:00" and no prices.
    await expect(readBars(join(DATA, 'yfinance_defects/1398-HK-1d-bad-div.csv'))).rejects.toMatchObject({ message: expect.stringContaining('line 615, column Open: nothing there') });
  });
});

test.skipIf(!existsSync(INDEX))('the S&P 500 of vega-datasets, lines counted and read off the file (skipped: no data)', async () => {
  const file = await readBars(INDEX);
  expect([file.rows, iso(file.columns[0]![0]!), iso(file.columns[0]!.at(-1)!)]).toEqual([5_105, '2000-01-03T00:00:00Z', '2020-04-17T00:00:00Z']);
  expect(file.columns.map((column) => column[0])).toEqual([Date.UTC(2000, 0, 3), 1469.25, 1478, 1438.359985, 1455.219971, 931_800_000]);
  expect(file.intervalMs).toBe(86_400_000);
});
