import { describe, expect, test } from 'vitest';
import { words } from '#report/browser-ticks.ts';
import { report } from '#report/page.ts';
import { browse } from './browser.ts';
import { run } from './sample.ts';

const money = (value: number): string => value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

describe('the charts', () => {
  test('draw every panel at finite places', async () => {
    const { drawn } = await browse(report(run(400)));
    for (const calls of Object.values(drawn)) expect(calls.filter((name) => name === 'lineTo').length).toBeGreaterThanOrEqual(250);
  });

  test.each([0, 1, 2, 21, 81])('can be made of %d rows', async (rows) => {
    expect(await browse(report(run(rows, 0)))).toBeDefined();
  });

  test('draw bars that are missing, and an account that lost everything', async () => {
    const input = run(300);
    const [bars] = input.instruments;
    for (const column of [bars!.open, bars!.high, bars!.low, bars!.close]) column.fill(Number.NaN, 50, 60);
    const page = report({ ...input, equity: input.equity.map((value, row) => (row > 200 ? 0 : value)), exposure: input.exposure.fill(Number.NaN, 200) });
    const { said, send } = await browse(page);
    send('equity', 'pointermove', { clientX: (55.5 / 300) * 800 });
    expect(said('price')).toBe('2020-02-25 · no bar');
  });

  test('answer the pointer with time and values, on every panel at once', async () => {
    const input = run(400);
    const [{ open, high, low, close }] = input.instruments as [(typeof input.instruments)[0]];
    const { said, send } = await browse(report(input));
    send('equity', 'pointermove', { clientX: 1 });
    expect(said('equity')).toBe('2020-01-01 · 1,000.00');
    expect(said('drawdown')).toBe('2020-01-01 · 0.00 %');
    expect(said('price')).toBe('2020-01-01 · O 100.00  H 100.25  L 99.70  C 100.00 · ▲ buy 1.5 at 101.25');
    expect(said('exposure')).toBe('2020-01-01 · 15.00 %');
    for (const row of [7, 123, 399]) {
      send('drawdown', 'pointermove', { clientX: ((row + 0.5) / 400) * 800 });
      expect(said('price')).toMatch(new RegExp(` · O ${money(open[row]!)}  H ${money(high[row]!)}  L ${money(low[row]!)}  C ${money(close[row]!)}$`));
      expect(said('equity')).toMatch(new RegExp(` · ${money(input.equity[row]!)}$`));
    }
    send('equity', 'pointerleave');
    expect(said('equity')).toBe(money(input.equity[399]!));
  });

  test('zoom into what was dragged over, and out again by a double click', async () => {
    const { said, send } = await browse(report(run(400)));
    send('price', 'pointerdown', { clientX: 400 });
    send('price', 'pointermove', { clientX: 500 });
    send('price', 'pointerup', { clientX: 500 });
    send('price', 'pointermove', { clientX: 0 });
    expect(said('equity')).toMatch(/^2020-07-19 · /); // half way: row 200 of 400
    send('price', 'pointermove', { clientX: 800 });
    expect(said('equity')).toMatch(/^2020-09-0[67] · /); // 50 rows later
    send('price', 'dblclick');
    send('price', 'pointermove', { clientX: 0 });
    expect(said('equity')).toMatch(/^2020-01-01 · /);
  });

  test('answer keys: arrows go from bar to bar, plus zooms around the cursor, Home shows all', async () => {
    const { said, send } = await browse(report(run(400)));
    send('equity', 'pointermove', { clientX: 400 });
    send('charts', 'keydown', { key: 'ArrowRight' });
    expect(said('equity')).toMatch(/^2020-07-20 · /);
    for (let k = 0; k < 3; k++) send('charts', 'keydown', { key: '+' });
    send('charts', 'keydown', { key: 'ArrowLeft' });
    expect(said('equity')).toMatch(/^2020-07-19 · /);
    send('price', 'pointermove', { clientX: 0 });
    expect(said('equity')).toMatch(/^2020-06-2\d · /); // 50 rows are left of 400
    send('charts', 'keydown', { key: 'Home' });
    send('price', 'pointermove', { clientX: 0 });
    expect(said('equity')).toMatch(/^2020-01-01 · /);
  });

  test('move with shift and drag, a sideways wheel, and the strip below; never beyond the run', async () => {
    const { said, send } = await browse(report(run(400)));
    const first = (): string => (send('price', 'pointermove', { clientX: 0 }), said('equity').slice(0, 10));
    send('price', 'wheel', { ctrlKey: true, deltaY: -300 * Math.log(4), clientX: 0 });
    expect(first()).toBe('2020-01-01');
    send('price', 'wheel', { deltaX: 400 }); // half of 100 rows
    expect(first()).toBe('2020-02-20');
    send('price', 'pointerdown', { clientX: 500, shiftKey: true });
    send('price', 'pointermove', { clientX: 340 }); // a fifth
    send('price', 'pointerup', { clientX: 340 });
    expect(first()).toBe('2020-03-11');
    send('overview', 'pointerdown', { clientX: 800 });
    send('overview', 'pointerup');
    expect(first()).toBe('2020-10-27'); // the last 100 of 400
  });

  test('draw candles where bars have room, and a band with the close where they have not', async () => {
    const { drawn, send } = await browse(report(run(2_000, 0)));
    const bodies = (): number => drawn['price']!.filter((name) => name === 'fillRect').length;
    expect(bodies()).toBe(0);
    for (let k = 0; k < 5; k++) send('in', 'click');
    expect(bodies()).toBeGreaterThan(50);
  });

  test('show buy and hold when asked', async () => {
    const { drawn, send, attribute } = await browse(report(run(400)));
    const lines = (): number => drawn['equity']!.splice(0).filter((name) => name === 'lineTo').length;
    const plain = lines();
    send('hold', 'click');
    expect(attribute('hold', 'aria-pressed')).toBe('true');
    expect(lines()).toBeGreaterThan(plain + 390);
  });

  test('tell the year or the day below the first of their lines, though it stands at the edge', async () => {
    const { written, send } = await browse(report(run(3_000, 0, 60_000)));
    expect(written['equity']).toContain('1 Jan 2020');
    for (let k = 0; k < 6; k++) send('in', 'click');
    expect(written['equity']!.splice(0).at(-1)).toMatch(/^\d\d:\d\d$/);
    send('in', 'click');
    expect(written['equity']!.find((text) => text.includes(':'))).toMatch(/^\d\d:\d\d, \d+ Jan 2020$/);
  });

  test('show equal ratios equally high when asked, and an account that lost everything as before', async () => {
    const { drawn, send, attribute } = await browse(report(run(400)));
    const labels = (): number => drawn['price']!.splice(0).filter((name) => name === 'fillText').length;
    labels();
    send('ratio', 'click');
    expect(attribute('ratio', 'aria-pressed')).toBe('true');
    expect(labels()).toBeGreaterThan(5);
    const lost = run(300);
    (await browse(report({ ...lost, equity: lost.equity.map((value, row) => (row > 200 ? 0 : value)) }))).send('ratio', 'click');
  });
});

