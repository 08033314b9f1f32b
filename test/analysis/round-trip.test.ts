import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pathInLastUnits } from '#analysis/excursion.ts';
import { type Metrics, metrics } from '#analysis/metrics.ts';
import { tripsOf } from '#analysis/trips.ts';
import { tradesOf } from '#domain/fills.ts';
import type { Trade } from '#domain/order.ts';
import { fillsOf } from '../support/fills.ts';

const DAY_MS = 86_400_000;

function trade(day: number, side: Trade['side'], quantity: number, price: number, fee = 0): Trade {
  return { ts: day * DAY_MS, side, quantity, price, fee };
}

/** Round trips of one unit, a day each, that gain the given profits. */
function trips(profits: readonly number[]): Trade[] {
  return profits.flatMap((profit, k) => [trade(2 * k, 'buy', 1, 100), trade(2 * k + 1, 'sell', 1, 100 + profit)]);
}

function figures(trades: readonly Trade[], high?: readonly number[], low?: readonly number[]): Metrics {
  const rows = high?.length ?? 2;
  const t = Float64Array.from({ length: rows }, (_, day) => day * DAY_MS);
  const paths = new Map(high && low ? [['', { t, high: Float64Array.from(high), low: Float64Array.from(low) }]] : []);
  return metrics({ t, equity: new Float64Array(rows).fill(100), rowsHeld: 0, fills: fillsOf(trades), cash0: 100, trips: tripsOf(fillsOf(trades), paths) });
}

describe('round trips', () => {
  test.each<[string, Trade[], number[]]>([
    ['an addition and two partial exits are one trip', [trade(0, 'buy', 1, 10), trade(1, 'buy', 1, 12), trade(2, 'sell', 1, 14), trade(3, 'sell', 1, 9)], [1]],
    ['a short trip earns when the price falls', [trade(0, 'sell', 2, 10), trade(1, 'buy', 2, 7)], [6]],
    // 5 sold at 12 with fee 5: 2 close (+4, fee 2), 3 open (fee 3), bought back at 11 (+3)
    ['a reversal is cut at zero, its fee in parts', [trade(0, 'buy', 2, 10), trade(1, 'sell', 5, 12, 5), trade(2, 'buy', 3, 11)], [2, 0]],
    ['a trip still open is not counted', [trade(0, 'buy', 1, 10), trade(1, 'sell', 1, 11), trade(2, 'buy', 1, 12)], [1]],
    ['0.1 and 0.2 sold as 0.3 is flat', [trade(0, 'buy', 0.1, 10), trade(1, 'buy', 0.2, 10), trade(2, 'sell', 0.3, 20)], [3]],
  ])('%s', (_, trades, profits) => {
    const found = tripsOf(fillsOf(trades), new Map()).map((trip) => trip.profit);
    expect(found).toHaveLength(profits.length);
    found.forEach((profit, k) => expect(profit).toBeCloseTo(profits[k]!, 12));
  });

  test('a reversal ends a long and begins a short, each with its part of the fee', () => {
    const found = tripsOf(fillsOf([trade(0, 'buy', 2, 10, 1), trade(1, 'sell', 5, 12, 5), trade(2, 'buy', 3, 11, 1)]), new Map());
    expect(found.map(({ side, openedT, closedT, fees }) => [side, openedT / DAY_MS, closedT / DAY_MS, fees])).toEqual([['long', 0, 1, 3], ['short', 1, 2, 4]]);
  });
});

describe('round trips of several instruments', () => {
  const inOf = (instrument: string, each: Trade): Trade => ({ ...each, instrument });
  // Long 1 A from 10 to 14 (+4) while short 2 B from 20 to 21 (−2), which is over first.
  const trades = [inOf('A', trade(0, 'buy', 1, 10)), inOf('B', trade(1, 'sell', 2, 20)), inOf('B', trade(2, 'buy', 2, 21)), inOf('A', trade(3, 'sell', 1, 14))];
  const fills = fillsOf(trades);
  const column = (values: number[]): Float64Array => Float64Array.from(values);
  const path = (high: number[], low: number[]) => ({ t: column(high.map((_, day) => day * DAY_MS)), high: column(high), low: column(low) });

  test('are those of each on its own, in the order they ended', () => {
    const found = tripsOf(fills, new Map());
    expect(found.map(({ instrument, side, profit, closedT }) => [instrument, side, profit, closedT / DAY_MS])).toEqual([['B', 'short', -2, 2], ['A', 'long', 4, 3]]);
  });

  test('stand above and below water by their own prices', () => {
    // A is 9 at worst and 15 at best on its way: 1 below, 5 above. B is 23 and 19: 6 below, 2 above.
    const paths = new Map([['A', path([12, 15, 13, 14], [9, 11, 12, 13])], ['B', path([20, 23, 21, 21], [20, 19, 20, 20])]]);
    expect(tripsOf(fills, paths).map(({ excursion }) => excursion)).toEqual([{ adverse: 6, favourable: 2 }, { adverse: 1, favourable: 5 }]);
    const found = metrics({ t: column([0, 1, 2, 3].map((day) => day * DAY_MS)), equity: column([100, 100, 98, 102]), rowsHeld: 0, fills, cash0: 100, trips: tripsOf(fills, paths) });
    expect(found).toMatchObject({ roundTrips: 2, longTrips: 1, shortTrips: 1, longProfit: 4, shortProfit: -2, adverseExcursion: 3.5, favourableExcursion: 3.5 });
  });

  test('have no mean excursion while the prices of one are not known', () => {
    const found = metrics({ t: column([0, DAY_MS]), equity: column([100, 102]), rowsHeld: 0, fills, cash0: 100, trips: tripsOf(fills, new Map([['A', path([12, 15, 13, 14], [9, 11, 12, 13])]])) });
    expect(found).toMatchObject({ roundTrips: 2, adverseExcursion: null, favourableExcursion: null });
  });
});

