import { describe, expect, test } from 'vitest';
import { type Series, tailsOf } from '#analysis/quantile.ts';

function quantileByDefinition(values: Float64Array, probability: number): number {
  const sorted = values.toSorted();
  const place = (sorted.length - 1) * probability;
  const low = sorted[Math.floor(place)]!;
  return low + (sorted[Math.ceil(place)]! - low) * (place - Math.floor(place));
}

function seriesOf(values: Float64Array): Series {
  const kept = (fits: (value: number) => boolean, sign: number, to: Float64Array): number => {
    const found = values.filter(fits).map((value) => sign * value);
    to.set(found.subarray(0, to.length));
    return found.length;
  };
  return {
    length: values.length,
    at: (row) => values[row]!,
    collect: ({ lowTo, highFrom }, low, high) => ({ lowFound: kept((value) => value <= lowTo, 1, low), highFound: kept((value) => value >= highFrom, -1, high) }),
    all: () => values.slice(),
  };
}

function meanOf(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

const SHARES = [0, 0.01, 0.05, 0.25, 0.5];
const SHAPES: Record<string, (k: number) => number> = {
  rising: (k) => k,
  falling: (k) => -k,
  flat: () => 3,
  'mostly zero': (k) => (k % 10 === 0 ? Math.sin(k) : 0),
  random: (k) => Math.sin(k * k) * 1e-3,
  'rising and falling': (k) => -Math.abs(k - 5_000),
  'high where the sample looks': (k) => (k % 24 === 0 ? 1_000 : -k),
  'low where the sample looks': (k) => (k % 24 === 0 ? -1_000 : k),
};

describe.each(Object.entries(SHAPES))('the tails of a series that is %s', (_, shape) => {
  test.each([1, 2, 3, 100, 4_097, 100_000])('of %d values are those of the sorted series, wherever the sample falls', (length) => {
    const values = Float64Array.from({ length }, (__, k) => shape(k));
    const kept = values.slice();
    const { low, high } = tailsOf(seriesOf(values), { low: SHARES, high: SHARES });
    expect(values).toEqual(kept);
    for (const [k, share] of SHARES.entries()) {
      const [below, above] = [quantileByDefinition(values, share), -quantileByDefinition(values.map((value) => -value), share)];
      expect(low.quantiles[k]).toBe(below);
      expect(high.quantiles[k]).toBe(above + 0);
      expect(low.means[k]).toBeCloseTo(meanOf(values.filter((value) => value <= below)), 9);
      expect(high.means[k]).toBeCloseTo(meanOf(values.filter((value) => value >= above)), 9);
    }
  });
});

test('no value has no tails', () => {
  expect(tailsOf(seriesOf(new Float64Array(0)), { low: [0.05], high: [0.05] })).toEqual({ low: { quantiles: [Number.NaN], means: [Number.NaN] }, high: { quantiles: [Number.NaN], means: [Number.NaN] } });
});
