// Kernels against values that the tests of Stock.Indicators for .NET state (D. Skender, version 2, worked out in spreadsheets by its authors), over its
// 502 daily bars: four decimals, or a price.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Params } from '#domain/node-spec.ts';
import { type KernelName, kernels } from '#kernels/catalog.ts';
import { type Bars, outputsOf } from './series.ts';

const FILE = join(process.env.QMTL_ORACLE ?? join(import.meta.dirname, '../../../shared/oracle'), 'talib', 'skender_default_502.csv');
const available = existsSync(FILE);

function readBars(): Bars {
  const rows = readFileSync(FILE, 'utf8').trim().split('\n').map((line) => line.split(',').map(Number));
  const [open, high, low, close, volume] = Array.from({ length: 5 }, (_, k) => Float64Array.from(rows, (row) => row[k]!));
  return { open: open!, high: high!, low: low!, close: close!, volume: volume! };
}

const column = (name: KernelName, params: Params, output: number) => outputsOf(name, params, readBars())[output]!;

describe.skipIf(!available)(`the values that Stock.Indicators states${available ? '' : ' (skipped: no data)'}`, () => {
  test.each<[KernelName, Params, number, Record<number, number>]>([
    ['gator', {}, 0, { 20: 0.4004, 21: 0.7298, 99: 0.5159, 249: 3.1317, 501: 7.4538 }],
    ['gator', {}, 1, { 20: -1.013, 21: -0.6072, 99: -0.232, 249: -1.8058, 501: -9.2399 }],
    // It gives each row the stop that the row meets, which is known a row before. Its stop may also move back, and so is the same only after a turn.
    ['volstop', { period: 14, mult: 3 }, 0, { 282: 249.3219, 283: 249.746 }],
  ])('%s %o, output %i', (name, params, output, stated) => {
    const values = column(name, params, output);
    for (const [row, value] of Object.entries(stated)) expect(Math.abs(values[Number(row)]! - value), `row ${row}: ${values[Number(row)]}`).toBeLessThan(5.1e-5);
  });

  test.each<[number, number, number, Record<number, number>, Record<number, number>]>([
    [2, 63, 71, { 3: 215.17, 133: 234.53, 180: 239.74 }, { 180: 238.52, 250: 256.81 }],
    [4, 35, 34, { 120: 233.02, 180: 239.74 }, { 7: 212.53, 250: 256.81 }],
  ])('fractals of %i rows on either side: %i above, %i below, each known so many rows later', (side, above, below, highs, lows) => {
    const [up, down, high, low] = outputsOf('fractal', { side }, readBars()) as [Float64Array, Float64Array, Float64Array, Float64Array];
    expect([up.filter((flag) => flag === 1).length, down.filter((flag) => flag === 1).length]).toEqual([above, below]);
    for (const [row, price] of Object.entries(highs)) expect([up[Number(row) + side], high[Number(row) + side]]).toEqual([1, price]);
    for (const [row, price] of Object.entries(lows)) expect([down[Number(row) + side], low[Number(row) + side]]).toEqual([1, price]);
  });
});

// Bars of months, weeks and hours in the same tests, worked back from the levels stated: of camarilla and fibonacci only close or pivot, and the range, show.
test.each<[string, readonly [number, number, number, number], Record<string, number>]>([
  ['classic', [212.61, 217.02, 211.52, 214.96], { pivot: 214.5, r1: 217.48, r2: 220, s1: 211.98, s2: 209 }],
  ['demark', [212.61, 217.02, 211.52, 214.96], { pivot: 215.13, r1: 218.74, s1: 213.24 }],
  ['demark', [125, 200, 100, 125], { pivot: 550 / 4 }],
  ['camarilla', [240, 250, 232.69, 243.15], { r1: 244.7368, r2: 246.3235, r3: 247.91025, r4: 252.6705, s1: 241.56325, s2: 239.9765, s3: 238.3898, s4: 233.6295 }],
  ['fibonacci', [369, 369.6, 368.49, 368.91], { pivot: 369, r1: 369.424, r2: 369.686, r3: 370.11, s1: 368.576, s2: 368.314, s3: 367.89 }],
])('pivots: %s of %j', (method, prices, stated) => {
  const [open, high, low, close] = prices.map((price) => Float64Array.of(price)) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const outputs = outputsOf('pivots', { method }, { open, high, low, close, volume: close });
  for (const [level, value] of Object.entries(stated)) {
    const got = outputs[kernels.pivots.outputs.findIndex((name) => name === level)]![0]!;
    expect(Math.abs(got - value), `${level}: ${got}`).toBeLessThan(5.1e-5);
  }
});
