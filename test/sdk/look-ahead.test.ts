// No look-ahead: with the future cut off at any bar, everything computed and ordered before the cut is the same bits.
import { resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type BarColumns, type SourceID, sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { readBars } from '#feeds/csv.ts';
import { type HostNode, Plan } from '#kernels/plan.ts';
import { PAPER_OUTPUTS } from '#broker/paper.ts';
import { walk } from '../support/bars.ts';
import { everything, goldenCross } from '../support/strategies.ts';
import { batchRows } from '../support/truth.ts';

type Outputs = Map<string, { first: number; columns: readonly (readonly number[] | Float64Array)[] }>;
/** Everything a run of these bars gives out: per node its first row, and `t` and outputs from there on. */
type Run = (bars: BarColumns) => Outputs;

const source: SourceID = sourceId({ venue: 'test', instrument: 'ABC', interval: interval('1m', 'test') });
const runOf = (spec: StrategySpec): Run => (bars) => batchRows(spec, new Map([[source, bars]]));

/**
 * The checker. Runs the whole history and every history cut off at one of `cuts`, and names the first output that a bar
 * at or after the cut has changed; undefined when none has.
 */
function lookAhead(run: Run, bars: BarColumns, cuts: readonly number[]): string | undefined {
  const whole = run(bars);
  for (const cut of cuts) {
    const known = run(bars.map((column) => column.subarray(0, cut)));
    for (const [id, { first, columns }] of whole) {
      const node = known.get(id)!;
      const rows = Math.max(0, cut - first);
      for (const [c, column] of columns.entries()) {
        const had = node.columns[c]!;
        if (first >= 0 && cut > first && had.length !== rows) return `${id}: ${had.length} rows instead of ${rows} with the history cut at ${cut}`;
        for (let row = 0; row < had.length; row++) {
          if (!Object.is(had[row], column[row])) return `${id}, column ${c}, row ${first + row}: ${column[row]} with the future, ${had[row]} cut at ${cut}`;
        }
      }
    }
  }
  return undefined;
}

/** Every cut around the warm-up and a chunk's border, then spread over all rows. */
function cutsOf(rows: number, count: number): number[] {
  const near = [1, 2, 3, 11, 12, 13, 14, 999, 1000, 1001, rows - 1].filter((cut) => cut < rows);
  return [...near, ...Array.from({ length: count }, (_, k) => 1 + Math.floor(((k + 1) * (rows - 2)) / (count + 1)))];
}

let sp500: BarColumns;
beforeAll(async () => {
  sp500 = (await readBars(resolve('node_modules/vega-datasets/data/sp500-2000.csv'))).columns;
});

const STRATEGIES = { 'golden-cross': goldenCross.declare({}, { feeBps: 10 }), everything: everything.declare({}, { feeBps: 10, slippageBps: 5 }) };

describe.each(Object.entries(STRATEGIES))('%s', (_, spec) => {
  test('on 5,105 days of the S&P 500, cut at 60 places', () => {
    expect(sp500[0]!.length).toBe(5_105);
    expect(lookAhead(runOf(spec), sp500, cutsOf(5_105, 50))).toBeUndefined();
  });

  test('on a random walk, cut at every bar', () => {
    const bars = walk(400, 7);
    expect(lookAhead(runOf(spec), bars, [...bars[0]!.keys()].slice(1))).toBeUndefined();
  });

  test('fills only orders of an earlier bar, at a price of the bar it fills on', () => {
    const rows = batchRows(spec, new Map([[source, sp500]])).get(spec.target!.account)!;
    const column = (name: (typeof PAPER_OUTPUTS)[number]) => rows.columns[1 + PAPER_OUTPUTS.indexOf(name)]!;
    const [ordered, filled, price] = [column('orderQuantity'), column('fillQuantity'), column('fillPrice')];
    const open = sp500[1]!;
    let fills = 0;
    for (let row = 0; row < filled.length; row++) {
      if (filled[row] === 0) continue;
      fills++;
      expect(filled[row]).toBe(ordered[row - 1]);
      expect(Math.abs(price[row]! / open[rows.first + row]! - 1)).toBeLessThan(6e-4);
    }
    expect(fills).toBeGreaterThan(50);
  });
});

describe('the checker itself finds', () => {
  /** A plan of one node of our own over the closes. */
  const cheat = (host: () => HostNode): Run => (bars) => {
    const rows = bars[0]!.length;
    const plan = new Plan([{ id: 's', columns: 6 }], [{ id: 'cheat', inputs: [{ source: 's', column: 4 }], outputs: ['value'], host: host() }], { chunkRowsMax: rows });
    plan.append('s', bars, 0, rows);
    const { first, t, columns } = plan.rowsOf('cheat');
    return new Map([['cheat', { first, columns: [t, ...columns].map((column) => column.slice()) }]]);
  };
  const stateless = { lookback: 0, snapshot: () => new Uint8Array(), restore: () => {} };
  const honest = (): HostNode => ({ ...stateless, run: ([close], [out], count) => out!.set(close!.subarray(0, count)) });
  /** Answers the close `ahead` bars later, as far as the piece it was handed goes. */
  const peeking = (ahead: number) => (): HostNode => ({
    ...stateless,
    run: ([close], [out], count) => {
      for (let row = 0; row < count; row++) out![row] = close![Math.min(row + ahead, count - 1)]!;
    },
  });
  /** Divides by the highest close of all: the scaling mistake that looks harmless. */
  const scaling = (): HostNode => ({
    ...stateless,
    run: ([close], [out], count) => {
      const highest = Math.max(...close!.subarray(0, count));
      for (let row = 0; row < count; row++) out![row] = close![row]! / highest;
    },
  });
  const bars = walk(300, 11);
  const cuts = cutsOf(300, 40);

  test('nothing in a node that is honest', () => {
    expect(lookAhead(cheat(honest), bars, cuts)).toBeUndefined();
  });

  test.each<[string, () => HostNode]>([
    ['a node that peeks one bar ahead', peeking(1)],
    ['a node that peeks ten bars ahead', peeking(10)],
    ['a node that scales by the whole history', scaling],
  ])('%s', (_, host) => {
    expect(lookAhead(cheat(host), bars, cuts)).toMatch(/^cheat, column 1, row \d+: /);
  });

  test('bars that carry the close of the next one', () => {
    const run = runOf(STRATEGIES['golden-cross']);
    // Bars whose close is the next bar's: what a feed stamped with the wrong end of the bar does. The last one repeats.
    const shifted: Run = (known) => run(known.map((column, k) => (k === 4 ? Float64Array.from(column, (value, row) => column[row + 1] ?? value) : column)));
    expect(lookAhead(shifted, bars, cuts)).toMatch(/row \d+: /);
  });

  test('a run that loses rows when its history is short', () => {
    const run = runOf(STRATEGIES['golden-cross']);
    expect(lookAhead((known) => run(known.length > 0 && known[0]!.length === 300 ? known : known.map((column) => column.subarray(0, -1))), bars, cuts)).toMatch(/rows instead of/);
  });
});
