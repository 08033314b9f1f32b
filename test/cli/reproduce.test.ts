import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectRefused, qmtl } from '../support/qmtl.ts';

let dir: string;
const edit = (name: string, from: string | RegExp, to: string): void => writeFileSync(join(dir, name), readFileSync(join(dir, name), 'utf8').replace(from, to));
const reproduce = (args: readonly string[] = []) => qmtl(['reproduce', 'run.json', ...args], { cwd: dir });

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'qmtl-reproduce-'));
  copyFileSync(resolve('node_modules/vega-datasets/data/sp500-2000.csv'), join(dir, 'bars.csv'));
  copyFileSync(resolve('examples/golden-cross.ts'), join(dir, 'my.ts'));
  const { code } = await qmtl(['backtest', 'my.ts', '--data', 'bars.csv', '--set', 'fast=7', '--fee-bps', '3', '--start', '2005-01-01', '--json', 'run.json'], { cwd: dir });
  expect(code).toBe(0);
});
afterAll(() => rmSync(dir, { recursive: true }));

test('a run is reproduced from its JSON, every bit', async () => {
  const { code, stdout } = await reproduce();
  expect(stdout).toMatch(/^reproduced: 3,\d{3} bars and \d+ trades, every bit the same\n$/);
  expect(code).toBe(0);
  expect(JSON.parse((await reproduce(['--json'])).stdout)).toMatchObject({ reproduced: true });
});

test.each([
  ['the data', 'bars.csv', /\n2010-06-01,([\d.]+)/, '\n2010-06-01,1', /has changed: the data of demo:SPX:1d; the result is the same all the same|has changed: the data of demo:SPX:1d; the result is another/],
  ['the params', 'my.ts', 'slow: 30', 'slow: 31', /has changed: the params; the result is another/],
  ['the code', 'my.ts', 'crossover(sma', 'crossover(ema', /has changed: the code/],
])('%s that changed are named', async (_, file, from, to, says) => {
  const before = readFileSync(join(dir, file), 'utf8');
  edit(file, from, to);
  if (to.includes('ema')) edit(file, 'sma, Strategy', 'sma, ema, Strategy');
  expect(readFileSync(join(dir, file), 'utf8')).not.toBe(before);
  await expectRefused((args) => qmtl(args, { cwd: dir }), ['reproduce', 'run.json'], { code: 'RUN_DIFFERS', says, cure: /bring back/ });
  writeFileSync(join(dir, file), before);
});

test('a result that is not what the same run gives is told from one of another run', async () => {
  const before = readFileSync(join(dir, 'run.json'), 'utf8');
  edit('run.json', /"result": "[0-9a-f]{64}"/, `"result": "${'0'.repeat(64)}"`);
  await expectRefused((args) => qmtl(args, { cwd: dir }), ['reproduce', 'run.json'], { code: 'RUN_DIFFERS', says: /code, params, data and version are the same, and the result is another/, cure: /report it/ });
  writeFileSync(join(dir, 'run.json'), before);
});

test('a file that is no run is refused', async () => {
  await expectRefused((args) => qmtl(args, { cwd: dir }), ['reproduce', 'bars.csv'], { code: 'DATA_FILE_UNREADABLE', says: /bars\.csv is no run/, cure: /--json/ });
});
