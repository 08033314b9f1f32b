import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { benchmarkMetrics, type BenchmarkSeries } from '#analysis/benchmark.ts';

const DAY_MS = 86_400_000;

function series(values: readonly number[], firstDay = 0): BenchmarkSeries {
  return { t: Float64Array.from(values, (_, k) => (firstDay + k) * DAY_MS), value: Float64Array.from(values) };
}

const INDEX = [100, 110, 99, 108.9, 98.01]; // +10 %, −10 %, +10 %, −10 %

describe('a run against a benchmark', () => {
  test('that is itself has beta 1, alpha 0 and no tracking error to divide by', () => {
    const found = benchmarkMetrics(series(INDEX), series(INDEX));
    expect(found).toMatchObject({ excessCagr: 0, trackingError: 0, informationRatio: null, upCapture: 1, downCapture: 1, battingAverage: 0 });
    expect([found.beta, found.correlation]).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12)]);
    expect(found.alpha).toBeCloseTo(0, 9);
  });

  test('that doubles every move has beta 2 and captures 200 % of both ways', () => {
    const found = benchmarkMetrics(series([100, 120, 96, 115.2, 92.16]), series(INDEX));
    for (const [name, value] of Object.entries({ beta: 2, correlation: 1, upCapture: 2, downCapture: 2, battingAverage: 0.5 })) expect(found[name as keyof typeof found], name).toBeCloseTo(value, 12);
  });

  test('that gains 1 % a day more has that as alpha, and beats it every day', () => {
    const found = benchmarkMetrics(series([100, 111, 101.01, 112.1211, 102.030201]), series(INDEX));
    expect(found).toMatchObject({ beta: expect.closeTo(1, 12), alpha: expect.closeTo(0.01 * 365.25, 8), battingAverage: 1 });
  });

  test('looks only at times both have', () => {
    const late = benchmarkMetrics(series([...INDEX, 500, 600]), series(INDEX.slice(1), 1));
    expect(late).toEqual(benchmarkMetrics(series(INDEX.slice(1), 1), series(INDEX.slice(1), 1)));
  });

  test.each([
    ['stands still', series(INDEX), series([5, 5, 5, 5, 5]), { beta: null, correlation: null, alpha: null, treynor: null, upCapture: null, downCapture: null, benchmarkReturn: 0 }],
    ['never has a row in common', series(INDEX), series(INDEX, 50), { beta: null, benchmarkReturn: null, battingAverage: null, upCapture: null }],
    ['has one row in common', series(INDEX), series([100], 2), { beta: null, benchmarkReturn: 0, benchmarkCagr: null, battingAverage: null }],
    ['has a hole', series(INDEX), series([100, Number.NaN, 99, 108.9, 98.01]), { beta: null, alpha: null, upCapture: null, battingAverage: null }],
  ])('that %s has no figures for it', (_, run, benchmark, expected) => {
    expect(benchmarkMetrics(run, benchmark)).toMatchObject(expected);
  });

  test('has figures that are finite or null, whatever it is', () => {
    const any = fc.array(fc.double(), { maxLength: 12 });
    fc.assert(fc.property(any, any, (run, benchmark) => Object.values(benchmarkMetrics(series(run), series(benchmark))).every((value) => value === null || Number.isFinite(value))));
  });
});