test('a split within a round trip changes neither its profit nor how far it stood below and above water', () => {
  // Ten at 400, four for one on day 2, forty sold at 110: +400. At worst 380, or 95 new: 200 below; at best 460 or 115: 600 above.
  const trades = [trade(0, 'buy', 40, 100), trade(3, 'sell', 40, 110)]; // inLastUnits of broker/fill-tape.ts
  const path = { t: Float64Array.of(0, DAY_MS, 2 * DAY_MS, 3 * DAY_MS), high: Float64Array.of(420, 460, 115, 112), low: Float64Array.of(390, 380, 99, 105) };
  const found = tripsOf(fillsOf(trades), new Map([['', pathInLastUnits(path, [{ ts: 2 * DAY_MS, split: 4 }])]]));
  expect(found).toMatchObject([{ profit: 400, excursion: { adverse: 200, favourable: 600 } }]);
});

describe('wins and losses', () => {
  test('+6, +2, −1, −3, −2, 0, +4 worked out by hand', () => {
    // Won 12 in 3, lost 6 in 3, 7 in all: expectancy 6 / 7, h = 3 / 7, payoff 4 / 2 = 2, Kelly 3/7 − (4/7) / 2 = 1/7.
    const found = figures(trips([6, 2, -1, -3, -2, 0, 4]));
    expect(found).toMatchObject({ roundTrips: 7, averageWin: 4, averageLoss: 2, largestWin: 6, largestLoss: 3, winsInRowMax: 2, lossesInRowMax: 3, profitFactor: 2, payoffRatio: 2, holdingMsMin: DAY_MS, holdingMsMax: DAY_MS });
    expect(found.kelly).toBeCloseTo(1 / 7, 12);
    expect(found.expectancyRatio).toBeCloseTo(3 / 7, 12);
    // Squares 36 + 4 + 1 + 9 + 4 + 0 + 16 = 70; variance (70 − 7·36/49) / 6.
    expect(found.systemQuality).toBeCloseTo((Math.sqrt(7) * 6) / 7 / Math.sqrt((70 - 36 / 7) / 6), 12);
  });

  test('an even trip ends a run of wins and is no loss', () => {
    expect(figures(trips([1, 1, 0, 1]))).toMatchObject({ winsInRowMax: 2, lossesInRowMax: 0, hitRatio: 0.75, averageLoss: null, largestLoss: null, kelly: null });
  });

  test('of one trip, or of trips all alike, have no system quality', () => {
    expect(figures(trips([5])).systemQuality).toBeNull();
    expect(figures(trips([5, 5])).systemQuality).toBeNull();
  });

  test('are told apart by side', () => {
    const found = figures([...trips([3, -1]), trade(10, 'sell', 1, 50), trade(15, 'buy', 1, 45)]);
    expect(found).toMatchObject({ longTrips: 2, longProfit: 2, longHitRatio: 0.5, shortTrips: 1, shortProfit: 5, shortHitRatio: 1, holdingMsMax: 5 * DAY_MS });
  });

  test('fees are a share of what was won before them: 2 + 2 of 10, a trip lost before fees apart', () => {
    expect(figures([trade(0, 'buy', 1, 100, 1), trade(1, 'sell', 1, 110, 1), trade(2, 'buy', 1, 100, 1), trade(3, 'sell', 1, 95, 1)]).feeRatio).toBeCloseTo(0.4, 12);
  });
});

