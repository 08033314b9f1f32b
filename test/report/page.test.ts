import { stripVTControlCharacters } from 'node:util';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { benchmarkMetrics } from '#analysis/benchmark.ts';
import { FIGURES, HOLDING_FIGURES } from '#analysis/figures.ts';
import { metrics } from '#analysis/metrics.ts';
import { monthlyReturns } from '#analysis/monthly.ts';
import { report, type ReportInput } from '#report/page.ts';
import { sparkline, summary } from '#analysis/summary.ts';
import { POINTS_MAX, thinnedRows } from '#report/thin.ts';
import type { Trade } from '#domain/order.ts';

const DAY_MS = 86_400_000;
const HOSTILE = `</script><script>alert("x")</script><img src=x onerror='x'>&`;

function run(rows: number, tradeCount = 4, intervalMs = DAY_MS): ReportInput {
  const t = Float64Array.from({ length: rows }, (_, row) => Date.UTC(2020, 0, 1) + row * intervalMs);
  const close = Float64Array.from(t, (_, row) => 100 + 10 * Math.sin(row / 20));
  const equity = Float64Array.from(t, (_, row) => 1_000 + row / 10 + 30 * Math.sin(row / 15));
  const trades = Array.from({ length: tradeCount }, (_, k): Trade => ({ ts: t[k]!, side: k % 2 === 0 ? 'buy' : 'sell', quantity: 1.5, price: 101.25 + k, fee: 0.125 }));
  const terms = { cash: 1_000, feeBps: 10, slippageBps: 2.5 };
  return {
    title: 'golden-cross', params: { fast: 10, slow: 30 }, source: 'demo:SPX:1d', intervalMs, t, close, equity, trades, terms,
    metrics: metrics({ t, equity, position: new Float64Array(rows), trades, cash0: terms.cash }), warnings: [], fingerprint: { 'Data file': 'bars.csv' },
  };
}

function scriptsOf(page: string): { series: { equity: { t: number[]; v: number[] }; trades: { t: number[] } }; script: string } {
  const [, series, script] = /<script type="application\/json" id="series">([^<]*)<\/script>\n<script>([\s\S]*)<\/script>\n<\/body>/.exec(page)!;
  return { series: JSON.parse(series!), script: script! };
}

/** Runs the page's script as a browser would, on elements that only write down what is drawn. */
function browse(page: string): { drawn: Record<string, string[]>; texts: Record<string, string>; send: (id: string, type: string, x: number) => void } {
  const { series, script } = scriptsOf(page);
  const drawn: Record<string, string[]> = { equity: [], drawdown: [], price: [] };
  const listeners: Record<string, Record<string, (event: unknown) => void>> = {};
  const elements: Record<string, object & { textContent: string }> = { series: { textContent: JSON.stringify(series) } };
  for (const id of Object.keys(drawn)) {
    const pen = new Proxy({}, {
      get: (_, name) => (...values: unknown[]) => {
        if (values.some((value) => typeof value === 'number' && !Number.isFinite(value))) throw new Error(`${String(name)}(${values.join()}) is no place on a canvas`);
        drawn[id]!.push(String(name));
        return { addColorStop: () => undefined };
      },
      set: () => true,
    });
    listeners[id] = {};
    elements[id] = {
      textContent: '', clientWidth: 800, clientHeight: 200, getContext: () => pen, getBoundingClientRect: () => ({ left: 0 }), setPointerCapture: () => undefined,
      addEventListener: (type: string, listener: (event: unknown) => void) => (listeners[id]![type] = listener),
    } as object & { textContent: string };
    elements[`${id}-value`] = { textContent: '' };
  }
  runInNewContext(script, {
    document: { getElementById: (id: string) => elements[id], createElement: () => ({ addEventListener: () => undefined }), querySelector: () => ({ append: () => undefined }), documentElement: {} },
    window: { devicePixelRatio: 2 },
    getComputedStyle: () => ({ getPropertyValue: () => ' #123456' }),
    requestAnimationFrame: (draw: () => void) => draw(),
    ResizeObserver: class { observe(): void {} },
    matchMedia: () => ({ addEventListener: () => undefined }),
    addEventListener: () => undefined,
  });
  const texts = new Proxy({}, { get: (_, id) => elements[`${String(id)}-value`]?.textContent }) as Record<string, string>;
  return { drawn, texts, send: (id, type, x) => listeners[id]![type]!({ clientX: x, button: 0, pointerId: 1 }) };
}

function deepestBelowPeak(equity: Iterable<number>, cash: number): number {
  let peak = cash;
  let deepest = 0;
  for (const value of equity) {
    peak = Math.max(peak, value);
    deepest = Math.max(deepest, (peak - value) / peak);
  }
  return deepest;
}

