// Kernels against tables computed elsewhere: TA-Lib C 0.7.1 in doubles, and rational arithmetic rounded once (exact/gen_exact.py).
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Params } from '#domain/node-spec.ts';
import { kernelNames, kernelOf, type KernelName, type TaLib } from '#kernels/catalog.ts';
import { mapBars, outputsOf, ulps, type Bars } from './series.ts';

const ORACLE = process.env.QMTL_ORACLE ?? join(import.meta.dirname, '../../../shared/oracle');
const available = existsSync(ORACLE);
const skipped = available ? '' : ' (skipped: no data)';

function barsOf(file: string): Bars {
  const rows = readFileSync(join(ORACLE, 'talib', file), 'utf8').trim().split('\n').map((line) => line.split(',').map(Number));
  const [open, high, low, close, volume] = Array.from({ length: 5 }, (_, k) => Float64Array.from(rows, (row) => row[k]!));
  return { open: open!, high: high!, low: low!, close: close!, volume: volume! };
}

interface TaLibTable {
  readonly begIdx: number;
  readonly opts: Readonly<Record<string, number>>;
  readonly out: Readonly<Record<string, readonly (number | null)[]>>;
}

/** TA-Lib takes them of numbers between −1 and 1, and prices are not: the tables leave them out, math.test.ts has them. */
const WITHOUT_TABLE = ['ASIN', 'ACOS'];

const counterparts = kernelNames
  .map(kernelOf)
  .flatMap((kernel) => (kernel.talib === undefined || WITHOUT_TABLE.includes(kernel.talib.name) ? [] : [{ kernel, talib: kernel.talib }]));

/** Our parameters for a table's options, which come in TA-Lib's order. */
function paramsOf({ params }: TaLib, opts: TaLibTable['opts']): Params {
  const values = Object.values(opts);
  expect(params.length).toBe(values.length);
  return Object.fromEntries(params.flatMap((param, k) => (param === null ? [] : [[param, values[k]!]])));
}

// What an error is relative to where the result itself may be near zero, as a part of the first close, or as a number of its own unit.
const FLOORS: Readonly<Record<string, (close: number) => number>> = {
  STOCHRSI: () => 100,
  MACD: (close) => close * 1e-2,
};

// TA-Lib subtracts running sums from one another, which costs it this much here. The exact tables below bound our own error.
const TOLERANCES: Readonly<Record<string, number>> = { STDDEV: 5e-9, VAR: 1e-8 };

