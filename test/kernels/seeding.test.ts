// Seeding `tradingview`: averages begin with their first value, and the first row has a range. Against Pine's definitions in plain JavaScript
// (the reference manual's pine_ema, pine_rma and ta.tr with its first row handled).
import { describe, expect, test } from 'vitest';
import type { Params } from '#domain/node-spec.ts';
import { kernelNames, kernelOf, type KernelName, resolveParams } from '#kernels/catalog.ts';
import { sweep } from '#kernels/sweep.ts';
import { ema as emaNode, StreamInput } from '#sdk/mod.ts';
import { type Column, each, fromFirst, rma } from './columns.ts';
import { FORMULAS, type Formula } from './formulas.ts';
import { firstDifference, outputsOf, walk, type Bars } from './series.ts';

const ROWS = 900;
const PERIODS = [1, 2, 14, 64];

const range = ({ high, low, close }: Bars) => [...high].map((top, row) => (row === 0 ? top - low[row]! : Math.max(top, close[row - 1]!) - Math.min(low[row]!, close[row - 1]!)));
const chain = (x: Column, period: number, depth: number): number[][] => Array.from({ length: depth }).reduce<number[][]>((stages) => [...stages, fromFirst(stages.at(-1) ?? x, period)], []);

const PINE: Partial<Record<KernelName, Formula>> = {
  ema: ({ close }, { period }) => [fromFirst([...close], period!)],
  dema: ({ close }, { period }) => [each((a, b) => 2 * a - b, ...chain([...close], period!, 2))],
  tema: ({ close }, { period }) => [each((a, b, c) => 3 * a - 3 * b + c, ...chain([...close], period!, 3))],
  macd: ({ close }, { fast, slow, signal }) => {
    const line = each((a, b) => a - b, fromFirst([...close], fast!), fromFirst([...close], slow!));
    const average = fromFirst(line, signal!);
    return [line, average, each((a, b) => a - b, line, average)];
  },
  atr: (bars, { period }) => [rma(range(bars), period!)],
  natr: (bars, { period }) => [each((a, close) => (100 * a) / close, rma(range(bars), period!), [...bars.close])],
  keltner: (bars, { period, atrPeriod, mult }) => {
    const [middle, width] = [fromFirst([...bars.close], period!), rma(range(bars), atrPeriod!)];
    return [each((m, w) => m + mult! * w, middle, width), middle, each((m, w) => m - mult! * w, middle, width)];
  },
  // The stops are those of the formula for TA-Lib's seeding: what is before the first row makes its range high − low.
  supertrend: (bars, params) => {
    const before = (column: Float64Array, value: number) => Float64Array.of(value, ...column);
    const [top, bottom] = [bars.high[0]!, bars.low[0]!];
    const longer = { ...bars, high: before(bars.high, top), low: before(bars.low, bottom), close: before(bars.close, (top + bottom) / 2) };
    return FORMULAS.supertrend!(longer, params).map((column) => column.slice(1));
  },
};
const seeded = kernelNames.filter((name) => Object.hasOwn(kernelOf(name).params, 'seeding'));

test('every kernel that can be seeded so has a formula here', () => {
  expect(Object.keys(PINE).toSorted()).toEqual([...seeded].toSorted());
});

describe.each(seeded)('%s', (name) => {
  const cases: Params[] = name === 'macd' ? [{}, { fast: 3, slow: 2, signal: 5 }] : name === 'keltner' ? [{}, { period: 5, atrPeriod: 30 }] : PERIODS.map((period) => ({ period }));

  test.each(cases)('%o begins as TradingView does, on the row the catalogue says', (given) => {
    const params = { ...given, seeding: 'tradingview' };
    const resolved = resolveParams(name, params);
    const lookback = kernelOf(name).lookback(resolved);
    for (const bars of [walk(ROWS, 91), walk(ROWS, 92, null)]) {
      const actual = outputsOf(name, params, bars);
      PINE[name]!(bars, resolved).forEach((expected, k) => {
        expect(actual[k]!.findIndex((value) => !Number.isNaN(value))).toBe(lookback);
        const size = Math.max(...expected.filter((value) => !Number.isNaN(value)).map(Math.abs));
        for (let row = lookback; row < ROWS; row++) {
          if (!(Math.abs(actual[k]![row]! - expected[row]!) <= 1e-12 * size)) expect.fail(`row ${row}: ${actual[k]![row]}, not ${expected[row]}`);
        }
      });
      for (const chunk of [1, 7, 100]) outputsOf(name, params, bars, chunk).forEach((column, k) => expect(firstDifference(column, actual[k]!), `chunks of ${chunk}`).toBe(-1));
    }
  });

  test('outputs another column than with TA-Lib’s seeding, and meets it in time', () => {
    const bars = walk(4_000, 93);
    const [theirs, ours] = [outputsOf(name, { seeding: 'tradingview' }, bars)[0]!, outputsOf(name, {}, bars)[0]!];
    const first = kernelOf(name).lookback(resolveParams(name, {}));
    expect(firstDifference(theirs.subarray(first), ours.subarray(first))).not.toBe(-1);
    expect(Math.abs(theirs.at(-1)! - ours.at(-1)!)).toBeLessThan(1e-9);
  });
});

test.each(seeded)('%s: a sweep over both seedings gives each what it gets alone', (name) => {
  const bars = walk(ROWS, 94, null);
  const period = name === 'macd' ? 'fast' : 'period';
  const sets = [5, 5, 20, 30, 1, 9].map((rows, k) => ({ [period]: rows, seeding: k % 2 === 0 ? 'talib' : 'tradingview' }));
  const swept = sweep(name, sets, kernelOf(name).inputs.map((input) => bars[input.default]));
  sets.forEach((params, set) => outputsOf(name, params, bars).forEach((column, k) => expect(firstDifference(column, swept[set]![k]!), JSON.stringify(params)).toBe(-1)));
});

describe('the choice', () => {
  const price = new StreamInput({ venue: 'demo', instrument: 'SPX', interval: '1d' });

  test('that is the default is the same node as none, and the other is another', () => {
    expect(emaNode(price, { seeding: 'talib' }).id).toBe(emaNode(price).id);
    expect(emaNode(price, { seeding: 'tradingview' }).id).not.toBe(emaNode(price).id);
  });

  test('stands in a spec as its place in the list, and is read from there', () => {
    expect(resolveParams('ema', { seeding: 'tradingview' })).toEqual({ period: 20, seeding: 1 });
    expect(resolveParams('ema', { seeding: 1 })).toEqual({ period: 20, seeding: 1 });
    expect(resolveParams('ema', { seeding: 0 })).toEqual({ period: 20 });
  });

  test.each(['wilder', 'TradingView', 2, -1, 0.5, null, true])('refuses %j', (seeding) => {
    expect(() => resolveParams('ema', { seeding })).toThrow(expect.objectContaining({ code: 'PARAM_INVALID', message: expect.stringContaining('ema: seeding is') }));
  });
});
