// What trading and holding cost, worked out by hand.
import { describe, expect, test } from 'vitest';
import type { AccountConventions } from '#domain/account-terms.ts';
import { type Bar, endsOf, fillsOf, minutes, MINUTE_MS, play, playAll, type Script, type Stage } from './playground.ts';

const DAY_MS = 86_400_000;
const at = (orders: Readonly<Record<number, Script>>): Script => (desks, row) => orders[row]?.(desks, row);
const flat = (price: number, rows: number, volume = 1_000): Bar[] => minutes(...Array.from({ length: rows }, () => [price, price, price, price, volume]));
const feesOf = (conventions: Partial<AccountConventions>, bars: readonly Bar[], script: Script): number[] =>
  play(bars, script, { conventions: { cash: 1e6, ...conventions } }).events.flatMap((event) => (event.kind === 'filled' ? [event.fee] : []));

describe('fees', () => {
  const hundred = flat(100, 4, 1_000);
  test.each<[string, Partial<AccountConventions>, number, number[]]>([
    // 10 bps of 5 · 100
    ['percent', { fee: { model: 'percent', bps: 10 } }, 5, [0.5]],
    // Interactive Brokers' fixed US rate: $0.005 a share, at least $1, at most 1 % of the value. Its own examples: 100 shares at $25 cost $1.00, 1,000 at $25 cost $5.00, 1,000 at $0.25 cost $2.50.
    ['per share, the minimum', { fee: { model: 'per-share', amount: 0.005, minimum: 1, maximumBps: 100 } }, 100, [1]],
    ['per share', { fee: { model: 'per-share', amount: 0.005, minimum: 1, maximumBps: 100 } }, 1_000, [5]],
    // 5 bps of 10 · 100
    ['taker', { fee: { model: 'maker-taker', makerBps: -2, takerBps: 5 } }, 10, [0.5]],
  ])('%s', (_, conventions, quantity, fees) => {
    expect(feesOf(conventions, hundred, at({ 0: ([desk]) => desk!.buy(quantity) }))).toEqual(fees);
  });

  test('per share, at most its share of the value', () => {
    expect(feesOf({ fee: { model: 'per-share', amount: 0.005, minimum: 1, maximumBps: 100 } }, flat(0.25, 2), at({ 0: ([desk]) => desk!.buy(1_000) }))).toEqual([2.5]);
  });

  test('the minimum is of the order, not of each of its parts', () => {
    // 0.005 · 100 = 0.5 a fill: the first pays the minimum of 1, the second brings the order to 1.0 and pays nothing, the third to 1.5.
    expect(feesOf({ fee: { model: 'per-share', amount: 0.005, minimum: 1 }, participation: 0.1 }, hundred, at({ 0: ([desk]) => desk!.buy(300) }))).toEqual([1, 0, 0.5]);
  });

  test('the maximum is of the order too', () => {
    // 100 a fill at 0.25: 1 % of 25, 50 and 75 is less than the minimum each time, so each part pays its 0.25.
    const fee = { model: 'per-share', amount: 0.005, minimum: 1, maximumBps: 100 } as const;
    expect(feesOf({ fee, participation: 0.1 }, flat(0.25, 4, 1_000), at({ 0: ([desk]) => desk!.buy(300) }))).toEqual([0.25, 0.25, 0.25]);
  });

  test('a tier is chosen by the value traded in the month before the fill, and a month begins anew', () => {
    const fee = { model: 'tiered', from: [0, 500], bps: [10, 5] } as const;
    const bars = flat(100, 5).map((bar, k) => ({ ...bar, t: Date.UTC(2024, 0, 28 + k) }));
    // 28, 29, 30, 31 January, 1 February: fills on the 29th (0 before: 10 bps), 30th (500: 5 bps), 31st, 1st (0 again).
    const fees = feesOf({ fee }, bars, ([desk], row) => row < 4 && desk!.buy(5));
    expect(fees).toEqual([0.5, 0.25, 0.25, 0.5]);
  });

  test('who waits in the book is a maker, who takes what is there is a taker', () => {
    const fee = { model: 'maker-taker', makerBps: -2, takerBps: 5 } as const;
    const bars = minutes([100, 100, 100, 100], [100, 101, 99, 100], [98, 99, 97, 98]);
    // A limit at 99 met inside the bar: −2 bps of 99. A limit at 101 is met at the open it arrives at: 5 bps of 100.
    expect(feesOf({ fee }, bars, at({ 0: ([desk]) => desk!.buy(1, { limit: 99 }) }))).toEqual([-0.0198]);
    expect(feesOf({ fee }, bars, at({ 0: ([desk]) => desk!.buy(1, { limit: 101 }) }))).toEqual([0.05]);
    // A limit at 98.5 that has waited over a bar and is met by the next open is a maker's: −2 bps of 98.
    expect(feesOf({ fee }, bars, at({ 0: ([desk]) => desk!.buy(1, { limit: 98.5 }) }))).toEqual([-0.0196]);
  });
});

