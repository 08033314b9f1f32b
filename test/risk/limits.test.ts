// The limits of an account: each at its border, and every way an order can stand to a position. Worked out by hand.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RiskTerms } from '#domain/account-terms.ts';
import { unitsOf } from '#domain/money.ts';
import type { OrderRequest } from '#domain/order.ts';
import type { Refusal, Standing } from '#domain/standing.ts';
import { riskRules } from '#risk/check.ts';
import { fillsOf, minutes, play } from '../broker/playground.ts';

/** 10 units at 100, 10,000 of equity, 1,000 of value held; the day began with 10,000, which is the peak. */
const STANDING: Standing = {
  position: unitsOf(10),
  pending: 0n,
  price: unitsOf(100),
  equity: unitsOf(10_000),
  exposure: unitsOf(1_000),
  equityOfDay: unitsOf(10_000),
  equityPeak: unitsOf(10_000),
  ordersOfDay: 0,
};
const order = (side: 'buy' | 'sell', quantity: number): OrderRequest => ({ side, quantity: unitsOf(quantity), type: 'market' });
const refusal = (terms: RiskTerms, request: OrderRequest, standing: Partial<Standing> = {}): Refusal | undefined => {
  const answer = riskRules(terms)(request, () => ({ ...STANDING, ...standing }));
  return 'rule' in answer ? answer : undefined;
};

describe('each limit holds at its border, and says how far beyond it an order is', () => {
  test.each<[string, RiskTerms, OrderRequest, Partial<Standing>, Refusal | undefined]>([
    ['size', { orderMax: 5 }, order('buy', 5), {}, undefined],
    ['size', { orderMax: 5 }, order('buy', 5.5), {}, { rule: 'size', excess: 0.5 }],
    ['position', { positionMax: 15 }, order('buy', 5), {}, undefined],
    ['position', { positionMax: 15 }, order('buy', 6), {}, { rule: 'position', excess: 1 }],
    ['position, short', { positionMax: 15 }, order('sell', 26), {}, { rule: 'position', excess: 1 }],
    ['position, with what is on its way', { positionMax: 15 }, order('buy', 3), { pending: unitsOf(4) }, { rule: 'position', excess: 2 }],
    // 20 · 100 / 10,000 = 0.2
    ['concentration', { concentrationMax: 0.2 }, order('buy', 10), {}, undefined],
    ['concentration', { concentrationMax: 0.2 }, order('buy', 20), {}, { rule: 'concentration', excess: 0.3 - 0.2 }],
    // others are worth 4,000: (4,000 + 2,000) / 10,000
    ['leverage', { leverageMax: 0.6 }, order('buy', 10), { exposure: unitsOf(5_000) }, undefined],
    ['leverage', { leverageMax: 0.5 }, order('buy', 10), { exposure: unitsOf(5_000) }, { rule: 'leverage', excess: 0.6 - 0.5 }],
    ['daily loss', { dailyLossMax: 100 }, order('buy', 1), { equity: unitsOf(9_900) }, undefined],
    ['daily loss', { dailyLossMax: 100 }, order('buy', 1), { equity: unitsOf(9_850) }, { rule: 'daily loss', excess: 50 }],
    ['rate', { ordersPerDayMax: 3 }, order('buy', 1), { ordersOfDay: 2 }, undefined],
    ['rate', { ordersPerDayMax: 3 }, order('buy', 1), { ordersOfDay: 3 }, { rule: 'rate', excess: 1 }],
    ['drawdown', { drawdownMax: 0.2 }, order('buy', 1), { equity: unitsOf(8_000) }, undefined],
    ['drawdown', { drawdownMax: 0.2 }, order('buy', 1), { equity: unitsOf(7_500) }, { rule: 'drawdown', excess: 0.25 - 0.2 }],
    ['no equity left', { leverageMax: 2 }, order('buy', 1), { equity: 0n }, { rule: 'leverage', excess: Number.MAX_VALUE }],
  ])('%s: %j', (_, terms, request, standing, expected) => {
    expect(refusal(terms, request, standing)).toEqual(expected);
  });
});

describe('an order that makes a position smaller', () => {
  const all: RiskTerms = { positionMax: 0, orderMax: 0, concentrationMax: 0, leverageMax: 0, dailyLossMax: 0, ordersPerDayMax: 0, drawdownMax: 0 };

  test('is approved whatever the limits say', () => {
    expect(refusal(all, order('sell', 10), { equity: unitsOf(1) })).toBeUndefined();
    expect(refusal(all, order('buy', 10), { position: unitsOf(-10), equity: unitsOf(1) })).toBeUndefined();
  });

  test('is measured when it turns the position, alone or with what is on its way', () => {
    expect(refusal({ positionMax: 4 }, order('sell', 14))).toBeUndefined();
    expect(refusal({ positionMax: 4 }, order('sell', 15))).toEqual({ rule: 'position', excess: 1 });
    expect(refusal({ positionMax: 4 }, order('sell', 6), { pending: unitsOf(9) })).toEqual({ rule: 'position', excess: 1 });
  });
});

