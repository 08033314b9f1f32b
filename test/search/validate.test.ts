import { describe, expect, test } from 'vitest';
import { AccountNode } from '#actors/account.ts';
import { runBacktest } from '#actors/backtest.ts';
import { PAPER_OUTPUTS } from '#broker/paper.ts';
import { sourceId } from '#domain/bar.ts';
import { Runner } from '#sdk/mod.ts';
import { assessOverfit } from '#sdk/validate.ts';
import { sweep } from '#search/sweep.ts';
import { walk } from '../support/bars.ts';
import { reversal } from './strategies.ts';

const ALL_TIME = { start: 0, end: 1e14 } as const;
const bars = walk(4_000, 21);
const t = bars[0]!;
const TERMS = { feeBps: 2 };
const walked = (data = bars, isAnchored = false) => Runner.walkForward(reversal, { data, ...ALL_TIME, account: TERMS, objective: 'totalReturn', windows: 4, trainRatio: 2, isAnchored });

/** Equity after each row from `from` before `to` of an account that begins at `from`, on the targets of a run over all bars. */
function equityFrom(params: object, from: number, to: number): Float64Array {
  const spec = reversal.declare({ ...params });
  const target = new Float64Array(t.length).fill(Number.NaN);
  runBacktest(spec, new Map([[sourceId(spec.target!.source), bars]]), {
    onRows: (node, rows) => {
      if (node.id === spec.target!.ref!.node) target.set(rows.columns[0]!, rows.first);
    },
  });
  const account = new AccountNode({ cash: 100_000, slippageBps: 0, ...TERMS });
  const outputs = PAPER_OUTPUTS.map(() => new Float64Array(to - from));
  account.run([bars[1]!, bars[4]!, target].map((column) => column.subarray(from, to)), outputs, to - from);
  return outputs[PAPER_OUTPUTS.indexOf('equity')]!;
}

describe('walk-forward', () => {
  test('chooses by the training window alone, and begins each window flat with indicators that know the past', async () => {
    const { windows, equity, t: times, trials } = await walked();
    expect(trials).toBe(25);
    expect(windows.map(({ test: { fromMs } }) => t.indexOf(fromMs))).toEqual([1_336, 2_002, 2_668, 3_334]);
    let value = 100_000;
    let at = 0;
    for (const { train, test: tested, params, trainFigures, testFigures } of windows) {
      const [trainFrom, from, to] = [t.indexOf(train.fromMs), t.indexOf(tested.fromMs), tested.toMs === Number.POSITIVE_INFINITY ? t.length : t.indexOf(tested.toMs)] as [number, number, number];
      expect(train.toMs).toBe(tested.fromMs);
      expect(trainFigures.equityFinal).toBe(equityFrom(params, trainFrom, from).at(-1));
      const own = equityFrom(params, from, to);
      expect(testFigures.equityFinal).toBe(own.at(-1));
      for (const fast of [2, 3, 4, 5, 6]) for (const slow of [8, 12, 16, 20, 24]) expect(equityFrom({ fast, slow }, trainFrom, from).at(-1)!).toBeLessThanOrEqual(trainFigures.equityFinal);
      for (let row = 1; row < own.length; row++) value *= 1 + (own[row]! / own[row - 1]! - 1);
      at += own.length;
      expect(equity[at - 1]).toBe(value);
    }
    expect(times).toEqual(t.subarray(1_336));
  });

  test('is not changed by bars that come later', async () => {
    const { windows } = await walked();
    const other = walk(4_000, 22);
    const from = t.indexOf(windows[2]!.test.fromMs);
    // From the third test window on everything is another market; the row before it still fills no order of it.
    const { windows: changed } = await walked(bars.map((column, c) => (c === 0 ? column : Float64Array.from(column, (value, row) => (row < from ? value : other[c]![row]!)))));
    expect(changed.slice(0, 2)).toEqual(windows.slice(0, 2));
    expect(changed[2]!.params).toEqual(windows[2]!.params);
    expect(changed[2]!.trainFigures).toEqual(windows[2]!.trainFigures);
    expect(changed[2]!.testFigures).not.toEqual(windows[2]!.testFigures);
  });

  test('anchored, trains on all the past', async () => {
    const { windows } = await walked(bars, true);
    expect(new Set(windows.map(({ train }) => train.fromMs)).size).toBe(1);
  });

  test('of too few bars is refused', async () => {
    await expect(walked(walk(9, 1))).rejects.toMatchObject({ code: 'PARAM_INVALID' });
  });
});

describe('what an account makes of a span', () => {
  test('is the same whatever other spans are asked for, on one thread and on two', async () => {
    const spec = reversal.declare({});
    const data = new Map([[sourceId(spec.target!.source), bars]]);
    const span = (from: number, to: number) => ({ fromMs: t[from]!, toMs: t[to]! });
    const task = { count: 1, declare: () => spec, data };
    const [alone] = await sweep({ ...task, spans: [span(1_000, 2_000)] });
    const [among] = await sweep({ ...task, spans: [span(0, 1_500), span(1_000, 2_000), span(1_999, 3_999), span(1_000, 1_001)] });
    expect((among as { outcomes: unknown[] }).outcomes[1]).toEqual((alone as { outcomes: unknown[] }).outcomes[0]);
  });
});

describe('the assessment of a search', () => {
  const assessed = (groups: number, tests: number) => assessOverfit(reversal, { data: bars, ...ALL_TIME, account: TERMS, blocks: 6, groups, tests, purgeRatio: 0.005, embargoRatio: 0.01 });

  test('finds a random walk overfitted, or at least nothing but luck', async () => {
    const { overfit, deflatedSharpe, crossValidation, trials } = await assessed(6, 2);
    expect(trials).toBe(25);
    expect(overfit!.splits).toBe(20);
    expect(overfit!.outOfSample).toBeLessThan(overfit!.inSample);
    expect(deflatedSharpe!).toBeLessThan(0.95);
    expect(crossValidation.splits).toHaveLength(15);
    expect(crossValidation.paths).toHaveLength(5);
  });

  test('of one tested group has one path, made of every split', async () => {
    const { crossValidation } = await assessed(5, 1);
    expect(crossValidation.splits.map(({ tested }) => tested)).toEqual([[0], [1], [2], [3], [4]]);
    expect(crossValidation.paths).toHaveLength(1);
  });
});
