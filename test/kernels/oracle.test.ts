// Kernels against tables computed elsewhere: TA-Lib C 0.7.1 in doubles, and rational arithmetic rounded once (exact/gen_exact.py).
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Params } from '#domain/node-spec.ts';
import type { KernelName } from '#kernels/catalog.ts';
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

// TA-Lib's function, our kernel, and its options as our parameters. Outputs are in the same order.
const TALIB: readonly [string, KernelName, (opts: Readonly<Record<string, number>>) => Params][] = [
  ['SMA', 'sma', (o) => ({ period: o.optInTimePeriod! })],
  ['WMA', 'wma', (o) => ({ period: o.optInTimePeriod! })],
  ['EMA', 'ema', (o) => ({ period: o.optInTimePeriod! })],
  ['STDDEV', 'stddev', (o) => ({ period: o.optInTimePeriod! })],
  ['BBANDS', 'bbands', (o) => ({ period: o.optInTimePeriod!, multUp: o.optInNbDevUp!, multDown: o.optInNbDevDn! })],
  ['RSI', 'rsi', (o) => ({ period: o.optInTimePeriod! })],
  ['MACD', 'macd', (o) => ({ fast: o.optInFastPeriod!, slow: o.optInSlowPeriod!, signal: o.optInSignalPeriod! })],
  ['ATR', 'atr', (o) => ({ period: o.optInTimePeriod! })],
  ['MIN', 'min', (o) => ({ period: o.optInTimePeriod! })],
  ['MAX', 'max', (o) => ({ period: o.optInTimePeriod! })],
];

describe.each([
  ['ohlcv_252.csv', 'talib071_ohlcv_252.json', 'exact_ohlcv_252.json'],
  ['skender_default_502.csv', 'talib071_skender_default_502.json', 'exact_skender_default_502.json'],
])('on %s', (input, talibFile, exactFile) => {
  const bars = available ? barsOf(input) : undefined;

  test.skipIf(!available).each(TALIB)(`TA-Lib's %s starts on the same row and agrees to 1e-9 with %s${skipped}`, (fn, name, paramsOf) => {
    const table = (JSON.parse(readFileSync(join(ORACLE, 'talib', talibFile), 'utf8')) as Record<string, TaLibTable>)[fn]!;
    const outputs = outputsOf(name, paramsOf(table.opts), bars!);
    Object.values(table.out).forEach((expected, k) => {
      const actual = outputs[k]!;
      expect(actual.findIndex((value) => !Number.isNaN(value))).toBe(table.begIdx);
      // Around zero (a histogram, a narrow band) the error is relative to what the result is made of, the price.
      const floor = fn === 'MACD' ? bars!.close[0]! * 1e-2 : 0;
      // TA-Lib subtracts sums of squares, which costs it 3.4e-9 here; the exact table below bounds our own error.
      const tolerance = fn === 'STDDEV' ? 5e-9 : 1e-9;
      expected.forEach((value, row) => {
        const got = actual[table.begIdx + row]!;
        expect(Math.abs(got - value!), `row ${table.begIdx + row}: ${got} against ${value}`).toBeLessThanOrEqual(tolerance * Math.max(Math.abs(value!), floor));
      });
    });
  });

  const exact = available ? (JSON.parse(readFileSync(join(ORACLE, 'exact', exactFile), 'utf8')) as Record<string, Record<string, (number | null)[]>>) : {};
  const cases = [2, 5, 14, 20, 21, 50, 64].flatMap((period) => (['sma', 'wma', 'stddev'] as const).map((name) => [name, period] as const));
  test.skipIf(!available).each(cases)(`%s of %i rows is within 16 units in the last place of the exact value${skipped}`, (name, period) => {
    const expected = exact[String(period)]![name === 'stddev' ? 'std_pop' : name]!;
    for (const [kind, given] of Object.entries({ decimals: bars!, doubles: mapBars(bars!, (value) => value * Math.PI) })) {
      const [actual] = outputsOf(name, { period }, given);
      expected.forEach((value, k) => {
        // The table is of the decimals; times π it holds to the rounding of each product, half an ulp, and of this one.
        const wanted = kind === 'decimals' ? value! : value! * Math.PI;
        const got = actual![period - 1 + k]!;
        // Deviations of rounded products differ by the rounding of the price, not of the deviation.
        const scale = kind === 'doubles' && name === 'stddev' ? bars!.close[0]! / Math.max(value!, 1e-300) : 1;
        expect(ulps(got, wanted), `${kind}, row ${period - 1 + k}: ${got} against ${wanted}`).toBeLessThanOrEqual(16 * scale);
      });
    }
  });
});