test('the first broken rule of the table is named', () => {
  expect(refusal({ orderMax: 1, positionMax: 1 }, order('buy', 2))).toMatchObject({ rule: 'size' });
});

test.each([[{ orderMx: 1 }], [{ orderMax: -1 }], [{ leverageMax: Number.NaN }], [{ drawdownMax: Infinity }]])('%j is no limit', (terms) => {
  expect(() => riskRules(terms as RiskTerms)).toThrow(expect.objectContaining({ code: 'PARAM_INVALID', message: expect.stringContaining(Object.keys(terms)[0]!) }));
});

test('more of a limit never refuses what less of it approved', () => {
  const amounts = fc.integer({ min: 0, max: 50 });
  fc.assert(
    fc.property(fc.constantFrom('positionMax', 'orderMax', 'concentrationMax', 'leverageMax'), amounts, amounts, amounts, fc.integer({ min: -30, max: 30 }), fc.constantFrom('buy', 'sell'), (name, limit, more, quantity, position, side) => {
      fc.pre(quantity > 0);
      const standing = { position: unitsOf(position), exposure: unitsOf(Math.abs(position) * 100) };
      const scale = name === 'positionMax' || name === 'orderMax' ? 1 : 0.01;
      const tight = refusal({ [name]: limit * scale }, order(side, quantity), standing);
      const loose = refusal({ [name]: (limit + more) * scale }, order(side, quantity), standing);
      if (!tight) expect(loose).toBeUndefined();
    }),
  );
});

describe('in an account', () => {
  test('a refused order is an event with its rule and excess, and trading goes on', () => {
    const bars = minutes([100, 100, 100, 100], [100, 100, 100, 100], [100, 100, 100, 100]);
    const played = play(bars, ([desk], row) => desk!.buy(row === 0 ? 7 : 1), { conventions: { risk: { orderMax: 5 } } });
    expect(played.events[0]).toMatchObject({ kind: 'refused', reason: 'size', quantity: 7, excess: 2, row: 0 });
    expect(fillsOf(played)).toEqual(['2 buy 1 @ 100']);
  });

  test('a day’s loss stops what opens until the next day, and nothing stops what closes', () => {
    const bars = minutes([100, 100, 100, 100], [100, 100, 90, 90], [90, 90, 90, 90], [90, 90, 90, 90], [90, 90, 90, 90]).map((bar, k) => ({ ...bar, t: bar.t + (k > 2 ? 86_400_000 : 0) }));
    const played = play(bars, ([desk], row) => {
      if (row === 0) desk!.buy(5);
      if (row === 1) desk!.buy(1);
      if (row === 2) desk!.sell(2);
      if (row === 3) desk!.buy(1);
    }, { conventions: { risk: { dailyLossMax: 20 } } });
    // 5 · 10 = 50 lost on the first day
    expect(played.events.find(({ kind }) => kind === 'refused')).toMatchObject({ row: 1, reason: 'daily loss', excess: 30 });
    expect(fillsOf(played)).toEqual(['1 buy 5 @ 100', '3 sell 2 @ 90', '4 buy 1 @ 90']);
  });

  test('a rate counts the orders of a day and begins anew with the next', () => {
    const bars = Array.from({ length: 4 }, (_, k) => ({ t: k * 43_200_000, open: 1, high: 1, low: 1, close: 1, volume: 1 }));
    const played = play(bars, ([desk]) => desk!.buy(1), { intervalMs: 43_200_000, conventions: { risk: { ordersPerDayMax: 1 } } });
    expect(played.events.filter(({ kind }) => kind === 'refused').map(({ row }) => row)).toEqual([1, 3]);
  });

  test('a drawdown halts what opens for as long as it lasts', () => {
    const bars = minutes([100, 100, 100, 100], [100, 100, 70, 70], [70, 70, 70, 70], [100, 100, 100, 100], [100, 100, 100, 100]);
    const played = play(bars, ([desk], row) => desk!.buy(row === 0 ? 5 : 1), { conventions: { risk: { drawdownMax: 0.1 } } });
    expect(played.events.filter(({ kind }) => kind === 'refused').map(({ row }) => row)).toEqual([1, 2]);
  });
});
