// NDJSON and Parquet are judged by the rules of CSV, and give the same columns.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readBars } from '#feeds/csv.ts';
import { walk } from '../support/bars.ts';

let dir: string;
let made = 0;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'qmtl-records-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

function file(content: string | Uint8Array): string {
  const path = join(dir, `bars-${made++}`);
  writeFileSync(path, content);
  return path;
}

const NAMES = ['ts', 'open', 'high', 'low', 'close', 'volume'] as const;
const bars = walk(5_000, 3);
const records = Array.from({ length: 5_000 }, (_, row) => Object.fromEntries(NAMES.map((name, c) => [name, bars[c]![row]!])));
const parquet = (columns: Readonly<Record<string, readonly unknown[]>>, types: Readonly<Record<string, string>> = {}, rowGroupSize = 2_000) =>
  new Uint8Array(parquetWriteBuffer({ columnData: Object.entries(columns).map(([name, data]) => ({ name, data: [...data], type: (types[name] ?? (data.every((value) => value === null || typeof value === 'number') ? 'DOUBLE' : 'STRING')) as never })), rowGroupSize }));
const barsAsColumns = Object.fromEntries(NAMES.map((name, c) => [name, [...bars[c]!]]));

describe('the same bars come from', () => {
  test.each<[string, () => string | Uint8Array]>([
    ['NDJSON', () => records.map((record) => JSON.stringify(record)).join('\n')],
    ['NDJSON, gzip', () => gzipSync(records.map((record) => `${JSON.stringify(record)}\n`).join(''))],
    ['NDJSON whose keys turn round, with more of them', () => records.map((record, row) => JSON.stringify(row % 2 ? { note: 'a, "b"', ...record } : Object.fromEntries(Object.entries({ ...record, note: null }).toReversed()))).join('\r\n')],
    ['NDJSON of texts', () => records.map(({ ts, ...prices }) => JSON.stringify({ date: new Date(ts!).toISOString(), ...Object.fromEntries(Object.entries(prices).map(([name, value]) => [name, String(value)])) })).join('\n')],
    ['Parquet of doubles, in several row groups', () => parquet(barsAsColumns)],
    ['Parquet with times of its own and whole volumes', () => parquet({ symbol: records.map(() => 'ABC'), ...barsAsColumns, ts: [...bars[0]!].map((t) => new Date(t)), volume: [...bars[5]!].map((value) => BigInt(value)) }, { ts: 'TIMESTAMP', volume: 'INT64' })],
  ])('%s', async (_, content) => {
    const read = await readBars(file(content()));
    expect(read.rows).toBe(5_000);
    for (const [c, column] of read.columns.entries()) expect(column).toEqual(bars[c]);
  });
});

describe('a bad record is refused with its place', () => {
  const [first, second] = records as [Record<string, number>, Record<string, number>];
  const lines = (...each: readonly unknown[]): string => each.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n');
  test.each<[string, () => string | Uint8Array, string, RegExp]>([
    ['a price that is no number', () => lines(first, { ...second, close: 'abc' }), 'DATA_ROW_INVALID', /line 2, column close: "abc", is not a number/],
    ['a price that is missing', () => lines('', first, { ts: second['ts'], open: 1 }), 'DATA_ROW_INVALID', /line 3, column high: nothing there/],
    ['a volume below zero', () => lines(first, { ...second, volume: -1 }), 'DATA_ROW_INVALID', /line 2, column volume: "-1", is a volume below zero/],
    ['a list', () => lines(first, [1, 2]), 'DATA_ROW_INVALID', /line 2: is \[1,2\], not an object/],
    ['half a record', () => lines(first, '{"ts":17'), 'DATA_ROW_INVALID', /line 2: is no JSON/],
    ['no price', () => lines({ ts: 1, open: 1 }), 'DATA_HEADER_INVALID', /no column for high, low, close among "ts", "open"/],
    ['rows out of order', () => lines(second, first, records[2]), 'DATA_ROW_INVALID', /line 3: out of order/],
    ['NaN in Parquet', () => parquet({ ...barsAsColumns, open: [...bars[1]!].map((value, row) => (row === 4_321 ? Number.NaN : value)) }), 'DATA_ROW_INVALID', /row 4322, column open: "NaN", is not a number/],
    ['null in Parquet', () => parquet({ ...barsAsColumns, low: [...bars[3]!].map((value, row) => (row === 99 ? null : value)) }), 'DATA_ROW_INVALID', /row 100, column low: nothing there/],
    ['Parquet without a close', () => parquet({ ts: [1e12], open: [1], high: [1], low: [1] }), 'DATA_HEADER_INVALID', /no column for close/],
    ['Parquet that is cut off', () => parquet(barsAsColumns).slice(0, 5_000), 'DATA_FILE_UNREADABLE', /is a damaged Parquet file/],
  ])('%s', async (_, content, code, message) => {
    await expect(readBars(file(content()))).rejects.toMatchObject({ code, message: expect.stringMatching(message), cure: expect.any(String) });
  });
});

describe('a price below zero', () => {
  // The May 2020 contract of WTI crude on its last day but one: settled at −37.63 after an opening at 17.73 (CME, 2020-04-20).
  const content = 'ts,open,high,low,close,volume\n2020-04-17,19.83,20.19,17.31,18.27,1\n2020-04-20,17.73,17.85,-40.32,-37.63,1\n2020-04-21,-14.00,13.86,-16.74,10.01,1\n';

  test('is refused with the cure for where it is real', async () => {
    await expect(readBars(file(content))).rejects.toMatchObject({ code: 'DATA_ROW_INVALID', message: expect.stringContaining('line 3, column low: "-40.32", is a price that is not above zero'), cure: expect.stringContaining('--negative-prices') });
  });

  test('is taken for what it is when that is said', async () => {
    const { columns } = await readBars(file(content), { negativePrices: true });
    expect([...columns[4]!]).toEqual([18.27, -37.63, 10.01]);
    await expect(readBars(file(content.replace('17.85', '-50')), { negativePrices: true })).rejects.toMatchObject({ message: expect.stringContaining('is a high below the low') });
  });
});
