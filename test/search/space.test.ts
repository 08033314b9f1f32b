import { describe, expect, test } from 'vitest';
import { seededRandom } from '#clock/random.ts';
import { choice, drawn, grid, int, real } from '#search/space.ts';

describe('a dimension', () => {
  test.each([
    [int(5, 8), [5, 6, 7, 8]],
    [int(20, 65, 5), [20, 25, 30, 35, 40, 45, 50, 55, 60, 65]],
    [int(1, 6, 2), [1, 3, 5]],
    [int(3, 3), [3]],
    // 0.1 + 0.2 is not 0.3 on f64; a step is meant as a decimal.
    [real(0.1, 0.7, 0.1), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]],
    [real(-1, 1, 0.5), [-1, -0.5, 0, 0.5, 1]],
    [choice('long', 'short'), ['long', 'short']],
  ])('%j holds its values, both ends included', (dimension, values) => {
    expect(dimension).toEqual({ values });
  });

  test.each([
    ['is empty', () => int(5, 4)],
    ['whole', () => int(1, 2.5)],
    ['above 0', () => int(1, 5, 0)],
    ['above 0', () => real(0, 1, -0.1)],
    ['is empty', () => real(1, 1)],
    ['is empty', () => real(0, Number.POSITIVE_INFINITY)],
    ['twice', () => choice(1, 2, 1)],
    ['is empty', () => choice()],
    ['values', () => real(0, 1, 1e-12)],
  ])('is refused with the words "%s"', (says, declare) => {
    expect(declare).toThrow(says);
  });
});

test('a grid has every point once, the last dimension turning fastest', () => {
  expect(grid({ a: int(1, 2), b: choice('x', 'y'), c: int(7, 7) })).toEqual([
    { a: 1, b: 'x', c: 7 },
    { a: 1, b: 'y', c: 7 },
    { a: 2, b: 'x', c: 7 },
    { a: 2, b: 'y', c: 7 },
  ]);
});

test('a grid of a range without a step is refused, and so is one nobody could run', () => {
  expect(() => grid({ a: real(0, 1) })).toThrow('no step');
  expect(() => grid({ a: int(1, 100_000), b: int(1, 100_000) })).toThrow('10000000000 points');
});

describe('points drawn at random', () => {
  const space = { a: int(1, 10), b: real(0, 1) };

  test('are the same for the same seed and others for another', () => {
    const [first, again, other] = [1, 1, 2].map((seed) => drawn(space, 20, seededRandom(seed)));
    expect(first).toHaveLength(20);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  test('lie in the space, are allowed, and differ', () => {
    const points = drawn(space, 200, seededRandom(3), ({ a }) => Number(a) % 2 === 0) as { a: number; b: number }[];
    expect(points).toHaveLength(200);
    expect(points.every(({ a, b }) => a % 2 === 0 && a <= 10 && b >= 0 && b < 1)).toBe(true);
    expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(200);
  });

  test('are as many as there are when more are asked for', () => {
    expect(drawn({ a: int(1, 3), b: choice(true, false) }, 50, seededRandom(4))).toHaveLength(6);
  });
});