describe('a value axis', () => {
  // By hand: the widest of 1, 2, 5, 10, … that puts at least the wanted lines between the ends.
  test.each([
    { of: 'a position long and short', low: -0.55, high: 0.55, count: 2, ticks: [-0.5, 0, 0.5] },
    { of: 'a fall', low: -0.033, high: 0, count: 2, ticks: [-0.02, 0] },
    { of: 'an account that grew', low: 93_000, high: 195_000, count: 3, ticks: [100_000, 120_000, 140_000, 160_000, 180_000] },
    { of: 'a price that hardly moved', low: 0.9985, high: 1.0012, count: 3, ticks: [0.999, 1, 1.001] },
  ])('of $of has a scale', ({ low, high, count, ticks }) => {
    const found = words(60_000).valueTicks(low, high, count).ticks;
    expect(found.map((tick) => Number(tick.toFixed(6)))).toEqual(ticks);
  });

  test.each([
    { of: 'four powers of ten', low: 0.7, high: 5_200, count: 3, ticks: [1, 10, 100, 1_000] },
    { of: 'a tenfold', low: 900, high: 11_000, count: 3, ticks: [1_000, 2_000, 5_000, 10_000] },
    { of: 'a fifth more, as differences', low: 100, high: 120, count: 3, ticks: [100, 110, 120] },
  ])('of equal ratios over $of counts in powers of ten, or in 1, 2, 5', ({ low, high, count, ticks }) => {
    expect(words(60_000).ratioTicks(low, high, count).ticks).toEqual(ticks);
  });
});
