// Two runs over the same rows, one of which began later: how long that shows.
import { describe, expect, test } from 'vitest';
import { kernelNames, kernelOf, resolveParams } from '#kernels/catalog.ts';
import { stableAfter } from '#kernels/stable.ts';
import { CASES } from './cases.ts';
import { outputsOf, walk, type Bars } from './series.ts';

const ROWS = 4_000;
const LATER = 137;
const EPS = 1e-10;
/** What a unit of weight is worth in an output, of coefficients and of the paces of those that adapt. */
const WORTH = 100;

const bars = walk(ROWS, 81, null);
const late = Object.fromEntries(Object.entries(bars).map(([field, column]) => [field, column.subarray(LATER)])) as unknown as Bars;

/** Greatest distance between the two runs from a row of the later one on, as a part of the output's usual size. */
function apart(early: Float64Array, later: Float64Array, from: number): number {
  let [distance, size] = [0, 1];
  for (let row = from; row < later.length; row++) {
    distance = Math.max(distance, Math.abs(later[row]! - early[row + LATER]!) || 0);
    size = Math.max(size, Math.abs(later[row]!) || 0);
  }
  return distance / size;
}

const rowsOf = (name: (typeof kernelNames)[number], params = {}, eps = EPS) => stableAfter(kernelOf(name), resolveParams(name, params), eps);

describe.each(kernelNames.filter((name) => rowsOf(name, CASES[name][0]) < Infinity))('%s', (name) => {
  test('outputs the same from then on, wherever the series began', () => {
    for (const params of CASES[name]) {
      const after = rowsOf(name, params);
      if (after >= ROWS - LATER) continue;
      const later = outputsOf(name, params, late);
      outputsOf(name, params, bars).forEach((column, k) => {
        expect(apart(column, later[k]!, after), `${JSON.stringify(params)}, ${after} rows`).toBeLessThanOrEqual(WORTH * EPS);
      });
    }
  });
});

test.each(['ema', 'rsi', 'macd', 'atr', 'adx', 'tema', 'kama'] as const)('%s still shows its beginning at its look-back, so that the rest of the rows is needed', (name) => {
  const [early, later] = [outputsOf(name, {}, bars)[0]!, outputsOf(name, {}, late)[0]!];
  expect(apart(early, later, kernelOf(name).lookback(resolveParams(name, {})))).toBeGreaterThan(1e4 * EPS);
  expect(rowsOf(name, {}, 1e-3)).toBeLessThan(rowsOf(name, {}, 1e-6));
});

test('by hand: an ema of 9 rows weighs its seed 0.8ᵏ, which is below a millionth after 62 rows; a total never forgets', () => {
  expect(rowsOf('ema', { period: 9 }, 1e-6)).toBe(8 + 62); // 0.8⁶¹ = 1.2e-6, 0.8⁶² = 9.8e-7
  expect(rowsOf('sma', { period: 9 }, 1e-6)).toBe(8);
  expect(rowsOf('obv', {}, 0.5)).toBe(Infinity);
});