describe('slippage', () => {
  const bars = minutes([100, 100, 100, 100], [100, 101, 99, 100, 1_000]);
  test.each<[string, Partial<AccountConventions>, number, number]>([
    ['fixed', { slippage: { model: 'fixed', bps: 25 } }, 1, 100.25],
    // half of 0.05, rounded against us
    ['spread', { slippage: { model: 'spread', amount: 0.05 } }, 1, 100.025],
    // Zipline: 100 · 0.1 · (20 / 1000)² = 0.004
    ['volume share', { slippage: { model: 'volume-share', impact: 0.1 } }, 20, 100.004],
    // square root: 100 · 0.5 · 2 % · √(40 / 1000) = 0.2
    ['impact', { impact: { model: 'square-root', coefficient: 0.5, volatilityBps: 200 } }, 40, 100.2],
    ['spread and impact add up', { slippage: { model: 'spread', amount: 0.05 }, impact: { model: 'square-root', coefficient: 0.5, volatilityBps: 200 } }, 40, 100.225],
  ])('%s', (_, conventions, quantity, price) => {
    const stage = { conventions: { cash: 1e6, ...conventions } };
    expect(Number(fillsOf(play(bars, at({ 0: ([desk]) => desk!.buy(quantity) }), stage))[0]!.split('@ ')[1])).toBeCloseTo(price, 7);
    expect(Number(fillsOf(play(bars, at({ 0: ([desk]) => desk!.sell(quantity) }), stage))[0]!.split('@ ')[1])).toBeCloseTo(200 - price, 7);
  });

  test('of a price below zero is worse for us too', () => {
    // WTI of 2020-04-20: 100 bps of 37.63 = 0.3763
    const below = minutes([-37.63, -37.63, -37.63, -37.63], [-37.63, -37.63, -37.63, -37.63]);
    const stage: Stage = { conventions: { slippage: { model: 'fixed', bps: 100 } } };
    expect(fillsOf(play(below, at({ 0: ([desk]) => desk!.buy(1) }), stage))).toEqual(['1 buy 1 @ -37.2537']);
    expect(fillsOf(play(below, at({ 0: ([desk]) => desk!.sell(1) }), stage))).toEqual(['1 sell 1 @ -38.0063']);
  });

  test('is not paid by who waits at his limit, and never takes a limit beyond itself', () => {
    const stage: Stage = { conventions: { slippage: { model: 'fixed', bps: 100 } } };
    expect(fillsOf(play(bars, at({ 0: ([desk]) => desk!.buy(1, { limit: 99.5 }) }), stage))).toEqual(['1 buy 1 @ 99.5']);
    expect(fillsOf(play(bars, at({ 0: ([desk]) => desk!.buy(1, { limit: 100.5 }) }), stage))).toEqual(['1 buy 1 @ 100.5']);
    expect(fillsOf(play(bars, at({ 0: ([desk]) => desk!.buy(1, { stop: 100.5 }) }), stage))).toEqual(['1 buy 1 @ 101.505']);
  });
});

