// A search says of a trial what a backtest of it says, bit for bit, however it is run.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '#clock/random.ts';
import type { BarColumns } from '#domain/bar.ts';
import { backtest } from '#sdk/backtest.ts';
import { int, Runner, Strategy, type SweepOptions, StreamInput } from '#sdk/mod.ts';
import { type FigureName, meritOf, TRIAL_FIGURES } from '#search/figures.ts';
import goldenCross from '../../examples/golden-cross.ts';
import { CROSSOVER_SHA256, csvOf, generateBars, toPrices } from '../broker/crossover.ts';
import { createHash } from 'node:crypto';
import { walk } from '../support/bars.ts';
import { dips, fragile, pair, reversal } from './strategies.ts';

const ALL_TIME = { start: 0, end: 1e14 } as const;
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'qmtl-sweep-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Runs the sweep, and a backtest of every row of it. */
async function expectBacktests(strategy: Strategy<never>, options: Pick<SweepOptions, 'data' | 'account' | 'params' | 'space'>): Promise<void> {
  const asked = { ...ALL_TIME, ...options } as SweepOptions<never>;
  const { rows } = await Runner.sweep(strategy, { ...asked, threads: 1 });
  expect(rows.length).toBeGreaterThan(3);
  let trades = 0;
  for (const { params, figures } of rows) {
    const { metrics, equityFinal } = await backtest(strategy, { ...asked, params: { ...options.params, ...params } as never });
    const wanted: Record<string, unknown> = { ...metrics, equityFinal };
    for (const name of TRIAL_FIGURES) expect(figures![name], `${name} of ${JSON.stringify(params)}`).toBe(wanted[name]);
    trades += figures!.trades;
  }
  expect(trades).toBeGreaterThan(20);
}

describe('every figure of every trial is that of its backtest', () => {
  const bars = walk(5_000, 5);
  test.each<[string, Pick<SweepOptions, 'account' | 'params'>]>([
    ['without costs', {}],
    ['with a fee and slippage', { account: { feeBps: 10, slippageBps: 3 } }],
    ['with a position that is not whole', { account: { feeBps: 1 }, params: { quantity: 0.12345678 } }],
    ['with a fee that pays', { account: { feeBps: -1 } }],
    ['on an account that loses everything and more', { account: { cash: 1, feeBps: 100 }, params: { quantity: 7 } }],
    ['in amounts that f64 cannot hold', { account: { cash: 1e9 }, params: { quantity: 1e9 } }],
  ])('%s', (_, options) => expectBacktests(reversal as never, { data: bars, ...options }));

  test('when its account is asked for orders', () => expectBacktests(dips as never, { data: walk(2_000, 5) }));

  test('when it never trades', async () => {
    const idle = new Strategy({ name: 'idle', params: { level: 1e6 }, space: { level: int(1e6, 1e6 + 3) }, build: ({ level }) => ({ target: new StreamInput({ venue: 'test', instrument: 'ABC', interval: '1m' }).gt(level) }) });
    const { rows } = await Runner.sweep(idle, { data: bars, ...ALL_TIME });
    const { metrics } = await backtest(idle, { data: bars, ...ALL_TIME });
    expect(rows.map(({ figures }) => figures!.sharpe)).toEqual([null, null, null, null]);
    for (const name of TRIAL_FIGURES) if (name !== 'equityFinal') expect(rows[0]!.figures![name], name).toBe(metrics[name]);
  });

  test('when the bars are fewer than its warm-up', async () => {
    const few = walk(10, 1);
    const { rows } = await Runner.sweep(reversal, { data: few, ...ALL_TIME, space: { slow: int(20, 21) } });
    const { metrics } = await backtest(reversal, { data: few, ...ALL_TIME, params: { slow: 20 } });
    for (const name of TRIAL_FIGURES) if (name !== 'equityFinal') expect(rows[0]!.figures![name], name).toBe(metrics[name]);
  });

  test('when its account joins sources that do not have the same rows', () => {
    const random = seededRandom(9);
    const some = (columns: BarColumns): BarColumns => {
      const kept = [...columns[0]!.keys()].filter(() => random.next() < 0.8);
      return columns.map((column) => Float64Array.from(kept, (row) => column[row]!));
    };
    return expectBacktests(pair as never, { data: { ABC: some(walk(3_000, 6)), DEF: some(walk(3_000, 7)) }, account: { feeBps: 5 } });
  });
});

test('a trial that cannot go on says why, and its neighbours are not disturbed', async () => {
  const bars = walk(3_000, 8);
  const { rows, best } = await Runner.sweep(fragile, { data: bars, ...ALL_TIME });
  const failed = rows.filter(({ figures }) => figures === null);
  expect(failed.length).toBeGreaterThan(0);
  expect(failed.length).toBeLessThan(rows.length);
  for (const { params, failure } of failed) {
    const alone = await backtest(fragile, { data: bars, ...ALL_TIME, params }).catch((error: Error) => error);
    expect(failure).toEqual({ code: 'COMPUTE_FAILED', message: (alone as Error).message });
  }
  for (const { params, figures } of rows.filter((row) => row.figures)) {
    const { metrics } = await backtest(fragile, { data: bars, ...ALL_TIME, params });
    expect(figures!.sharpe).toBe(metrics.sharpe);
  }
  expect(rows[best!]!.figures).not.toBeNull();
});