describe('the page', () => {
  const page = report(run(400));

  test('needs nothing but itself', () => {
    expect(page).not.toMatch(/https?:|<link|<img|<iframe|@import|url\(|\ssrc=|fetch\(|import\(/);
  });

  test('shows every metric of the table, by its name', () => {
    for (const { label, hint } of [...FIGURES, ...HOLDING_FIGURES]) expect(page).toContain(`<th scope="row">${label}<small>${hint}</small>`);
  });

  test('shows each figure of a run once, and each of a run against holding once', () => {
    const { metrics: found, t, equity, close } = run(400);
    expect(FIGURES.map(({ key }) => key).toSorted()).toEqual(Object.keys(found).toSorted());
    expect(HOLDING_FIGURES.map(({ key }) => key).toSorted()).toEqual(Object.keys(benchmarkMetrics({ t, value: equity }, { t, value: close })).toSorted());
  });

  test('says how it was worked out', () => {
    for (const text of ['open of the next bar', '10 bps of the traded value', '2.5 bps of the open', 'bars.csv', 'demo:SPX:1d', '2020-01-01 → 2021-02-03 UTC', '400 bars']) expect(page).toContain(text);
  });

  test('escapes every text it is given', () => {
    const hostile = report({ ...run(40), title: HOSTILE, params: { [HOSTILE]: HOSTILE }, source: HOSTILE, warnings: [HOSTILE], fingerprint: { [HOSTILE]: HOSTILE } });
    expect(hostile).not.toContain('<img');
    expect(hostile).not.toContain('alert("x")');
    expect(hostile.match(/<script/g)).toHaveLength(2);
    expect(hostile.match(/&lt;\/script&gt;/g)!.length).toBeGreaterThanOrEqual(8);
  });

  test('lists the first 500 trades and counts them all', () => {
    const many = report(run(2_000, 1_200));
    expect(many).toContain('the first 500 of 1,200');
    expect(many.match(/<tr><td>/g)).toHaveLength(500);
    expect(report(run(40, 3))).toContain('<details open>');
  });

  test('of half a million bars stays under 1.5 MB, with at most about 20,000 points a line', () => {
    const long = report(run(500_000, 30_000, 60_000));
    expect(long.length).toBeLessThan(1_500_000);
    const { series } = scriptsOf(long);
    expect(series.equity.v.length).toBeLessThanOrEqual(POINTS_MAX + 4);
    expect(series.trades.t).toHaveLength(POINTS_MAX);
  });

  test.each([0, 1, 2])('can be made of %d rows', (rows) => {
    expect(browse(report(run(rows, 0)))).toBeDefined();
  });
});

describe('the charts', () => {
  test('draw all three panels at finite places', () => {
    const { drawn } = browse(report(run(400)));
    for (const calls of Object.values(drawn)) expect(calls.filter((name) => name === 'lineTo').length).toBeGreaterThanOrEqual(400);
  });

  test('answer the pointer with time and value, on every panel at once', () => {
    const input = run(400);
    const { texts, send } = browse(report(input));
    send('equity', 'pointermove', 0);
    expect(texts['equity']).toBe('2020-01-01 · 1,000.00');
    expect(texts['drawdown']).toBe('2020-01-01 · 0.00 %');
    expect(texts['price']).toBe('2020-01-01 · 100.00 · ▲ buy 1.5 at 101.25');
    send('equity', 'pointermove', 800);
    expect(texts['price']).toBe(`2021-02-03 · ${input.close[399]!.toFixed(2)}`);
    send('equity', 'pointerleave', 0);
    expect(texts['price']).toBe(input.close[399]!.toFixed(2));
  });

  test('zoom into what was dragged over, and out again', () => {
    const { texts, send } = browse(report(run(400)));
    send('price', 'pointerdown', 363);
    send('price', 'pointermove', 463);
    send('price', 'pointerup', 463);
    send('price', 'pointermove', 0);
    expect(texts['equity']).toMatch(/^2020-07-1[89] · /); // 363 of 726 pixels is half way through 399 days
    send('price', 'dblclick', 0);
    send('price', 'pointermove', 0);
    expect(texts['equity']).toMatch(/^2020-01-01 · /);
  });

  test('of a long run show its true extremes', () => {
    const input = run(200_000, 0, 60_000);
    const { series } = scriptsOf(report(input));
    expect(deepestBelowPeak(series.equity.v, 1_000)).toBeCloseTo(deepestBelowPeak(input.equity, 1_000), 7);
  });
});

describe('thinning', () => {
  test('keeps a short series whole', () => {
    expect([...thinnedRows(new Float64Array(5))]).toEqual([0, 1, 2, 3, 4]);
  });

  test('keeps first, last, lowest and highest of every bucket, in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: POINTS_MAX + 1, max: 60_000 }), fc.integer(), (length, seed) => {
        const values = Float64Array.from({ length }, (_, row) => Math.sin(row * row + seed));
        const rows = thinnedRows(values);
        for (let k = 1; k < rows.length; k++) expect(rows[k]! > rows[k - 1]!).toBe(true);
        const bucketRows = Math.ceil((length * 4) / POINTS_MAX);
        const kept = new Set(rows);
        for (let from = 0; from < length; from += bucketRows) {
          const bucket = [...values.subarray(from, from + bucketRows)];
          for (const wanted of [0, bucket.length - 1, bucket.indexOf(Math.min(...bucket)), bucket.indexOf(Math.max(...bucket))]) expect(kept.has(from + wanted)).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  });
});

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
  const input = { ...run(400), elapsedMs: 12.5 };

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
    expect(summary({ ...run(0, 0), elapsedMs: 0 }, { colour: false })).toContain('no rows');
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