describe('excursions', () => {
  test.each<[string, Trade[], number[], number[], number, number]>([
    // Bought 2 at 100: the low of 96 stands at −8, the high of 109 at +18, whatever the exit is.
    ['of a long go to the low and the high', [trade(1, 'buy', 2, 100), trade(3, 'sell', 2, 104)], [200, 105, 109, 200], [1, 98, 96, 1], 8, 18],
    ['of a short go the other way', [trade(1, 'sell', 2, 100), trade(3, 'buy', 2, 104)], [200, 105, 109, 200], [1, 98, 96, 1], 18, 8],
    ['count the fee paid to get in', [trade(0, 'buy', 1, 100, 3), trade(1, 'sell', 1, 100)], [105, 0], [100, 0], 3, 2],
    ['go no further than the last fill when the next bar opens on a gap', [trade(0, 'buy', 1, 100), trade(1, 'sell', 1, 80)], [101, 0], [99, 0], 20, 1],
    // 1 at 100, one more at 110: at 130 the two stand at +50; at 90 the first alone stood at −10.
    ['of an addition count what was held on each bar', [trade(0, 'buy', 1, 100), trade(1, 'buy', 1, 110), trade(2, 'sell', 2, 120)], [110, 130, 0], [90, 110, 0], 10, 50],
    // Long 1 from 100 to 90 (−10, its low 85), short 1 from 90 to 80 (+10, its high 91, its low 78): means of 15 and 1, of 0 and 12.
    ['of a reversal belong to each side', [trade(0, 'buy', 1, 100), trade(1, 'sell', 2, 90), trade(2, 'buy', 1, 80)], [100, 91, 0], [85, 78, 0], 8, 6],
    ['skip a row without prices', [trade(0, 'buy', 1, 100), trade(2, 'sell', 1, 101)], [102, Number.NaN, 0], [99, Number.NaN, 0], 1, 2],
  ])('%s', (_, trades, high, low, adverse, favourable) => {
    const found = figures(trades, high, low);
    expect(found.adverseExcursion).toBeCloseTo(adverse, 12);
    expect(found.favourableExcursion).toBeCloseTo(favourable, 12);
  });

  test('are null without prices', () => {
    expect(figures(trips([1]))).toMatchObject({ adverseExcursion: null, favourableExcursion: null });
  });
});

test('whatever was traded, figures are finite or null, the sides make up the whole and no trip ends outside its excursions', () => {
  const anyTrade = fc.record({ side: fc.constantFrom<Trade['side']>('buy', 'sell'), quantity: fc.integer({ min: 1, max: 5 }), price: fc.integer({ min: 90, max: 110 }), fee: fc.integer({ min: 0, max: 2 }) });
  fc.assert(
    fc.property(fc.array(anyTrade, { maxLength: 30 }), (list) => {
      const trades = list.map((each, day) => ({ ...each, ts: day * DAY_MS }));
      const found = figures(trades, trades.map(({ price }) => price + 1), trades.map(({ price }) => price - 1));
      expect(Object.values(found).filter((value) => value !== null && !Number.isFinite(value))).toEqual([]);
      expect(found.longTrips + found.shortTrips).toBe(found.roundTrips);
      if (found.roundTrips === 0) return;
      expect(found.longProfit + found.shortProfit).toBeCloseTo(found.expectancy! * found.roundTrips, 8);
      expect(found.favourableExcursion! - found.expectancy!).toBeGreaterThanOrEqual(-1e-9);
      expect(found.adverseExcursion! + found.expectancy!).toBeGreaterThanOrEqual(-1e-9);
    }),
  );
});

test('a run that keeps no trips has the figures of one that does, of any trades in any currencies', () => {
  const one = fc.record({ instrument: fc.constantFrom('A', 'B'), day: fc.nat({ max: 3 }), side: fc.constantFrom<Trade['side']>('buy', 'sell'), quantity: fc.integer({ min: 1, max: 9 }), price: fc.integer({ min: 1, max: 200 }), fee: fc.integer({ min: 0, max: 3 }), rate: fc.option(fc.constantFrom(0.5, 2), { nil: undefined }) });
  fc.assert(fc.property(fc.array(one, { maxLength: 30 }), (list) => {
    const trades = list.toSorted((a, b) => a.day - b.day).map(({ instrument, day, side, quantity, price, fee, rate }, k): Trade => ({ ...trade(day + k / 100, side, quantity, price, fee), instrument, ...(rate !== undefined && { rate }) }));
    const fills = fillsOf(trades);
    expect(tradesOf(fills)).toEqual(trades);
    const run = { t: Float64Array.of(0, DAY_MS), equity: Float64Array.of(100, 102), rowsHeld: 0, fills, cash0: 100 };
    expect(metrics(run)).toEqual(metrics({ ...run, trips: tripsOf(fills, new Map()) }));
  }));
});
