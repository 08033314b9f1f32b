// The truth table of the simulated market: every order type against every way a bar can stand to its prices.
// Sources: a stop that gaps fills at the open and a limit at the better price are the rules of LEAN's EquityFillModel and of TradingView's broker
// emulator ("a gap through the limit fills at the open"); a stop-limit becomes a limit order once its stop is met (SEC Investor Bulletin on order types).
import { describe, expect, test } from 'vitest';
import { isTriggeredIn, narrow, priceAtOpen, priceWithin, type Span, type Terms } from '#broker/match.ts';
import type { OrderType } from '#domain/order.ts';

const NONE = Number.NaN;
type Prices = readonly [open: number, high: number, low: number, close: number];

function spanOf([open, high, low, close]: Prices): Span {
  return { open, high, low, highest: high, lowest: low, close };
}

/** Where an order fills: at the open, else within the bar, else NaN. */
function fill(type: OrderType, isBuy: boolean, limit: number, stop: number, prices: Prices, isTriggered = false): number {
  const order: Terms = { type, isBuy, limit, stop, isTriggered };
  const atOpen = priceAtOpen(order, prices[0]);
  return Number.isNaN(atOpen) ? priceWithin(order, spanOf(prices)) : atOpen;
}

/** Prices turned over at 100: what is a fall for the buyer is a rise for the seller. */
function mirror(price: number): number {
  return 200 - price;
}

describe.each<[what: string, type: OrderType, limit: number, stop: number, prices: Prices, price: number]>([
  // Market orders take the first price, whatever it is.
  ['a market order takes the open', 'market', NONE, NONE, [101, 105, 95, 97], 101],
  ['a market-on-open order takes the open', 'market-on-open', NONE, NONE, [101, 105, 95, 97], 101],
  ['a market-on-close order does not trade before the close', 'market-on-close', NONE, NONE, [101, 105, 95, 97], NONE],
  // Limit at 98.
  ['a limit below the bar does not fill', 'limit', 98, NONE, [100, 103, 99, 101], NONE],
  ['a limit the bar touches fills at the limit', 'limit', 98, NONE, [100, 103, 98, 101], 98],
  ['a limit the bar goes through fills at the limit', 'limit', 98, NONE, [100, 103, 95, 101], 98],
  ['a limit the bar opens at fills there', 'limit', 98, NONE, [98, 103, 97, 101], 98],
  ['a limit the bar gaps through fills at the better open', 'limit', 98, NONE, [96, 103, 95, 101], 96],
  // Stop at 102.
  ['a stop above the bar does not fill', 'stop', NONE, 102, [100, 101, 95, 99], NONE],
  ['a stop the bar touches fills at the stop', 'stop', NONE, 102, [100, 102, 95, 99], 102],
  ['a stop the bar goes through fills at the stop', 'stop', NONE, 102, [100, 105, 95, 99], 102],
  ['a stop the bar opens at fills there', 'stop', NONE, 102, [102, 105, 95, 99], 102],
  ['a stop the bar gaps through fills at the worse open', 'stop', NONE, 102, [104, 105, 95, 99], 104],
  // Trailing stop standing at 102.
  ['a trailing stop fills like a stop at its level', 'trailing-stop', NONE, 102, [100, 105, 95, 99], 102],
  ['a trailing stop in percent fills like a stop at its level', 'trailing-stop-percent', NONE, 102, [104, 105, 95, 99], 104],
  // Stop-limit: stop 102, limit 103. The limit is beyond the stop: met at the stop it takes that price.
  ['a stop-limit whose stop is not met does not fill', 'stop-limit', 103, 102, [100, 101, 95, 99], NONE],
  ['a stop-limit whose stop is met fills at the stop', 'stop-limit', 103, 102, [100, 105, 95, 99], 102],
  ['a stop-limit that opens between stop and limit fills at the open', 'stop-limit', 103, 102, [102.5, 105, 95, 99], 102.5],
  ['a stop-limit that gaps beyond its limit fills at the limit when the bar comes back', 'stop-limit', 103, 102, [104, 105, 101, 104], 103],
  ['a stop-limit that gaps beyond its limit does not fill when the bar stays away', 'stop-limit', 103, 102, [104, 106, 103.5, 105], NONE],
  // Stop 102, limit 101: the price has to come back after the stop was met.
  ['a stop-limit below its stop does not fill while the way back is not shown', 'stop-limit', 101, 102, [100, 105, 95, 104], NONE],
  ['a stop-limit below its stop fills when the close shows the way back', 'stop-limit', 101, 102, [100, 105, 95, 101], 101],
  ['a stop-limit below its stop that opens beyond fills when the bar comes back', 'stop-limit', 101, 102, [103, 105, 100, 104], 101],
])('%s', (_, type, limit, stop, prices, price) => {
  test('for a buyer', () => {
    expect(fill(type, true, limit, stop, prices)).toBe(price);
  });

  test('for a seller, mirrored', () => {
    const [open, high, low, close] = prices.map(mirror) as unknown as Prices;
    expect(fill(type, false, mirror(limit), mirror(stop), [open, low, high, close])).toBe(mirror(price));
  });
});

