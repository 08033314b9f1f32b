// A sweep gives every parameter set what it would get alone.
import { expect, test } from 'vitest';
import { kernelNames, kernelOf, resolveParams } from '#kernels/catalog.ts';
import { sweep } from '#kernels/sweep.ts';
import { CASES } from './cases.ts';
import { firstDifference, mapBars, outputsOf, walk } from './series.ts';

const ROWS = 1_300;
const SERIES = {
  decimals: walk(ROWS, 61),
  doubles: walk(ROWS, 62, null),
  'decimals with gaps and strangers': mapBars(walk(ROWS, 63), (value, row) => (row % 307 === 200 ? NaN : row % 119 === 7 ? value * Math.PI : value)),
};

test.each(kernelNames)('%s', (name) => {
  const kernel = kernelOf(name);
  for (const [series, bars] of Object.entries(SERIES)) {
    const sets = CASES[name].filter((params) => kernel.inputs.every((input) => !(input.constant && resolveParams(name, params)[input.name] !== undefined)));
    const swept = sweep(name, sets, kernel.inputs.map((input) => bars[input.default]));
    sets.forEach((params, set) => {
      outputsOf(name, params, bars).forEach((column, k) => {
        expect(firstDifference(column, swept[set]![k]!), `${series}, ${JSON.stringify(params)}, output ${k}`).toBe(-1);
      });
    });
  }
});

test('a sweep over no parameter sets has no outputs', () => {
  expect(sweep('ema', [], [SERIES.decimals.close])).toEqual([]);
});
