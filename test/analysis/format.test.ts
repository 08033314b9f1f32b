import { describe, expect, test } from 'vitest';
import { type FigureUnit, formatAmount, formatDuration, formatFigure, formatPercent, formatTime } from '#analysis/format.ts';

describe('a figure', () => {
  test.each<[number | null, FigureUnit, string]>([
    [0.71371, 'percent', '71.37 %'],
    [-0.145, 'percent', '−14.50 %'],
    [0.0000081, 'percent', '0.0008 %'],
    [0, 'percent', '0.00 %'],
    [85_502.80096, 'cash', '85,502.80'],
    [-0.001, 'number', '0.00'],
    [9_784, 'count', '9,784'],
    [null, 'number', '–'],
    [Number.NaN, 'cash', '–'],
    [90_061_000, 'duration', '1 d 1 h'],
  ])('%d in %s is %s', (value, unit, text) => {
    expect(formatFigure(value, unit)).toBe(text);
  });

  test('in percent without the sign', () => {
    expect(formatPercent(-0.0908)).toBe('−9.08');
    expect(formatPercent(-0.00001)).toBe('0.00');
  });
});

describe('a duration', () => {
  test.each([
    [0, '0'],
    [250, '250 ms'],
    [1_000, '1 s'],
    [12_015_000, '3 h 20 min'],
    [400 * 86_400_000, '1 y 34 d'],
  ])('of %d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('a time', () => {
  const t = Date.UTC(2024, 0, 31, 9, 30, 5);
  test.each([
    [86_400_000, '2024-01-31'],
    [60_000, '2024-01-31 09:30'],
    [1_000, '2024-01-31 09:30:05'],
  ])('of bars of %d ms is %s', (intervalMs, text) => {
    expect(formatTime(t, intervalMs)).toBe(text);
  });
});

describe('an amount has the places it needs', () => {
  test.each([
    [1, '1'],
    [1234.5, '1,234.5'],
    [0.00001234, '0.00001234'],
    [0.1 + 0.2, '0.3'],
    [1e-8, '0.00000001'],
  ])('%d is %s', (value, text) => {
    expect(formatAmount(value)).toBe(text);
  });
});
