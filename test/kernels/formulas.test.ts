// Kernels against their formulas in plain JavaScript, over every set of parameters of their cases.
import { describe, expect, test } from 'vitest';
import { kernelOf, resolveParams, type KernelName } from '#kernels/catalog.ts';
import { CASES } from './cases.ts';
import { FORMULAS } from './formulas.ts';
import { outputsOf, walk } from './series.ts';

const ROWS = 900;
const series = { 'prices in cents': walk(ROWS, 71), 'prices of full doubles': walk(ROWS, 72, null) };

// Where a result is made of differences, its error is relative to what they are differences of: here, as a part of the result's usual size.
const TOLERANCE = 1e-9;

describe.each(Object.entries(series))('over %s', (_, bars) => {
  test.each(Object.keys(FORMULAS) as KernelName[])('%s is what its formula says, from its look-back on', (name) => {
    for (const given of CASES[name]) {
      const params = resolveParams(name, given);
      const lookback = kernelOf(name).lookback(params);
      const expected = FORMULAS[name]!(bars, params);
      const actual = outputsOf(name, given, bars);
      expect(actual.length).toBe(expected.length);
      actual.forEach((column, k) => {
        const size = Math.max(...expected[k]!.map((value) => (Number.isNaN(value) ? 0 : Math.abs(value))));
        for (let row = lookback; row < ROWS; row++) {
          const [got, wanted] = [column[row]!, expected[k]![row]!];
          if (!(Math.abs(got - wanted) <= TOLERANCE * size) && !(Number.isNaN(got) && Number.isNaN(wanted))) expect.fail(`${JSON.stringify(given)}, row ${row}: ${got}, not ${wanted}`);
        }
      });
    }
  });
});
