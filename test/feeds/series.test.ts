import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSeries } from '#feeds/series.ts';
import { backtest } from '#sdk/backtest.ts';
import { walk } from '../support/bars.ts';
import { reversal } from '../search/strategies.ts';

const bars = walk(900, 4);
let dir: string;
const part = (name: string, from: number, to: number): string => {
  const path = join(dir, name);
  const lines = Array.from({ length: to - from }, (_, k) => bars.map((column) => column[from + k]).join(','));
  writeFileSync(path, `ts,open,high,low,close,volume\n${lines.join('\n')}\n`);
  return path;
};
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'qmtl-series-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

test('files given in any order are one series', async () => {
  const paths = [part('c.csv', 600, 900), part('a.csv', 0, 250), part('b.csv', 250, 600)];
  const told: number[] = [];
  const { columns, rows, intervalMs } = await readSeries(paths, { onProgress: (done, total) => void told.push(done / total) });
  expect([rows, intervalMs]).toEqual([900, 60_000]);
  expect(columns).toEqual(bars);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told.at(-1)).toBe(1);
});

test('a backtest of the parts is the backtest of the whole', async () => {
  const always = { start: 0, end: 1e14 };
  const inParts = await backtest(reversal, { ...always, data: [part('first.csv', 0, 300), part('second.csv', 300, 900)] });
  const whole = await backtest(reversal, { ...always, data: bars });
  expect(inParts.fingerprint).toBe(whole.fingerprint);
  expect(inParts.equityFinal).toBe(whole.equityFinal);
});

test('files that overlap are refused with both their names and times', async () => {
  const paths = [part('x.csv', 0, 301), part('y.csv', 300, 500)];
  await expect(readSeries(paths)).rejects.toMatchObject({ code: 'DATA_ROW_INVALID', message: expect.stringMatching(/y\.csv begins at .+, and .+x\.csv runs to .+: they overlap$/) });
});
