// Small kernels by hand: every row of these tables was worked out on paper from the definitions in the catalogue.
import { describe, expect, test } from 'vitest';
import type { Params } from '#domain/node-spec.ts';
import { kernelNames, kernelOf, type KernelName } from '#kernels/catalog.ts';
import { FORMULAS } from './formulas.ts';
import { outputsOf, type Bars } from './series.ts';

const _ = NaN;

/** One kernel over a (the close) and b (the open). */
function run(name: KernelName, a: readonly number[], b: readonly number[] | number = a): number[] {
  const params: Params = typeof b === 'number' ? { b } : {};
  const close = Float64Array.from(a);
  const bars: Bars = { open: typeof b === 'number' ? close : Float64Array.from(b), high: close, low: close, close, volume: close };
  return Array.from(outputsOf(name, params, bars)[0]!);
}

describe('rowwise', () => {
  const a = [3, -2, 0, 5, 1.5, _];
  const b = [2, -2, 0, -4, 0, 1];
  test.each<[KernelName, number[]]>([
    ['add', [5, -4, 0, 1, 1.5, _]],
    ['sub', [1, 0, 0, 9, 1.5, _]],
    ['mul', [6, 4, 0, -20, 0, _]],
    ['div', [1.5, 1, _, -1.25, _, _]],
    ['gt', [1, 0, 0, 1, 1, _]],
    ['gte', [1, 1, 1, 1, 1, _]],
    ['lt', [0, 0, 0, 0, 0, _]],
    ['lte', [0, 1, 1, 0, 0, _]],
    ['eq', [0, 1, 1, 0, 0, _]],
    ['and', [1, 1, 0, 1, 0, _]],
    ['or', [1, 1, 0, 1, 1, _]],
    ['not', [0, 0, 1, 0, 0, _]],
    ['neg', [-3, 2, 0, -5, -1.5, _]],
    ['abs', [3, 2, 0, 5, 1.5, _]],
  ])('%s', (name, expected) => {
    expect(run(name, a, b)).toEqual(expected);
    if (!['not', 'neg', 'abs'].includes(name)) {
      // The other way round the gap is in b; a constant is b on every row.
      expect(run(name, [1, 1], [1, _])[1]).toBeNaN();
      expect(run(name, a, 2)).toEqual(run(name, a, [2, 2, 2, 2, 2, 2]));
    }
  });

  test('what a double cannot hold is NaN', () => {
    expect(run('mul', [1e200, -1e200], [1e200, 1e200])).toEqual([_, _]);
    expect(run('add', [Number.MAX_VALUE], [Number.MAX_VALUE])).toEqual([_]);
    expect(run('div', [1, -1, 0, 1e300], [0, 0, 0, 1e-300])).toEqual([_, _, _, _]);
  });
});

describe('crossover', () => {
  test.each<[string, number[], number[], number[]]>([
    ['is silent on the first row, above or below', [2], [1], [0]],
    ['rises and falls', [1, 3, 1, 3], [2, 2, 2, 2], [0, 1, -1, 1]],
    ['a touch is no crossing, leaving it upward is', [1, 2, 3], [2, 2, 2], [0, 0, 1]],
    ['a touch from above that falls back up says so again', [3, 2, 3], [2, 2, 2], [0, 0, 1]],
    ['leaving a touch downward is a fall, from wherever it came', [1, 2, 1], [2, 2, 2], [0, 0, -1]],
    ['starting on a touch counts as not above and not below', [2, 3, 2, 1], [2, 2, 2, 2], [0, 1, 0, -1]],
    ['a gap is passed over', [1, _, 3, 3, _, 1], [2, 2, 2, _, _, 2], [0, _, 1, _, _, -1]],
  ])('%s', (__, a, b, expected) => expect(run('crossover', a, b)).toEqual(expected));
});

test('lag gives what was there some rows before, gaps too', () => {
  expect(run('lag', [1, 2, _, 4, 5])).toEqual([_, 1, 2, _, 4]);
});

test('latch holds the side of the last signal, starting at 0', () => {
  expect(run('latch', [0, 0, 1, 0, _, 0, -1, 0, -2, 0.5, -0.1])).toEqual([0, 0, 1, 1, _, 1, 0, 0, 0, 1, 0]);
});

test('min and max of windows', () => {
  const rows = [5, 3, 8, 1, 9, 2];
  const over = (name: KernelName) => Array.from(outputsOf(name, { period: 3 }, { open: rowless, high: rowless, low: rowless, close: Float64Array.from(rows), volume: rowless })[0]!);
  expect(over('max')).toEqual([_, _, 8, 8, 9, 9]);
  expect(over('min')).toEqual([_, _, 3, 1, 1, 1]);
});

const rowless = new Float64Array(6);

test('every kernel is here, or has a formula, or agrees with TA-Lib', () => {
  const here: KernelName[] = ['add', 'sub', 'mul', 'div', 'gt', 'gte', 'lt', 'lte', 'eq', 'and', 'or', 'not', 'neg', 'abs', 'lag', 'crossover', 'latch'];
  const counterparts = kernelNames.filter((name) => kernelOf(name).talib !== undefined);
  expect([...new Set([...here, ...Object.keys(FORMULAS), ...counterparts])].toSorted()).toEqual([...kernelNames].toSorted());
});
