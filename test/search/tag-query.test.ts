// Searches over a strategy that asks by tag: what the query finds moves with every trial's params, and each trial is still the backtest of its params.
import { expect, test } from 'vitest';
import { int, Runner } from '#sdk/mod.ts';
import { assessOverfit } from '#sdk/validate.ts';
import leader from '../../examples/leader.ts';
import { walk } from '../support/bars.ts';

const ROWS = 800;
const NAMES = ['BTC-USD', 'ETH-USD', 'LTC-USD'];
const data = Object.fromEntries(NAMES.map((name, k) => [name, walk(ROWS, 31 + k)]));
const ALL_TIME = { start: 0, end: 1e14, account: { feeBps: 1 } } as const;
const SEARCH = { ...ALL_TIME, data, objective: 'totalReturn', space: { period: int(5, 25, 10) } } as const;

test('every trial has the figures of its backtest, on one thread and on two', async () => {
  const [one, two] = await Promise.all([1, 2].map((threads) => Runner.sweep(leader, { ...SEARCH, threads })));
  expect(one!.fingerprint).toBe(two!.fingerprint);
  const equities = one!.rows.map(({ figures }) => figures!.equityFinal);
  expect(new Set(equities).size).toBe(3);
  for (const [k, period] of [5, 15, 25].entries()) {
    const { equityFinal, metrics } = await Runner.backtest(leader, { ...ALL_TIME, data, params: { period } });
    expect([equities[k], one!.rows[k]!.figures!.trades]).toEqual([equityFinal, metrics.trades]);
  }
});

test('what a walk-forward chose is not changed by what the instruments the query finds do later', async () => {
  const walked = (bars: typeof data) => Runner.walkForward(leader, { ...SEARCH, data: bars, windows: 3, trainRatio: 2, isAnchored: false });
  const { windows } = await walked(data);
  const t = data['BTC-USD']![0]!;
  const from = t.indexOf(windows[2]!.test.fromMs);
  expect(from).toBeGreaterThan(0);
  const other = walk(ROWS, 77);
  const changed = Object.fromEntries(NAMES.map((name) => [name, data[name]!.map((column, c) => (name === 'BTC-USD' || c === 0 ? column : Float64Array.from(column, (value, row) => (row < from ? value : other[c]![row]!))))]));
  const after = (await walked(changed)).windows;
  expect(after.slice(0, 2)).toEqual(windows.slice(0, 2));
  expect([after[2]!.params, after[2]!.trainFigures]).toEqual([windows[2]!.params, windows[2]!.trainFigures]);
  expect(after[2]!.testFigures).not.toEqual(windows[2]!.testFigures);
});

test('the odds of overfitting are asked over the trials of the sweep', async () => {
  const { rows, best } = await Runner.sweep(leader, { ...SEARCH, objective: 'sharpe' });
  const { trials, best: chosen, sharpe } = await assessOverfit(leader, { ...SEARCH, blocks: 6, groups: 4, tests: 2, purgeRatio: 0.01, embargoRatio: 0.01 });
  expect([trials, chosen, sharpe]).toEqual([3, rows[best!]!.params, rows[best!]!.figures!.sharpe]);
});
