import { expect, test } from 'vitest';
import { pathBars } from '#broker/path.ts';
import { account, Runner, Strategy, StreamInput } from '#sdk/mod.ts';

const columns = (...rows: readonly (readonly number[])[]): Float64Array[] => Array.from({ length: 6 }, (_, c) => Float64Array.from(rows, (row) => row[c] ?? 1));
const HOUR = 3_600_000;

test('finer bars tell what came first in a bar, and say nothing when one of them has both', () => {
  const hours = columns([0, 100, 105, 96, 101], [HOUR, 101, 106, 97, 100], [2 * HOUR, 100, 104, 95, 99], [3 * HOUR, 99, 103, 98, 100]);
  const quarters = columns(
    [0, 100, 102, 99, 101], [HOUR / 2, 101, 105, 100, 104], [HOUR * 0.75, 104, 104, 96, 101], // the high in the second, the low in the third
    [HOUR, 101, 102, 97, 98], [HOUR * 1.5, 98, 106, 98, 100], // the low first
    [2 * HOUR, 100, 104, 95, 99], // both in one
    // nothing in the last hour
  );
  expect([...pathBars(hours, quarters)[4]!]).toEqual([1, -1, 0, 0]);
});

test('an account that reads them lets the target win where the high came first', async () => {
  const bars = columns([0, 100, 100, 100, 100], [HOUR, 100, 105, 96, 101], [2 * HOUR, 101, 101, 101, 101]);
  const highFirst = columns([0, 100, 100, 100, 100], [HOUR, 100, 105, 100, 104], [1.5 * HOUR, 104, 104, 96, 101]);
  const lowFirst = columns([0, 100, 100, 100, 100], [HOUR, 100, 101, 96, 97], [1.5 * HOUR, 97, 105, 97, 101]);
  const strategy = new Strategy({
    name: 'path',
    build() {
      const stream = (instrument: string): StreamInput => new StreamInput({ venue: 'test', instrument, interval: '1h' });
      return { account: account({ price: stream('ABC'), path: stream('ABC.path') }, {}, ({ t, buy }) => { if (t === 0) buy(1, { takeProfit: 104, stopLoss: 97 }); }) };
    },
  });
  const exitOf = async (finer: Float64Array[]): Promise<number> => {
    const { trades } = await Runner.backtest(strategy, { start: 0, end: 1e9, data: { ABC: bars, 'ABC.path': pathBars(bars, finer) } });
    return trades[1]!.price;
  };
  expect(await exitOf(highFirst)).toBe(104);
  expect(await exitOf(lowFirst)).toBe(97);
});