describe('margin', () => {
  test('a fill beyond leverage × equity is rejected, and says by how much', () => {
    // 1,000 · 2 = 2,000; 21 · 100 is 100 more
    const played = play(flat(100, 3), at({ 0: ([desk]) => desk!.buy(21) }), { conventions: { leverage: 2 } });
    expect(endsOf(played)).toEqual(['1 rejected 1: not enough margin']);
    expect(played.events.at(-1)).toMatchObject({ quantity: 21, excess: 100 });
    expect(fillsOf(play(flat(100, 3), at({ 0: ([desk]) => desk!.buy(20) }), { conventions: { leverage: 2 } }))).toEqual(['1 buy 20 @ 100']);
  });

  test('what makes a position smaller needs none', () => {
    const bars = minutes([100, 100, 100, 100], [100, 100, 100, 100], [60, 60, 60, 60], [60, 60, 60, 60]);
    const played = play(bars, at({ 0: ([desk]) => desk!.buy(20), 2: ([desk]) => desk!.sell(20) }), { conventions: { leverage: 2 } });
    expect(fillsOf(played)).toEqual(['1 buy 20 @ 100', '3 sell 20 @ 60']);
  });

  test('equity below maintenance at a close: everything is cancelled and sold at the next open, and nothing opens meanwhile', () => {
    // 20 at 100 with 1,000 of cash: at 66 equity is 320, 25 % of 1,320 is 330.
    const bars = minutes([100, 100, 100, 100], [100, 100, 100, 100], [70, 70, 66, 66], [64, 65, 63, 64], [64, 64, 64, 64], [64, 64, 64, 64]);
    const played = play(bars, ([desk], row) => {
      if (row === 0) desk!.buy(20);
      if (row === 1) desk!.buy(1, { limit: 10 });
      if (row === 2 || row === 4) desk!.buy(1);
    }, { conventions: { leverage: 2, maintenance: 0.25 } });
    expect(fillsOf(played)).toEqual(['1 buy 20 @ 100', '3 sell 20 @ 64', '5 buy 1 @ 64']);
    expect(endsOf(played)).toEqual(['2 cancelled 2: margin call', '2 refused 4: margin call open']);
  });

  test('at maintenance exactly nobody calls', () => {
    // equity = 0.25 · value: 20 p − 1,000 = 5 p, p = 66.666…; at 67 it is above
    const bars = minutes([100, 100, 100, 100], [100, 100, 100, 100], [67, 67, 67, 67], [67, 67, 67, 67]);
    expect(fillsOf(play(bars, at({ 0: ([desk]) => desk!.buy(20) }), { conventions: { maintenance: 0.25 } }))).toEqual(['1 buy 20 @ 100']);
  });
});

describe('holding', () => {
  const days = (rows: Bar[]): Bar[] => rows.map((bar, k) => ({ ...bar, t: k * DAY_MS }));

  test('borrowed units cost their yearly rate, by the time held', () => {
    // −10 · 100 at 365 bps a year: 0.1 a day
    const played = play(days(flat(100, 4)), at({ 0: ([desk]) => desk!.sell(10) }), { conventions: { borrowBps: 365 } });
    expect(played.of('carry')).toEqual([0, 0, -0.1, -0.1]);
    expect(played.of('cash')).toEqual([1_000, 2_000, 1_999.9, 1_999.8]);
  });

  test('a long position borrows nothing, and cash that is owed costs interest', () => {
    // 20 · 100 with 1,000: −1,000 at 730 bps a year: 0.2 a day, the second day on 1,000.2
    const played = play(days(flat(100, 4)), at({ 0: ([desk]) => desk!.buy(20) }), { conventions: { borrowBps: 365, interestBps: 730 } });
    expect(played.of('carry')).toEqual([0, 0, -0.2, -0.20004]);
  });

  test('funding is paid by longs to shorts on the position held into the row', () => {
    const bars = flat(100, 4).map((bar, k) => ({ ...bar, funding: [0.5, 0.5, 0.0001, Number.NaN][k]! }));
    expect(play(bars, at({ 0: ([desk]) => desk!.buy(5) })).of('carry')).toEqual([0, 0, -0.05, 0]);
    expect(play(bars, at({ 0: ([desk]) => desk!.sell(5) })).of('carry')).toEqual([0, 0, 0.05, 0]);
  });
});