describe('a stop-limit whose stop was met in an earlier bar', () => {
  test('is a limit order: it fills at its limit, or at a better open', () => {
    expect(fill('stop-limit', true, 101, 102, [101.5, 103, 100, 102], true)).toBe(101);
    expect(fill('stop-limit', true, 101, 102, [100.5, 103, 100, 102], true)).toBe(100.5);
    expect(fill('stop-limit', true, 101, 102, [101.5, 103, 101.2, 102], true)).toBeNaN();
  });

  test('is so from the bar on that meets the stop', () => {
    const order: Terms = { type: 'stop-limit', isBuy: true, limit: 101, stop: 102, isTriggered: false };
    expect(isTriggeredIn(order, spanOf([100, 101.9, 95, 99]))).toBe(false);
    expect(isTriggeredIn(order, spanOf([100, 102, 95, 99]))).toBe(true);
  });
});

describe('an order that opens inside a bar, at a price of it', () => {
  const inside = (prices: Prices, price: number): Span => {
    const span = spanOf(prices);
    narrow(span, price);
    return span;
  };

  test.each<[string, Prices, number, Partial<Span>]>([
    // open 100, the entry was met at 97 on the way down: below 97 is still to come for certain, above it only the close is.
    ['coming down, all lower prices lie ahead and of the higher ones the close', [100, 104, 95, 98], 97, { low: 95, high: 98, lowest: 95, highest: 104 }],
    ['coming down, a close below adds nothing above', [100, 104, 95, 96], 97, { low: 95, high: 97, lowest: 95, highest: 104 }],
    ['coming up, all higher prices lie ahead and of the lower ones the close', [100, 104, 95, 98], 102, { low: 98, high: 104, lowest: 95, highest: 104 }],
    ['coming up, a close above adds nothing below', [100, 104, 95, 103], 102, { low: 102, high: 104, lowest: 95, highest: 104 }],
  ])('%s', (_, prices, price, expected) => {
    expect(inside(prices, price)).toMatchObject({ ...expected, open: price, close: prices[3] });
  });

  test('a target needs certainty, a stop only possibility', () => {
    const span = inside([100, 104, 95, 98], 97);
    expect(priceWithin({ type: 'limit', isBuy: false, limit: 103, stop: NONE, isTriggered: false }, span)).toBeNaN();
    expect(priceWithin({ type: 'limit', isBuy: false, limit: 98, stop: NONE, isTriggered: false }, span)).toBe(98);
    expect(priceWithin({ type: 'stop', isBuy: true, limit: NONE, stop: 103, isTriggered: false }, span)).toBe(103);
  });
});
