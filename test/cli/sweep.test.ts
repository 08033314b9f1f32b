// `qmtl sweep` as a user calls it: the table, the files, a kill in the middle.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SystemClock } from '#clock/system.ts';
import { spaceOf } from '#cli/sweep.ts';
import type { SweepResult } from '#sdk/sweep.ts';
import { TRIAL_FIGURES } from '#search/figures.ts';
import { CommandLoop, expectRefused, type Heard } from '../support/qmtl.ts';

const SP500 = resolve('node_modules/vega-datasets/data/sp500-2000.csv');
const EXAMPLE = resolve('examples/golden-cross.ts');
let dir: string;
let loop: CommandLoop;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'qmtl-sweep-cli-'));
  loop = new CommandLoop({ cwd: dir });
});
afterAll(() => {
  loop.stop();
  rmSync(dir, { recursive: true });
});
const qmtl = (...args: string[]): Promise<Heard> => loop.run(args);

test('the best trials are a table, the best first', async () => {
  const { code, stdout, stderr } = await qmtl('sweep', EXAMPLE, '--data', SP500, '--fee-bps', '2');
  expect(code).toBe(0);
  expect(stderr).toMatch(/^(warning: .+\n)+$/);
  expect(stdout).toMatch(/^golden-cross {2}100 trials of 5,105 bars in /);
  const [head, ...lines] = stdout.split('\n').slice(2, 13).map((line) => line.trim().split(/\s+/));
  expect(head).toEqual(['fast', 'slow', 'sharpe', 'totalReturn', 'maxDrawdownRatio', 'roundTrips', 'hitRatio']);
  const sharpes = lines.map((cells) => Number(cells[2]));
  expect(sharpes).toEqual(sharpes.toSorted((a, b) => b - a));
  expect(stdout).toContain('… and 90 more');
});

test('what --out writes says the same three times', async () => {
  const out = join(dir, 'found');
  const { code } = await qmtl('sweep', EXAMPLE, '--data', SP500, '--vary', 'fast=5..8', '--vary', 'slow=20,40', '--objective', 'maxDrawdownRatio', '--out', out);
  expect(code).toBe(0);
  const result = JSON.parse(readFileSync(join(out, 'sweep.json'), 'utf8')) as SweepResult;
  expect(result.rows).toHaveLength(8);
  const bytes = readFileSync(join(out, 'sweep.parquet'));
  const table = await parquetReadObjects({ file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) });
  expect(table).toEqual(result.rows.map(({ params, figures }) => ({ ...params, ...Object.fromEntries(TRIAL_FIGURES.map((name) => [name, figures![name]])), failure: null })));
  const page = readFileSync(join(out, 'sweep.html'), 'utf8');
  expect(page.match(/<rect x=/g)).toHaveLength(8);
  const best = result.rows[result.best!]!;
  expect(best.figures!.maxDrawdownRatio).toBe(Math.min(...result.rows.map(({ figures }) => figures!.maxDrawdownRatio!)));
  expect(page).toContain(`<title>fast ${best.params['fast']}, slow ${best.params['slow']}: `);
  expect(page).not.toMatch(/https?:\/\//);
});

test('a sweep that is killed goes on where it was', async () => {
  const out = join(dir, 'killed');
  const args = ['sweep', EXAMPLE, '--data', SP500, '--vary', 'fast=2..41', '--vary', 'slow=50..349', '--threads', '1', '--out', out, '--json'];
  const clock = new SystemClock();
  const child = spawn(process.execPath, [resolve('bin/qmtl.mjs'), ...args], { cwd: dir, stdio: 'ignore' });
  const journal = join(out, 'journal.ndjson');
  const linesNow = () => (existsSync(journal) && statSync(journal).size > 1_000 ? readFileSync(journal, 'utf8').split('\n').length - 2 : 0);
  while (linesNow() === 0 && child.exitCode === null) await clock.sleep(5);
  child.kill('SIGKILL');
  await new Promise((done) => (child.exitCode === null && child.signalCode === null ? child.once('exit', done) : done(undefined)));
  const found = linesNow();
  expect(found).toBeGreaterThan(0);
  expect(found).toBeLessThan(12_000);
  const again = JSON.parse((await qmtl(...args)).stdout) as SweepResult;
  const fresh = JSON.parse((await qmtl(...args.slice(0, -3), '--json')).stdout) as SweepResult;
  expect(again.fingerprint).toBe(fresh.fingerprint);
  expect(again.rows).toEqual(fresh.rows);
  expect(linesNow()).toBe(12_000);
}, 60_000);

