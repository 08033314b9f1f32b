// Candle patterns against TA-Lib C over bars in which each of them comes, whole columns at a time: test/oracle-tools/candles.ts wrote the goldens.
// The oracle test has the tables of real bars, in which some never come.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { candles } from '#kernels/catalog-candles.ts';
import { kernelNamed, type KernelName } from '#kernels/catalog.ts';
import { candleBars } from './candle-bars.ts';
import golden from './candles.golden.json' with { type: 'json' };
import { outputsOf, walk } from './series.ts';

const bars = candleBars(golden.rows);

test('the goldens have every pattern, and each of them comes', () => {
  expect([...new Set(golden.found.map(({ name }) => name))].toSorted()).toEqual(Object.values(candles).map(({ talib }) => talib!.name).toSorted());
  expect(golden.found.filter(({ counts }) => Object.keys(counts).length === 0)).toEqual([]);
});

test.each(golden.found)('$name with penetration $penetration is what TA-Lib C finds, on every row', ({ name, penetration, first, counts, sha256 }) => {
  const [values] = outputsOf(kernelNamed(name).name as KernelName, penetration === null ? {} : { penetration }, bars);
  expect(values!.findIndex((value) => !Number.isNaN(value))).toBe(first);
  const given = Int32Array.from(values!.subarray(first));
  const ours: Record<string, number> = {};
  for (const value of given) if (value !== 0) ours[value] = (ours[value] ?? 0) + 1;
  expect(ours).toEqual(counts);
  expect(createHash('sha256').update(new Uint8Array(given.buffer)).digest('hex')).toBe(sha256);
});

test('a pattern gives 0, 100, 80 where bodies share an end, 200 where it is confirmed, and no other size', () => {
  for (const name of Object.keys(candles) as KernelName[]) {
    for (const value of outputsOf(name, {}, walk(5_000, 17))[0]!) if (!Number.isNaN(value) && ![0, 80, 100, 200].includes(Math.abs(value))) expect.fail(`${name} gives ${value}`);
  }
});
