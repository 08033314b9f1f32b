// The batch run: rows of several sources in the order of their times, and an account that stands still where it has no row.
import { describe, expect, test } from 'vitest';
import { runBacktest } from '#actors/backtest.ts';
import { PAPER_OUTPUTS } from '#broker/paper.ts';
import { type BarColumns, type SourceID, sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { account as byOrders, Node, sma, Strategy, StreamInput } from '#sdk/mod.ts';
import { walk } from '../support/bars.ts';
import { everything, goldenCross } from '../support/strategies.ts';
import { batchRows, expectSameBits, type NodeRows } from '../support/truth.ts';

const idOf = (instrument: string): SourceID => sourceId({ venue: 'test', instrument, interval: interval('1m') });
const stream = (instrument: string): StreamInput => new StreamInput({ venue: 'test', instrument, interval: '1m' });
const every = (columns: BarColumns, keep: (row: number) => boolean): BarColumns => columns.map((column) => column.filter((_, row) => keep(row)));

/** Trades AAA on the sign of its difference to BBB, so its account has a row only where both have one. */
const pair = new Strategy({
  name: 'pair',
  build() {
    const [a, b] = [stream('AAA'), stream('BBB')];
    return { target: a.close.minus(b.close).gt(0).times(2), outputs: { spread: a.close.minus(b.close) } };
  },
}).declare({}, { cash: 1_000 });

/** An account by orders that has its first row after 20 others, beside an author's function; each fails at a close of its own, and at none when that is 0. */
const orderingThatFails = (accountAt: number, functionAt: number): StrategySpec =>
  new Strategy({
    name: 'ordering',
    build: () => ({
      account: byOrders(stream('ABC'), { cash: 1e6, params: { bad: accountAt }, values: { mean: sma(stream('ABC'), { period: 21 }) } }, ({ bar, values, params, position, buy, sell }) => {
        if (bar.close === params.bad) throw new Error('out of orders');
        if (bar.close > values.mean && position === 0) buy(1);
        else if (bar.close < values.mean && position > 0) sell(1);
      }),
      outputs: { value: new Node({ inputs: { close: stream('ABC').close }, params: { bad: functionAt }, period: 1, compute: ({ close }, { bad }) => (close[0] === bad ? ('dear' as never) : close[0]!) }) },
    }),
  }).declare();
const ordering = orderingThatFails(0, 0);

/** What came out of a run, node by node. */
function collected(spec: StrategySpec, data: ReadonlyMap<SourceID, BarColumns>): Map<NodeID, NodeRows> {
  const rows = new Map<NodeID, NodeRows>();
  runBacktest(spec, data, {
    onRows: (node, { first, count, t, columns }) => {
      let kept = rows.get(node.id);
      if (!kept) rows.set(node.id, (kept = { first, columns: [[], ...columns.map(() => [])] }));
      expect(first).toBe(kept.first + kept.columns[0]!.length);
      [t, ...columns].forEach((column, c) => kept.columns[c]!.push(...column.subarray(0, count)));
    },
  });
  return rows;
}

test('every node’s rows are those of one append per source, whatever pieces the run made', () => {
  const long = walk(10_000, 21); // more than two pieces
  const cases: [StrategySpec, Map<SourceID, BarColumns>][] = [
    [everything.declare(), new Map([[idOf('ABC'), long]])],
    [ordering, new Map([[idOf('ABC'), long]])],
    [pair, new Map([[idOf('AAA'), walk(900, 1)], [idOf('BBB'), every(walk(900, 2), (row) => row % 3 !== 0)]])],
  ];
  for (const [spec, data] of cases) {
    const rows = collected(spec, data);
    for (const [id, due] of batchRows(spec, data)) expectSameBits(rows.get(id)!, due, `${spec.name} ${id.slice(0, 8)}`);
  }
});

test('sources that are joined enter many rows at a time', () => {
  // BBB has a bar now and then, AAA all of them: two pieces of 4,096 and a rest, with what BBB has in their time.
  const data = new Map([[idOf('AAA'), walk(9_000, 1)], [idOf('BBB'), every(walk(9_000, 2), (row) => row % 50 === 0)]]);
  const steps: number[] = [];
  runBacktest(pair, data, { onProgress: (done) => steps.push(done) });
  expect(steps).toEqual([4_096, 4_178, 8_274, 8_356, 9_164, 9_180]);
});

describe('equity and position', () => {
  const a = walk(12, 31);
  const b = every(walk(12, 32), (row) => [3, 4, 8].includes(row));
  const run = runBacktest(pair, new Map([[idOf('AAA'), a], [idOf('BBB'), b]]));
  const account = batchRows(pair, new Map([[idOf('AAA') as string, a], [idOf('BBB') as string, b]])).get(pair.target!.account)!;
  const equityOf = (row: number): number => account.columns[1 + PAPER_OUTPUTS.indexOf('equity')]![row]!;
  const positionOf = (row: number): number => account.columns[1 + PAPER_OUTPUTS.indexOf('position')]![row]!;

  test('are those of the account on the rows it has, and stand still between them', () => {
    expect(account.columns[0]).toEqual([3, 4, 8].map((row) => a[0]![row]));
    // Before its first row: its cash and nothing. Then the rows 3, 4 and 8, each carried to the next.
    const due = [-1, -1, -1, 0, 1, 1, 1, 1, 2, 2, 2, 2];
    expect([...run.equity]).toEqual(due.map((row) => (row < 0 ? 1_000 : equityOf(row))));
    expect([...run.position]).toEqual(due.map((row) => (row < 0 ? 0 : positionOf(row))));
  });

  test('have one value for each bar of the traded source', () => {
    expect(run.bars).toBe(12);
    expect(run.t).toEqual(a[0]);
    expect(run.equity.length).toBe(12);
    expect(run.cash0).toBe(1_000);
  });
});

test('positions, and the rows that end with one, are those of the account’s rows, carried over the rows it skips', () => {
  const a = walk(9_000, 41);
  const b = every(walk(9_000, 41), (row) => row % 7 < 3 && !(row > 4_000 && row < 4_300)).map((column, c) => (c === 0 ? column : column.map((value, row) => value + (row % 60 < 30 ? 1 : -1))));
  const data = new Map([[idOf('AAA'), a], [idOf('BBB'), b]]);
  const run = runBacktest(pair, data);
  const account = batchRows(pair, new Map([...data].map(([id, columns]) => [id as string, columns]))).get(pair.target!.account)!;
  const positions = new Map(account.columns[0]!.map((t, k) => [t, account.columns[1 + PAPER_OUTPUTS.indexOf('position')]![k]!]));
  let held = 0;
  const due = Array.from(run.t, (t) => (held = positions.get(t) ?? held));
  expect([...run.position]).toEqual(due);
  expect(run.rowsHeld).toBe(due.filter((units) => units !== 0).length);
  expect(run.rowsHeld).toBeGreaterThan(1_000);
  expect(run.trades.length).toBeGreaterThan(100);
});

test.each([['BBB', 0], ['AAA', 4]])('an account by orders whose rate is of %s stands still on the rows it has not, and each of its fills has the rate of its row', (rated, warmup) => {
  const spec = new Strategy({
    name: 'foreign',
    build: () => ({
      account: byOrders({ price: stream('AAA'), currency: 'EUR', rate: sma(stream(rated), { period: 5 }) }, { currency: 'USD', cash: 1e6 }, ({ t, position, moveTo }) => {
        if (t % 180_000 < 60_000) moveTo(position === 0 ? 1 : 0);
      }),
    }),
  }).declare();
  const all = new Map([[idOf('AAA'), walk(9_000, 41)], [idOf('BBB'), every(walk(9_000, 42), (row) => row % 7 < 3)]]);
  const data = new Map([...all].filter(([id]) => id === idOf('AAA') || id === idOf(rated)));
  const run = runBacktest(spec, data);
  const { first, columns: [times, ...columns] } = batchRows(spec, new Map([...data].map(([id, bars]) => [id as string, bars]))).get(spec.target!.account)!;
  const { outputs } = spec.nodes.find(({ id }) => id === spec.target!.account)!.spec.schema;
  const rows = new Map(times!.map((t, k) => [t, k]));
  const of = (name: string): readonly number[] => columns[outputs.indexOf(name)]!;
  let held = 0;
  const due = Array.from(run.t, (t) => (held = rows.has(t) ? of('position')[rows.get(t)!]! : held));
  expect(first).toBe(warmup);
  expect([...run.position]).toEqual(due);
  expect(run.rowsHeld).toBe(due.filter((units) => units !== 0).length);
  expect(run.rowsHeld).toBeGreaterThan(1_000);
  expect(run.fills.ts.length).toBeGreaterThan(1_000); // more than there is room for at first
  expect([...run.fills.rate!]).toEqual(Array.from(run.fills.ts, (t) => of('rate0')[rows.get(t)!]!));
  expect([...run.fills.quantity]).toEqual(Array.from(run.fills.ts, (t) => of('fillQuantity')[rows.get(t)!]!));
});

test('an account alone on its source has every row from its warm-up on', () => {
  const columns = walk(600, 7);
  const run = runBacktest(goldenCross.declare(), new Map([[idOf('ABC'), columns]]));
  const account = batchRows(goldenCross.declare(), new Map([[idOf('ABC') as string, columns]])).get(goldenCross.declare().target!.account)!;
  expect([...run.equity.subarray(account.first)]).toEqual(account.columns[1 + PAPER_OUTPUTS.indexOf('equity')]);
  expect(run.trades.length).toBe(account.columns[1 + PAPER_OUTPUTS.indexOf('fillQuantity')]!.filter((quantity) => quantity !== 0).length);
  expect(run.trades.length).toBeGreaterThan(10);
});

describe('a run that cannot go on', () => {
  test('for want of a source’s bars names the source', () => {
    expect(() => runBacktest(pair, new Map([[idOf('AAA'), walk(10, 1)]]))).toThrow(expect.objectContaining({ code: 'DATA_SOURCE_UNBOUND', message: expect.stringContaining('test:BBB:1m') as string }));
  });

  test.each([0, 5, 4_095, 4_096, 4_200])('because a compute function answers no number names the node, the row and the bar: row %i', (row) => {
    const columns = walk(5_000, 3);
    const at = columns[4]!.slice();
    columns[4]!.fill(1);
    columns[4]![row] = at[row]! + 1_000;
    const spec = new Strategy({
      name: 'breaks',
      build: () => ({ outputs: { value: new Node({ inputs: { close: stream('ABC').close }, period: 1, compute: ({ close }) => (close[0]! > 1 ? ('dear' as never) : close[0]!) }) } }),
    }).declare();
    const bar = new Date(columns[0]![row]!).toISOString();
    expect(() => runBacktest(spec, new Map([[idOf('ABC'), columns]]))).toThrow(
      expect.objectContaining({ code: 'COMPUTE_FAILED', message: expect.stringMatching(new RegExp(`breaks.*custom.*gave "dear".*row ${row + 1} of the data.*${bar.replaceAll('.', '\\.')}`)) as string }),
    );
  });
});

test('an account by orders that never has a row has an equity, and nothing else', () => {
  const { equity, trades, events } = runBacktest(ordering, new Map([[idOf('ABC'), walk(12, 21)]]));
  expect([[...equity], trades, events()]).toEqual([Array.from({ length: 12 }, () => 1e6), [], []]);
});

test.each([
  [50, 5_000, 'orders'],
  [5_000, 50, 'compute'],
  [4_200, 4_100, 'compute'],
  [9_990, 0, 'orders'],
  [4_090, 0, 'orders'],
])('of an account that fails at row %i and a function that fails at row %i, which is known in the same run of rows or a later one, the earlier is told', (accountRow, functionRow, told) => {
  const columns = walk(10_000, 21).map((column) => column.slice());
  const badAt = (row: number, price: number): number => (row === 0 ? 0 : (columns[4]![row] = price));
  const spec = orderingThatFails(badAt(accountRow, 1e5 + 1), badAt(functionRow, 1e5 + 2));
  const rows = new Map<NodeID, number>();
  const run = (): unknown => runBacktest(spec, new Map([[idOf('ABC'), columns]]), { onRows: ({ id }, { first, count }) => void rows.set(id, first + count) });
  const row = told === 'orders' ? accountRow : functionRow;
  expect(run).toThrow(expect.objectContaining({ code: 'COMPUTE_FAILED', message: expect.stringMatching(new RegExp(`${told} .*row ${row + 1} of the data`)) as string }));
  expect(rows.get(spec.target!.account) ?? 0).toBeLessThanOrEqual(accountRow);
});

test('progress counts every row of every source once', () => {
  const data = new Map([[idOf('AAA'), walk(9_000, 1)], [idOf('BBB'), walk(700, 2, 1_700_000_000_000 + 60_000 * 4_000)]]);
  const seen: number[] = [];
  runBacktest(pair, data, {
    onProgress: (done, total) => {
      expect(total).toBe(9_700);
      seen.push(done);
    },
  });
  expect(seen).toEqual(seen.toSorted((one, two) => one - two));
  expect(seen.at(-1)).toBe(9_700);
});