test('a trial whose params make no strategy says why, and the others run', async () => {
  const { rows } = await Runner.sweep(reversal, { data: walk(500, 2), ...ALL_TIME, space: { fast: { values: [3, 0, 5] } } });
  expect(rows.map(({ figures, failure }) => failure?.code ?? figures!.trades > 0)).toEqual([true, 'PERIOD_INVALID', true]);
  expect(rows[1]!.failure!.message).toMatch(/from param fast/);
});

describe('the crossover sweep', () => {
  const bars = generateBars(500_000, 42);
  const columns = [bars.t, ...[bars.open, bars.high, bars.low, bars.close].map(toPrices), Float64Array.from(bars.volume)];

  test('of 100 combinations has 92,471.89715 as its best equity, in exact integers, on one thread and on two', async () => {
    expect(createHash('sha256').update(csvOf(bars)).digest('hex')).toBe(CROSSOVER_SHA256);
    const run = (threads: number) => Runner.sweep(goldenCross, { data: columns, ...ALL_TIME, account: { feeBps: 10 }, objective: 'equityFinal', threads });
    const [one, two] = [await run(1), await run(2)];
    expect(one.rows).toHaveLength(100);
    expect(one.rows[one.best!]!.figures!.equityFinal).toBe(92_471.89715);
    expect(one.rows.find(({ params }) => params['fast'] === 10 && params['slow'] === 30)!.figures).toMatchObject({ equityFinal: 85_502.80096, roundTrips: 9_784 });
    expect(two.fingerprint).toBe(one.fingerprint);
    expect(two.rows).toEqual(one.rows);
  });
});

describe('a journal', () => {
  const bars = walk(2_000, 3);
  const run = (options: Partial<SweepOptions> = {}) => Runner.sweep(reversal, { data: bars, ...ALL_TIME, ...options });

  test('of a search that was killed is taken up where it ends, whatever line it was cut in', async () => {
    const whole = await run();
    const path = join(dir, 'killed.ndjson');
    await run({ journal: path });
    const text = readFileSync(path, 'utf8');
    const lines = text.split('\n');
    expect(lines).toHaveLength(1 + 25 + 1);
    for (const cut of [lines[0]!.length + 1, text.length >> 1, text.length - 3, text.length]) {
      writeFileSync(path, text.slice(0, cut));
      let redone = 0;
      const again = await run({ journal: path, onProgress: (step, done) => void (step === 'running' && (redone = done)) });
      expect(again.rows).toEqual(whole.rows);
      expect(again.fingerprint).toBe(whole.fingerprint);
      expect(readFileSync(path, 'utf8').split('\n').toSorted()).toEqual(lines.toSorted());
      expect(redone).toBe(cut === text.length ? 0 : 25);
    }
  });

  test('is asked before anything is worked out', async () => {
    const path = join(dir, 'asked.ndjson');
    await run({ journal: path });
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/"equityFinal":[^,]+/g, '"equityFinal":7'));
    expect((await run({ journal: path })).rows.every(({ figures }) => figures!.equityFinal === 7)).toBe(true);
  });

  test('of other bars is refused, and so is a file that is none', async () => {
    const path = join(dir, 'foreign.ndjson');
    await run({ journal: path });
    await expect(run({ journal: path, data: walk(2_000, 4) })).rejects.toMatchObject({ code: 'JOURNAL_FOREIGN' });
    appendFileSync(path, 'hello\n');
    await expect(run({ journal: path })).rejects.toMatchObject({ code: 'JOURNAL_FOREIGN' });
    await expect(run({ journal: join(dir, 'none', 'x.ndjson') })).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });
});

describe('the best trial', () => {
  test.each<[FigureName, number]>([
    ['sharpe', 1],
    ['equityFinal', 1],
    ['maxDrawdownRatio', -1],
    ['fees', -1],
  ])('has the best %s', async (objective, sign) => {
    const { rows, best } = await Runner.sweep(reversal, { data: walk(3_000, 12), ...ALL_TIME, account: { feeBps: 2 }, objective });
    const values = rows.map(({ figures }) => sign * figures![objective]!);
    expect(values[best!]).toBe(Math.max(...values));
    expect(meritOf(rows[best!]!.figures!, objective)).toBe(values[best!]);
  });
});

describe('a search is refused', () => {
  const data = walk(100, 1);
  test.each<[string, Partial<SweepOptions>]>([
    ['has no param "speed"', { space: { speed: int(1, 2) } }],
    ['holds "a", not a number', { space: { fast: { values: [1, 'a'] } } }],
    ['is a record, which does not hold a number', { space: { fast: { values: [] } } }],
    ['both set and varied', { params: { fast: 3 } }],
    ['no figure is called "luck"', { objective: 'luck' as never }],
  ])('that says %s', async (says, options) => {
    await expect(Runner.sweep(reversal, { data, ...ALL_TIME, ...options })).rejects.toThrow(says);
  });
});