describe('corporate actions', () => {
  const bars = [[100, 101, 99, 100], [100, 101, 99, 100], [25, 26, 24, 25], [26, 27, 25, 26]];
  const split = { '': { lot: 1, actions: [{ ts: 2 * MINUTE_MS, split: 4, dividend: 0 }] } };

  test('a split multiplies the position and divides its price, and no money changes hands', () => {
    const played = play(minutes(...bars), at({ 0: ([desk]) => desk!.buy(3) }), { instruments: split });
    expect(played.of('position')).toEqual([0, 3, 12, 12]);
    expect(played.of('equity')).toEqual([1_000, 1_000, 1_000, 1_012]);
    expect(played.account.entryPrice(0)).toBe(25);
  });

  test('open orders are restated: prices divided, quantities multiplied', () => {
    const played = play(minutes(...bars), at({ 0: ([desk]) => desk!.buy(2, { limit: 96 }), 1: ([desk]) => desk!.sell(2, { trail: 8 }) }), { instruments: split });
    // 96 / 4 = 24: the low of row 2. The stop stood at 92, 8 below 100: 23, and 2 below from there on, so at 24 after the high of 26.
    expect(fillsOf(played)).toEqual(['2 buy 8 @ 24']);
    expect(played.account.orders).toMatchObject([{ stop: 25, trail: 200_000_000 }]);
  });

  test('what a reverse split leaves of a unit is paid out', () => {
    const reverse = { '': { lot: 1, actions: [{ ts: 2 * MINUTE_MS, split: 0.25, dividend: 0 }] } };
    const up = minutes([10, 10, 10, 10], [10, 10, 10, 10], [40, 40, 40, 40]);
    const played = play(up, at({ 0: ([desk]) => desk!.buy(7) }), { instruments: reverse });
    // 7 become 1.75: 1 is kept, 0.75 · 40 = 30 is paid
    expect(played.of('position').at(-1)).toBe(1);
    expect(played.of('carry').at(-1)).toBe(30);
    expect(played.of('equity').at(-1)).toBe(1_000);
  });

  test('a dividend is paid to who holds over the moment, and by who is short', () => {
    const paid = { '': { actions: [{ ts: 2 * MINUTE_MS, split: 1, dividend: 0.5 }] } };
    expect(play(flat(100, 4), at({ 0: ([desk]) => desk!.buy(2) }), { instruments: paid }).of('carry')).toEqual([0, 0, 1, 0]);
    expect(play(flat(100, 4), at({ 0: ([desk]) => desk!.sell(2) }), { instruments: paid }).of('carry')).toEqual([0, 0, -1, 0]);
    // Bought at the open of the ex-date: too late.
    expect(play(flat(100, 4), at({ 1: ([desk]) => desk!.buy(2) }), { instruments: paid }).of('carry')).toEqual([0, 0, 0, 0]);
  });

  test('an order of which a split leaves nothing is cancelled', () => {
    const reverse = { '': { lot: 1, actions: [{ ts: 2 * MINUTE_MS, split: 0.1, dividend: 0 }] } };
    expect(endsOf(play(flat(100, 4), at({ 0: ([desk]) => desk!.buy(5, { limit: 50 }) }), { instruments: reverse }))).toEqual(['2 cancelled 1: nothing left after a split']);
  });
});