describe.each([
  ['ohlcv_252.csv', 'talib071_ohlcv_252.json', 'exact_ohlcv_252.json'],
  ['skender_default_502.csv', 'talib071_skender_default_502.json', 'exact_skender_default_502.json'],
])('on %s', (input, talibFile, exactFile) => {
  const bars = available ? barsOf(input) : undefined;

  test.skipIf(!available).each(counterparts)(`TA-Lib's $talib.name starts on the same row and agrees to 1e-9 with $kernel.name${skipped}`, ({ kernel, talib }) => {
    const table = (JSON.parse(readFileSync(join(ORACLE, 'talib', talibFile), 'utf8')) as Record<string, TaLibTable>)[talib.name]!;
    // The tables of functions of two columns are of close and volume; our operators' second column is the open, unless told otherwise.
    const given = kernel.inputs[1]?.constant ? { ...bars!, open: bars!.volume } : bars!;
    const outputs = outputsOf(kernel.name as KernelName, paramsOf(talib, table.opts), given);
    expect(talib.outputs.length).toBe(Object.keys(table.out).length);
    Object.values(table.out).forEach((expected, k) => {
      const actual = outputs[kernel.outputs.indexOf(talib.outputs[k]!)]!;
      expect(actual.findIndex((value) => !Number.isNaN(value))).toBe(table.begIdx);
      const floor = FLOORS[talib.name]?.(bars!.close[0]!) ?? 0;
      const tolerance = TOLERANCES[talib.name] ?? 1e-9;
      expected.forEach((value, row) => {
        const got = actual[table.begIdx + row]!;
        expect(Math.abs(got - value!), `row ${table.begIdx + row}: ${got} against ${value}`).toBeLessThanOrEqual(tolerance * Math.max(Math.abs(value!), floor));
      });
    });
  });

  const exact = available ? (JSON.parse(readFileSync(join(ORACLE, 'exact', exactFile), 'utf8')) as Record<string, Record<string, (number | null)[]>>) : {};
  const cases = [2, 5, 14, 20, 21, 50, 64].flatMap((period) => (['sma', 'wma', 'stddev', 'var', 'zscore'] as const).map((name) => [name, period] as const));
  test.skipIf(!available).each(cases)(`%s of %i rows is within 16 units in the last place of the exact value${skipped}`, (name, period) => {
    const table = exact[String(period)]!;
    const degree = { sma: 1, wma: 1, stddev: 1, var: 2, zscore: 0 }[name];
    for (const [kind, given, factor] of [['decimals', bars!, 1], ['doubles', mapBars(bars!, (value) => value * Math.PI), Math.PI]] as const) {
      const [actual] = outputsOf(name, { period }, given);
      table[{ stddev: 'std_pop', var: 'var_pop' }[name as string] ?? name]!.forEach((value, k) => {
        // The table is of the decimals; times π it holds to the rounding of each product, half an ulp, and of this one.
        const wanted = value! * factor ** degree;
        const got = actual![period - 1 + k]!;
        // What is made of differences of prices is as exact as the prices. The exact sums of decimals differ from those of doubles by as much.
        const pricesPerDeviation = bars!.close[0]! / table.std_pop![k]!;
        const scale = { stddev: pricesPerDeviation, var: 2 * pricesPerDeviation, zscore: pricesPerDeviation / Math.abs(value!) }[name as string] ?? 1;
        const allowed = 16 * (kind === 'doubles' || name === 'zscore' ? scale : 1);
        expect(ulps(got, wanted), `${kind}, row ${period - 1 + k}: ${got} against ${wanted}`).toBeLessThanOrEqual(allowed);
      });
    }
  });

  const spreads = [5, 14, 20, 21, 50, 64].flatMap((period) => ([['avgdev', 'mad'], ['skew', 'skew_pop'], ['kurtosis', 'kurt_pop']] as const).map(([name, key]) => [name, period, key] as const));
  test.skipIf(!available).each(spreads)(`%s of %i rows is the exact one to eleven places${skipped}`, (name, period, key) => {
    const [actual] = outputsOf(name, { period }, bars!);
    exact[String(period)]![key]!.forEach((value, k) => {
      const got = actual![period - 1 + k]!;
      expect(Math.abs(got - (value ?? 0)), `row ${period - 1 + k}: ${got} against ${value}`).toBeLessThanOrEqual(1e-11 * Math.max(1, Math.abs(value ?? 0)));
    });
  });

  const lines = [2, 5, 14, 20, 21, 50, 64].flatMap((period) =>
    ([['linearregslope', 'slope'], ['linearregintercept', 'intercept'], ['tsf', 'tsf'], ['correl', 'correl_close_volume']] as const).map(([name, key]) => [name, period, key] as const),
  );
  test.skipIf(!available).each(lines)(`%s of %i rows is as exact as what it is made of${skipped}`, (name, period, key) => {
    const [actual] = outputsOf(name, { period }, bars!);
    const close = bars!.close[0]!;
    exact[String(period)]![key]!.forEach((value, k) => {
      const got = actual![period - 1 + k]!;
      // A slope is a difference of prices, and near zero no more exact than they are. A correlation loses what its deviations do.
      const size = name === 'correl' ? close / exact[String(period)]!.std_pop![k]! : close;
      expect(Math.abs(got - (value ?? 0)), `row ${period - 1 + k}: ${got} against ${value}`).toBeLessThanOrEqual(16 * Number.EPSILON * size);
    });
  });
});
