import { expect, test } from 'vitest';
import { seededRandom } from '#clock/random.ts';
import { TREND_VALUES_MIN, trendOf } from '#chaos/trend.ts';

test('slope and test are those of a calculation by hand', () => {
  // 3 1 4 5 9: of the ten pairs nine rise and one falls, so S = 8 and z = 7 / √(5·4·15 / 18) = 1.715.
  // The slopes in order: −2, 1/2, 2/3, 1, 3/2, 2, 5/2, 8/3, 3, 4; the median is (3/2 + 2) / 2.
  const { slope, z, growthRatio } = trendOf([3, 1, 4, 5, 9]);
  expect(z).toBeCloseTo(1.7146, 4);
  expect(slope).toBe(1.75);
  expect(growthRatio).toBe(1.75); // four steps, by the median 4
});

test('what leaks grows, what goes up and down is flat, and one outlier is no leak', () => {
  const random = seededRandom(5);
  const noise = (): number => random.below(21) - 10;
  const leaking = Array.from({ length: 60 }, (_, minute) => 200 + minute + noise());
  const steady = Array.from({ length: 60 }, () => 200 + noise());
  expect(trendOf(leaking).isFlat).toBe(false);
  expect(trendOf(steady).isFlat).toBe(true);
  expect(trendOf(steady.with(59, 900)).isFlat).toBe(true);
});

test('growth that is sure and small is flat, and so is a count that never changes', () => {
  expect(trendOf(Array.from({ length: 60 }, (_, minute) => 1_000 + minute))).toMatchObject({ isFlat: true, slope: 1 });
  expect(trendOf(Array.from({ length: 60 }, () => 12))).toMatchObject({ isFlat: true, z: 0, growthRatio: 0 });
});

test('too few values say nothing', () => {
  expect(trendOf([]).isFlat).toBeUndefined();
  expect(trendOf(Array.from({ length: TREND_VALUES_MIN - 1 }, (_, k) => k + 1)).isFlat).toBeUndefined();
  expect(trendOf(Array.from({ length: TREND_VALUES_MIN }, (_, k) => k + 1)).isFlat).toBe(false);
});
