// A project made by `qmtl init` runs at once: its packages, its types, its test, its backtest, and again when a file changes.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SystemClock } from '#clock/system.ts';
import { expectRefused, qmtl } from '../support/qmtl.ts';

let dir: string;
let project: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'qmtl-init-'));
  project = join(dir, 'my-strategies');
  const { code, stdout } = await qmtl(['init', 'my-strategies'], { cwd: dir });
  expect(code).toBe(0);
  expect(stdout).toContain('next: cd my-strategies && npm install && npm test');
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund'], { cwd: project, stdio: 'ignore' });
});
afterAll(() => rmSync(dir, { recursive: true }));

test('its test passes', async () => {
  const { code, stdout } = await qmtl(['test'], { cwd: project });
  expect(stdout).toMatch(/pass 2\n/);
  expect(code).toBe(0);
});

test('a test that fails is its exit code', async () => {
  const path = join(project, 'test', 'failing.test.ts');
  writeFileSync(path, "import { test } from 'node:test';\ntest('no', () => { throw new Error('no'); });\n");
  expect((await qmtl(['test'], { cwd: project })).code).toBe(1);
  const { stdout } = await qmtl(['test', path, '--json'], { cwd: project });
  expect(JSON.parse(stdout)).toMatchObject({ tests: [{ name: 'no', passed: false, line: 2, reason: 'no' }] });
  rmSync(path);
});

test('its strategy is backtested and swept on its data', async () => {
  const backtest = await qmtl(['backtest', 'strategies/golden-cross.ts', '--data', 'data/demo.csv', '--json'], { cwd: project });
  const answer = JSON.parse(backtest.stdout) as { bars: number; metrics: { roundTrips: number }; warnings: string[] };
  expect(answer.bars).toBe(2_000);
  expect(answer.metrics.roundTrips).toBeGreaterThan(5);
  expect(answer.warnings).toEqual([]);
  const sweep = await qmtl(['sweep', 'strategies/golden-cross.ts', '--data', 'data/demo.csv'], { cwd: project });
  expect(sweep.stdout).toContain('112 trials of 2,000 bars');
});

test('an editor knows its types', () => {
  const check = () => execFileSync(process.execPath, [resolve('node_modules/typescript-7/bin/tsc'), '-p', '.'], { cwd: project, encoding: 'utf8' });
  expect(check()).toBe('');
  const path = join(project, 'strategies', 'wrong.ts');
  writeFileSync(path, "import { sma } from 'qmtl';\nexport default sma(7);\n");
  expect(check).toThrow();
  rmSync(path);
});

test('backtest --watch runs again when the strategy changes', async () => {
  const file = join(project, 'strategies', 'golden-cross.ts');
  const child = spawn(process.execPath, [resolve('bin/qmtl.mjs'), 'backtest', 'strategies/golden-cross.ts', '--data', 'data/demo.csv', '--watch'], { cwd: project });
  let heard = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => void (heard += text));
  const clock = new SystemClock();
  const until = async (wanted: RegExp): Promise<void> => {
    while (!wanted.test(heard)) await clock.sleep(20);
  };
  await until(/fast=10[^]*watching strategies\/golden-cross\.ts, data\/demo\.csv/);
  writeFileSync(file, readFileSync(file, 'utf8').replace('fast: 10', 'fast: 12'));
  await until(/fast=12[^]*watching/);
  child.kill('SIGTERM');
  expect(await new Promise((done) => child.once('close', done))).toBe(0);
});

test('a directory that is not empty is left as it is', async () => {
  await expectRefused((args) => qmtl(args, { cwd: dir }), ['init', 'my-strategies'], { code: 'FILE_UNWRITABLE', says: /my-strategies is not empty/, cure: /does not exist yet/ });
});

test('a directory without tests says so', async () => {
  const { code, stderr } = await qmtl(['test'], { cwd: dir });
  expect(code).toBe(2);
  expect(stderr).toContain('there is no test below test/');
});