describe('several instruments and currencies', () => {
  const stage: Stage = { conventions: { cash: 1_000 }, instruments: { us: {}, eu: { currency: 'EUR' } } };
  const euros = (rates: readonly number[]): Bar[] => flat(50, rates.length).map((bar, k) => ({ ...bar, rate: rates[k]! }));

  test('cash is kept in the currency it was paid in, and equity follows the rate', () => {
    const played = playAll([flat(100, 4), euros([1.1, 1.1, 1.2, 1])], at({ 0: ([us, eu]) => [us!.buy(2), eu!.buy(4)] }), stage);
    // 2 · 100 dollars, 4 · 50 euros: cash 800 − 200 · rate, positions 200 + 200 · rate
    expect(played.of('cash')).toEqual([1_000, 580, 560, 600]);
    expect(played.of('exposure')).toEqual([0, 420, 440, 400]);
    expect(played.of('equity')).toEqual([1_000, 1_000, 1_000, 1_000]);
    expect(played.of('position1')).toEqual([0, 4, 4, 4]);
  });

  test('cash follows the rate of the one instrument too', () => {
    const played = play(euros([1.1, 1.1, 1.2, 1]), at({ 0: ([eu]) => eu!.buy(4) }), { instruments: { '': { currency: 'EUR' } } });
    expect(played.of('cash')).toEqual([1_000, 780, 760, 800]);
    expect(played.of('equity')).toEqual([1_000, 1_000, 1_000, 1_000]);
    expect(played.of('position')).toEqual([0, 4, 4, 4]);
  });

  test('a gain in a foreign currency is worth its rate', () => {
    const bars = euros([1, 1, 2]).map((bar, k) => (k < 2 ? bar : { ...bar, open: 60, high: 60, low: 60, close: 60 }));
    // 4 · 10 euros at 2
    expect(playAll([flat(100, 3), bars], at({ 0: ([, eu]) => eu!.buy(4) }), stage).of('equity').at(-1)).toBe(1_080);
  });

  test('fees and carry of the row are told in the account’s currency', () => {
    const played = playAll([flat(100, 3), euros([2, 2, 2])], at({ 0: ([, eu]) => eu!.buy(4) }), { ...stage, conventions: { cash: 1_000, feeBps: 100 } });
    // 1 % of 200 euros = 2 euros
    expect(played.of('fee')).toEqual([0, 4, 0]);
    expect(played.events.find(({ kind }) => kind === 'filled')).toMatchObject({ fee: 2, instrument: 'eu' });
  });

  test('leverage counts all of them', () => {
    const played = playAll([flat(100, 3), euros([1, 1, 1])], at({ 0: ([us, eu]) => [us!.buy(9), eu!.sell(3)] }), { ...stage, conventions: { cash: 1_000, leverage: 1 } });
    expect(fillsOf(played)).toEqual(['1 buy 9 @ 100']);
    expect(played.events.at(-1)).toMatchObject({ kind: 'rejected', instrument: 'eu', excess: 50 });
  });
});

describe('more events than a row has places for', () => {
  const orders = 30;
  const script: Script = at({ 0: ([desk]) => Array.from({ length: orders }, (_, k) => desk!.buy(1, { limit: 99 - k / 100, until: 9e12 + k })) });

  test.each([3, 4, 5, 8, 64])('leave in order with the rows after it, with %d places', (eventsPerRow) => {
    const bars = minutes([100, 100, 100, 100], [100, 100, 100, 100], [100, 100, 90, 100], ...Array.from({ length: 4 }, () => [100, 100, 100, 100]));
    const played = play(bars, script, { conventions: { eventsPerRow } });
    expect(played.events.map(({ kind, order, row }) => `${row} ${kind} ${order}`)).toEqual([
      ...Array.from({ length: orders }, (_, k) => `0 placed ${k + 1}`),
      ...Array.from({ length: orders }, (_, k) => `2 filled ${k + 1}`),
    ]);
    expect(played.events.slice(0, orders).map((event) => 'untilMs' in event && event.untilMs)).toEqual(Array.from({ length: orders }, (_, k) => 9e12 + k));
    expect(played.events.every(({ ts, row }) => ts === row * MINUTE_MS)).toBe(true);
  });
});

test('slippage is told of every kind of order, in money, against the price the market had', () => {
  const stage = { conventions: { slippageBps: 100 } };
  const told = (order: Script, ...bars: readonly number[][]): number[] => play(minutes(...bars), at({ 0: order }), stage).of('slippage');
  // A market order at the open of 100: 2 · 1. A stop at 105 inside the bar: 2 · 1.05, and at 110 where the bar opens beyond it: 2 · 1.10.
  expect(told(([desk]) => desk!.buy(2), [100, 100, 100, 100], [100, 100, 100, 100])).toEqual([0, 2]);
  expect(told(([desk]) => desk!.buy(2, { stop: 105 }), [100, 100, 100, 100], [100, 106, 100, 106])).toEqual([0, 2.1]);
  expect(told(([desk]) => desk!.buy(2, { stop: 105 }), [100, 100, 100, 100], [110, 110, 110, 110])).toEqual([0, 2.2]);
  // A seller gets less, and a limit holds it up: at an open of 100 no less than 99.5.
  expect(told(([desk]) => desk!.sell(2), [100, 100, 100, 100], [100, 100, 100, 100])).toEqual([0, 2]);
  expect(told(([desk]) => desk!.sell(2, { limit: 99.5 }), [100, 100, 100, 100], [100, 100, 100, 100])).toEqual([0, 1]);
});