describe('--vary', () => {
  test.each([
    ['5..8', { values: [5, 6, 7, 8] }],
    ['20..60:20', { values: [20, 40, 60] }],
    ['-1..1:0.5', { values: [-1, -0.5, 0, 0.5, 1] }],
    ['0.5..3', { from: 0.5, to: 3 }],
    ['1e-3..2e-3:5e-4', { values: [0.001, 0.0015, 0.002] }],
    ['a, b', { values: ['a', 'b'] }],
    ['true,false', { values: [true, false] }],
    ['10', { values: [10] }],
  ])('%s', (text, dimension) => {
    expect(spaceOf({ x: text })).toEqual({ x: dimension });
  });
});

describe('is refused', () => {
  const sweep = (...more: string[]) => ['sweep', EXAMPLE, '--data', SP500, ...more];
  test.each<[string, string[], { exit?: number; code: string; says: RegExp; cure: RegExp }]>([
    ['a range that is none', sweep('--vary', 'fast=5..x5'), { code: 'PARAM_INVALID', says: /holds "5\.\.x5", not a number/, cure: /int/ }],
    ['a range backwards', sweep('--vary', 'fast=9..5'), { code: 'PARAM_INVALID', says: /int\(9, 5, 1\) is empty/, cure: /at least one value/ }],
    ['a grid of a range without a step', sweep('--vary', 'quantity=0.5..2'), { code: 'PARAM_INVALID', says: /has no step/, cure: /step/ }],
    ['a param nobody has', sweep('--vary', 'speed=1..2'), { code: 'PARAM_INVALID', says: /no param "speed"/, cure: /fast, slow/ }],
    ['a param set and varied', sweep('--set', 'fast=3'), { code: 'PARAM_INVALID', says: /fast is both set and varied/, cure: /one of the two/ }],
    ['a figure nobody has', sweep('--objective', 'luck'), { code: 'PARAM_INVALID', says: /luck/, cure: /sharpe/ }],
    ['no trials', sweep('--random', '0'), { exit: 2, code: 'USAGE', says: /at least 1/, cure: /--help/ }],
  ])('%s', (_, args, refusal) => expectRefused((given) => loop.run(given), args, refusal));

  test('a directory that is a file, or where none can be', async () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    for (const out of [file, '/proc/x']) await expectRefused((given) => loop.run(given), sweep('--out', out), { code: 'FILE_UNWRITABLE', says: /cannot be written/, cure: /directory/ });
  });

  test('a directory with the journal of other bars', async () => {
    const out = join(dir, 'foreign');
    await qmtl(...sweep('--out', out));
    await expectRefused((given) => loop.run(given), sweep('--out', out, '--end', '2015-01-01'), { code: 'JOURNAL_FOREIGN', says: /other bars/, cure: /another directory/ });
  });
});

test('walk-forward shows what was chosen in each window, and what came of it', async () => {
  const { code, stdout } = await qmtl('walk-forward', EXAMPLE, '--data', SP500, '--windows', '3');
  expect(code).toBe(0);
  expect(stdout.split('\n').filter((line) => /^\d{4}-\d\d-\d\d {3}/.test(line))).toHaveLength(3);
  expect(stdout).toMatch(/^all windows {2}return -?\d/m);
  const answer = JSON.parse((await qmtl('walk-forward', EXAMPLE, '--data', SP500, '--windows', '3', '--json')).stdout) as { t: number[]; equity: number[]; windows: { params: object }[] };
  expect(answer.windows).toHaveLength(3);
  expect(answer.equity).toHaveLength(answer.t.length);
});

test('check overfit answers four questions', async () => {
  const { code, stdout } = await qmtl('check', 'overfit', EXAMPLE, '--data', SP500, '--fee-bps', '2');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^golden-cross {2}the best of 100 trials is fast=11 slow=65, Sharpe 0\.37$/m);
  expect(stdout).toMatch(/^probability of overfitting +\d+\.\d % +252 splits/m);
  expect(stdout).toMatch(/15 splits, 5 paths/);
  await expectRefused((given) => loop.run(given), ['check', 'overfit', EXAMPLE, '--data', SP500, '--blocks', '5'], { exit: 2, code: 'USAGE', says: /even number/, cure: /--help/ });
});
