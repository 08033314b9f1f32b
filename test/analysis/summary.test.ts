import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { FIGURES } from '#analysis/figures.ts';
import { metrics } from '#analysis/metrics.ts';
import { NO_FILLS } from '#domain/fills.ts';
import { monthlyReturns } from '#analysis/monthly.ts';
import { sparkline, summary, type SummaryInput } from '#analysis/summary.ts';

function sample(rows: number): SummaryInput {
  const t = Float64Array.from({ length: rows }, (_, row) => Date.UTC(2020, 0, 1) + row * 86_400_000);
  const equity = Float64Array.from(t, (_, row) => 1_000 + row / 10 + 30 * Math.sin(row / 15));
  return {
    title: 'golden-cross', params: { fast: 10, slow: 30 }, source: 'demo:SPX:1d', intervalMs: 86_400_000, t, equity, cash: 1_000, rules: ['orders fill at the next open', 'fee 10 bps per side'],
    metrics: metrics({ t, equity, rowsHeld: 0, fills: NO_FILLS, cash0: 1_000 }), warnings: [], elapsedMs: rows / 32,
  };
}

describe('monthly returns', () => {
  test('go from the last row of one month to the last row of the next, and the first from the opening cash', () => {
    const days = ['2023-11-15', '2023-11-30', '2023-12-29', '2024-02-01', '2024-02-29'];
    const t = Float64Array.from(days, (day) => Date.parse(day));
    // 100 → 110 (Nov), 99 (Dec), nothing in Jan, 148.5 (Feb)
    const years = monthlyReturns(t, Float64Array.from([105, 110, 99, 120, 148.5]), 100);
    expect(years.map(({ year }) => year)).toEqual([2023, 2024]);
    expect(years[0]!.months[10]).toBeCloseTo(0.1, 12);
    expect(years[0]!.months[11]).toBeCloseTo(-0.1, 12);
    expect(years[0]!.total).toBeCloseTo(-0.01, 12);
    expect(years[1]!.months.slice(0, 3)).toEqual([null, expect.closeTo(0.5, 12), null]);
    expect(years[1]!.total).toBeCloseTo(0.5, 12);
  });
});

describe('the summary', () => {
  const input = sample(400);

  test('names every main metric with its value, in 80 columns, and no other', () => {
    const text = summary(input, { colour: false });
    for (const { label, isMain } of FIGURES) expect(new RegExp(`${label} {2}`).test(text), label).toBe(isMain === true);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(text).toContain('400 bars in 12.50 ms, 32,000 bars/s');
  });

  test('is coloured only when asked', () => {
    const plain = summary(input, { colour: false });
    const coloured = summary(input, { colour: true });
    expect(plain).not.toContain('\u001b');
    expect(coloured).toContain('\u001b[32m');
    expect(stripVTControlCharacters(coloured).replaceAll(/ +$/gm, '')).toBe(plain);
  });

  test('can be made of no rows', () => {
    expect(summary(sample(0), { colour: false })).toContain('no rows');
  });

  test.each([
    [[0, 1, 2, 3, 4, 5, 6, 7], 8, '▁▂▃▄▅▆▇█'],
    [[7, 7, 0, 0], 2, '█▁'],
    [[5, 5, 5], 3, '▁▁▁'],
    [[1, 2], 10, '▁█'],
    [[], 10, ''],
  ])('draws %j in %d blocks as %s', (values, width, blocks) => {
    expect(sparkline(Float64Array.from(values), width)).toBe(blocks);
  });
});
