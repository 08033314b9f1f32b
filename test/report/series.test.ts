import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pyramid, totals, unpack } from '#report/browser-data.ts';
import { readRun } from '#report/browser-run.ts';
import { pack } from '#report/packed.ts';
import { BARS_MAX, type SeriesInput, seriesOf } from '#report/series.ts';
import { run } from './sample.ts';

const NO_ROLLING = { rows: new Int32Array(0), sharpe: new Float64Array(0), volatility: new Float64Array(0), windowBars: 0 };
const browser = { atob } as never;

async function readBack(input: SeriesInput) {
  const series = seriesOf(input);
  return { series, run: await readRun(browser, series, { unpack, totals, pyramid }) };
}

describe('packed columns', () => {
  const whole = fc.oneof(fc.integer({ min: -300, max: 300 }), fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), fc.constant(Number.NaN));

  test('come back as they were', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(whole, whole), { maxLength: 60 }), async (rows) => {
        const columns = [0, 1].map((k) => Float64Array.from(rows, (row) => row[k]!));
        expect(await unpack(pack(columns), rows.length, 2, atob)).toEqual(columns);
      }),
      { numRuns: 200 },
    );
  });

  test('refuse what is no whole number', () => {
    for (const value of [0.5, Infinity, 2 ** 51]) expect(() => pack([Float64Array.of(value)])).toThrow('no whole number');
  });
});

describe('a pyramid', () => {
  test('knows lowest and highest of any stretch, as looking at every value does', () => {
    const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(Number.NaN));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 700 }), fc.nat(800), fc.nat(800), (list, from, length) => {
        const values = Float64Array.from(list);
        const own = list.slice(from, from + length).filter((each) => !Number.isNaN(each));
        expect(pyramid(values, values).extent(from, from + length)).toEqual([Math.min(...own), Math.max(...own)]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the series of a page', () => {
  test('hold every bar as it was, to the last digit of its prices', async () => {
    const input = { ...run(5_000), rolling: NO_ROLLING };
    const { run: back } = await readBack(input);
    const bars = await back.bars(0);
    const [{ open, high, low, close }] = input.instruments as [(typeof input.instruments)[0]];
    expect(back.t).toEqual(input.t);
    expect({ open: bars.open, high: bars.high, low: bars.low, close: bars.close }).toEqual({ open, high, low, close });
    expect(back.equity.values.every((value, row) => Math.abs(value - input.equity[row]!) <= 0.5e-5)).toBe(true);
  });

  test.each([
    ['a fortieth of a cent', [0.00025, 0.0005, 123.45675]],
    ['units of 1e-8', [0.00000001, 0.12345678]],
    ['below zero', [-37.63, -40.32, 0.01]],
    ['large', [123_456_789.25, 99_000_000]],
  ])('hold prices of %s exactly', async (_, prices) => {
    const close = Float64Array.from(prices);
    const input = { ...run(close.length, 0), instruments: [{ name: 'X', open: close, high: close, low: close, close }], rolling: NO_ROLLING };
    expect((await (await readBack(input)).run.bars(0)).close).toEqual(close);
  });

  test('hold prices without end to eight digits', async () => {
    const close = Float64Array.from({ length: 50 }, (_, row) => 100 / (row + 3));
    const input = { ...run(50, 0), instruments: [{ name: 'X', open: close, high: close, low: close, close }], rolling: NO_ROLLING };
    const back = (await (await readBack(input)).run.bars(0)).close;
    for (const [row, value] of back.entries()) expect(Math.abs(value - close[row]!)).toBeLessThanOrEqual(0.5e-6);
  });

  test('hold the equity of a large account as it is shown, to the cent', async () => {
    const equity = Float64Array.of(132_266.85499, 99_999.995, 1e12 / 3, 5e15);
    const { run: back } = await readBack({ ...run(3, 0), equity: equity.subarray(0, 3), rolling: NO_ROLLING });
    expect([...back.equity.values]).toEqual([132_266.85, 100_000, 333_333_333_333.33]);
    expect([...(await readBack({ ...run(1, 0), equity: equity.subarray(3), rolling: NO_ROLLING })).run.equity.values]).toEqual([5e15]);
  });

  test('hold fills at the rows of their bars, by instrument', async () => {
    const input = run(40, 6);
    const trades = input.trades.map((trade, k) => ({ ...trade, instrument: k % 3 === 0 ? 'two' : 'one' }));
    const [bars] = input.instruments as [(typeof input.instruments)[0]];
    const { run: back } = await readBack({ ...input, trades, instruments: [{ ...bars, name: 'one' }, { ...bars, name: 'two' }], rolling: NO_ROLLING });
    expect([...back.fills(0).rows]).toEqual([1, 2, 4, 5]);
    expect([...back.fills(1).rows]).toEqual([0, 3]);
    expect([...back.fills(1).quantities]).toEqual([1.5, -1.5]);
    expect([...back.fills(1).prices]).toEqual([101.25, 104.25]);
  });

  test('of a very long run hold wider bars, and no high, low or drawdown is lost', async () => {
    const rows = BARS_MAX + 2_001;
    const input = { ...run(rows, 0, 1_000), rolling: NO_ROLLING };
    input.equity[1_234_5] = 1; // a moment at the bottom
    const { series, run: back } = await readBack(input);
    expect(series.width).toBe(2);
    expect(seriesOf({ ...input, instruments: Array.from({ length: 3 }, () => input.instruments[0]!) }).width).toBe(4);
    expect(back.rows).toBe(Math.ceil(rows / 2));
    const bars = await back.bars(0);
    const [{ high, low }] = input.instruments as [(typeof input.instruments)[0]];
    expect(bars.extremes.extent(0, back.rows)).toEqual([low.reduce((a, b) => Math.min(a, b)), high.reduce((a, b) => Math.max(a, b))]);
    expect(back.equity.extremes.extent(0, back.rows)[0]).toBe(1);
    expect(back.drawdown.extremes.extent(0, back.rows)[0]).toBeLessThan(-0.999);
  });
});
