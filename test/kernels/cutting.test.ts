// A kernel's output is a function of its rows, whatever they are cut into and wherever a restart falls.
import { describe, expect, test } from 'vitest';
import { seededRandom } from '#clock/random.ts';
import { kernelNames, kernelOf } from '#kernels/catalog.ts';
import { CASES } from './cases.ts';
import { columnsOf, drive, firstDifference, mapBars, nodeOf, outputsOf, planOf, walk, type Bars } from './series.ts';

const ROWS = 1_500;
const CHUNKS = [1, 2, 3, 5, 7, 13, 100];

const SERIES: Readonly<Record<string, Bars>> = {
  'decimal prices': walk(ROWS, 1),
  'prices that are no decimals': walk(ROWS, 2, null),
  // A sum of prices is often one unit in the last place away from a decimal; some scales take it for one, and others do not.
  'prices a rounding away from decimals': mapBars(walk(ROWS, 4), (value, row, field) => (row % 3 === 0 && field !== 'volume' ? value * (1 + 2 ** -52) : value)),
  // Decimals that grow more places, stretches without any, gaps, a huge value, and flat pieces: every change of path a kernel can make.
  'a bit of everything': mapBars(walk(ROWS, 3), (value, row, field) => {
    if (row === 100) return value + 0.000_123;
    if (row % 211 === 5 || (row > 600 && row < 640)) return value * Math.PI;
    if (row === 333 || (row === 901 && field === 'close')) return NaN;
    if (row === 1_000) return 1e12;
    if (row > 1_200 && row < 1_300) return 77.25;
    return value;
  }),
};

test('every kernel has cases, and no others are listed', () => {
  expect(Object.keys(CASES).toSorted()).toEqual([...kernelNames].toSorted());
});

describe.each(kernelNames)('%s', (name) => {
  test.each(Object.keys(SERIES))('gives the same bits for every cutting of %s', (series) => {
    const bars = SERIES[series]!;
    for (const params of CASES[name]) {
      const whole = outputsOf(name, params, bars);
      for (const chunk of CHUNKS) {
        const cut = outputsOf(name, params, bars, chunk);
        whole.forEach((column, k) => {
          const row = firstDifference(column, cut[k]!);
          expect(row, `${JSON.stringify(params)}, chunks of ${chunk}: ${column[row]} against ${cut[k]![row]} at row ${row}`).toBe(-1);
        });
      }
    }
  });

  test.each(Object.keys(SERIES))('goes on with the same bits after a restart at any row of %s', (series) => {
    const bars = SERIES[series]!;
    const columns = columnsOf(bars);
    const random = seededRandom(7);
    for (const params of CASES[name]) {
      const whole = outputsOf(name, params, bars);
      for (let round = 0; round < 6; round++) {
        const cut = random.below(ROWS);
        const chunk = 1 + random.below(200);
        const outputs = kernelOf(name).outputs.map(() => new Float64Array(ROWS).fill(NaN));
        const before = planOf(nodeOf(name, params), chunk);
        drive(before, columns, outputs, 0, cut, chunk);
        const after = planOf(nodeOf(name, params), 64);
        after.restore(before.snapshot());
        drive(after, columns, outputs, cut, ROWS, 64);
        whole.forEach((column, k) => {
          expect(firstDifference(column, outputs[k]!), `${JSON.stringify(params)} cut at row ${cut}, output ${k}`).toBe(-1);
        });
      }
    }
  });

  test('outputs only finite values and NaN, and never −0', () => {
    for (const bars of Object.values(SERIES)) {
      for (const params of CASES[name]) {
        for (const column of outputsOf(name, params, bars)) {
          for (const value of column) if (Object.is(value, -0) || value === Infinity || value === -Infinity) expect.fail(`${JSON.stringify(params)} gave ${value}`);
        }
      }
    }
  });

  test('fires first at its look-back, and on every row from there on when no row has a gap', () => {
    for (const params of CASES[name]) {
      if ((name === 'div' && params.b === 0) || name === 'asin' || name === 'acos' || (name === 'pivots' && params.method !== undefined)) continue; // undefined on every row, or in some outputs, by definition
      const plan = planOf(nodeOf(name, params), ROWS);
      const outputs = outputsOf(name, params, SERIES['decimal prices']!);
      for (const column of outputs) {
        expect(column.findIndex((value) => !Number.isNaN(value))).toBe(plan.warmup('node'));
        expect(column.subarray(plan.warmup('node')).findIndex(Number.isNaN)).toBe(-1);
      }
    }
  });
});

// Batch paths stop at some period; past it, and around it, the bits must not change either.
const LONG = ['sma', 'wma', 'stddev', 'bbands', 'min', 'max', 'hma', 'trima', 'vwma', 'vwapr', 'kama', 'zlema', 'mfi', 'chop', 'correl', 'beta', 'aroon', 'adxr'] as const;

test.each(LONG)('%s of a window too long for its batch paths is cut as freely', (name) => {
  const rows = 9_000;
  for (const bars of [walk(rows, 51), walk(rows, 52, null)]) {
    for (const period of [512, 513, 1_024, 1_025, 3_000]) {
      const whole = outputsOf(name, { period }, bars);
      for (const chunk of [1, 97, 4_096]) {
        outputsOf(name, { period }, bars, chunk).forEach((column, k) => expect(firstDifference(column, whole[k]!), `period ${period}, chunks of ${chunk}`).toBe(-1));
      }
    }
  }
});
