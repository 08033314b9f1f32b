// What holds for any bars and any orders: money and units are conserved, fills lie inside their bars, fees are what they are, cutting and restarts leave
// no trace, and a better price never hurts the one who waits for it.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OrderOptions } from '#broker/desk.ts';
import { unitsOf } from '#domain/money.ts';
import { type Bar, MINUTE_MS, play as playOne, type Played, type Script, type Stage } from './playground.ts';

const ROWS = 40;
/** Whole units, so that price · quantity has no digit beyond 1e-8. */
const play = (bars: readonly Bar[], orders: Script, stage: Stage = {}): Played => playOne(bars, orders, { ...stage, instruments: { '': { lot: 1 } } });
const cents = (least: number, most: number) => fc.integer({ min: least, max: most }).map((value) => value / 100);

/** A walk in cents around 100, with gaps between bars, volumes down to nothing, and now and then a way through the bar that is known. */
const walk = fc
  .array(fc.tuple(fc.integer({ min: -150, max: 150 }), fc.integer({ min: -200, max: 200 }), fc.nat(150), fc.nat(150), fc.nat(60), fc.constantFrom(0, 0, 1, -1)), { minLength: ROWS, maxLength: ROWS })
  .map((steps) => {
    let last = 10_000;
    return steps.map(([gap, change, above, below, volume, path], k): Bar => {
      const open = Math.max(last + gap, 2_000);
      const close = Math.max(open + change, 2_000);
      last = close;
      return { t: k * MINUTE_MS, open: open / 100, high: (Math.max(open, close) + above) / 100, low: (Math.min(open, close) - below) / 100, close: close / 100, volume, path };
    });
  });

const optionsOf = fc.record(
  {
    limit: cents(9_000, 11_000),
    stop: cents(9_000, 11_000),
    takeProfit: cents(9_500, 11_500),
    stopLoss: cents(8_500, 10_500),
    until: fc.integer({ min: 0, max: ROWS }).map((row) => row * MINUTE_MS),
  },
  { requiredKeys: [] },
);
const single: fc.Arbitrary<OrderOptions> = fc.oneof(
  optionsOf,
  fc.record({ trail: cents(10, 500) }),
  fc.record({ trailPercent: cents(10, 500) }),
  fc.record({ at: fc.constantFrom('open' as const, 'close' as const) }),
  fc.record({ timeInForce: fc.constantFrom('day' as const, 'ioc' as const, 'fok' as const), limit: cents(9_500, 10_500) }),
);

interface Act {
  readonly row: number;
  readonly what: 'buy' | 'sell' | 'cancel' | 'replace' | 'moveTo';
  readonly quantity: number;
  readonly options: OrderOptions;
}
const acts = fc.array(
  fc.record({ row: fc.nat(ROWS - 1), what: fc.constantFrom('buy', 'buy', 'sell', 'sell', 'cancel', 'replace', 'moveTo'), quantity: fc.integer({ min: 1, max: 20 }), options: single }),
  { maxLength: 30 },
) as fc.Arbitrary<Act[]>;

const conventions = fc.record(
  {
    feeBps: fc.constantFrom(0, 10),
    slippageBps: fc.constantFrom(0, 5),
    participation: fc.constantFrom(0.1, 0.5),
    latencyBars: fc.nat(2),
    latencyMs: fc.constantFrom(0, 1_000),
    fillAt: fc.constantFrom('next-open' as const, 'same-close' as const),
    leverage: fc.constantFrom(1, 3),
    maintenance: fc.constantFrom(0.25, 0.9),
    borrowBps: fc.constantFrom(0, 300_0),
    eventsPerRow: fc.constantFrom(3, 8),
  },
  { requiredKeys: [] },
);

function script(list: readonly Act[]): Script {
  return ([desk], row) => {
    for (const { what, quantity, options } of list.filter((act) => act.row === row)) {
      const [oldest] = desk!.orders;
      if (what === 'buy') desk!.buy(quantity, options);
      else if (what === 'sell') desk!.sell(quantity, options);
      else if (what === 'moveTo') desk!.moveTo(quantity - 10);
      else if (what === 'cancel') desk!.cancel(oldest?.id);
      else if (oldest) desk!.replace(oldest.id, { quantity });
    }
  };
}

function bitsOf({ columns, events }: Played): string {
  return JSON.stringify([columns.map((column) => [...new BigUint64Array(column.buffer, column.byteOffset, column.length)].map(String)), events]);
}

describe('for any bars, orders and conventions', () => {
  test('units and money are conserved, and equity is cash and marked position, on every row', () => {
    fc.assert(
      fc.property(walk, acts, conventions, (bars, list, terms) => {
        const stage: Stage = { conventions: terms };
        const played = play(bars, script(list), stage);
        const [fee, cash, equity, position, carry, filled] = ['fee', 'cash', 'equity', 'position', 'carry', 'fillQuantity'].map(played.of) as [number[], number[], number[], number[], number[], number[]];
        let units = 0n;
        let money = unitsOf(1_000);
        bars.forEach((bar, row) => {
          const before = units;
          for (const event of played.events) {
            if (event.kind !== 'filled' || event.row !== row) continue;
            const signed = unitsOf(event.quantity) * (event.side === 'buy' ? 1n : -1n);
            units += signed;
            money -= (unitsOf(event.price) * signed) / 100_000_000n; // whole units, so the product is exact
          }
          money += unitsOf(carry[row]!) - unitsOf(fee[row]!);
          expect(unitsOf(position[row]!)).toBe(units);
          expect(unitsOf(filled[row]!)).toBe(units - before);
          expect(unitsOf(cash[row]!)).toBe(money);
          expect(unitsOf(equity[row]!)).toBe(money + (units * unitsOf(bar.close)) / 100_000_000n);
          expect(fee[row]).toBeGreaterThanOrEqual(0);
        });
      }),
      { numRuns: 300 },
    );
  });

  test('without slippage every fill lies inside its bar, after the bar the order was placed on', () => {
    fc.assert(
      fc.property(walk, acts, conventions, (bars, list, terms) => {
        const { events } = play(bars, script(list), { conventions: { ...terms, slippageBps: 0, fillAt: 'next-open' } });
        const placed = new Map(events.toReversed().flatMap((event) => (event.kind === 'placed' ? [[event.order, event.row]] : [])));
        const exits = new Set<number>();
        for (const event of events) {
          if (event.kind !== 'filled') continue;
          const { high, low } = bars[event.row]!;
          expect(event.price).toBeGreaterThanOrEqual(low);
          expect(event.price).toBeLessThanOrEqual(high);
          // An exit is placed in the very bar its entry fills in.
          if (placed.get(event.order) === event.row) exits.add(event.order);
          expect(event.row).toBeGreaterThanOrEqual(placed.get(event.order)!);
        }
        for (const order of exits) expect(events.some((event) => event.kind === 'filled' && event.order < order && event.row === placed.get(order))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('fills of the bars keep to their share of the volume', () => {
    fc.assert(
      fc.property(walk, acts, (bars, list) => {
        const { events } = play(bars, script(list), { conventions: { participation: 0.1 } });
        const taken = new Float64Array(bars.length);
        for (const event of events) if (event.kind === 'filled') taken[event.row]! += event.quantity;
        bars.forEach(({ volume }, row) => expect(taken[row]!).toBeLessThanOrEqual(volume * 0.1 + 1e-9));
      }),
      { numRuns: 100 },
    );
  });

  test('any cutting of the rows and a restart at any row give the same bits', () => {
    fc.assert(
      fc.property(walk, acts, conventions, fc.integer({ min: 1, max: ROWS }), fc.nat(ROWS - 1), (bars, list, terms, chunk, restartAt) => {
        const whole = bitsOf(play(bars, script(list), { conventions: terms }));
        expect(bitsOf(play(bars, script(list), { conventions: terms, chunk }))).toBe(whole);
        expect(bitsOf(play(bars, script(list), { conventions: terms, chunk: 1, restartAt }))).toBe(whole);
      }),
      { numRuns: 150 },
    );
  });

  // After a restart nothing is known of what a bar leaves as it is, so every order is asked at every bar. Prices are few, so that many are just touched.
  test('an account that asks every order at every bar gives the same bits, also where prices are just touched and bars are not whole', () => {
    const whole = (price: number): number => Math.round(price);
    const few = (options: OrderOptions): OrderOptions => Object.fromEntries(Object.entries(options).map(([name, value]) => [name, typeof value === 'number' && name !== 'until' ? Math.max(whole(value), 1) : value]));
    const defects = fc.array(fc.tuple(fc.nat(ROWS - 1), fc.constantFrom('open' as const, 'high' as const, 'low' as const, 'close' as const), fc.constantFrom(Number.NaN, Infinity, 97, 103)), { maxLength: 12 });
    fc.assert(
      fc.property(walk, acts, conventions, defects, fc.constantFrom(MINUTE_MS, 480 * MINUTE_MS), (rounded, list, terms, wrong, intervalMs) => {
        const bars = rounded.map((bar, row) => ({ ...bar, t: row * intervalMs, open: whole(bar.open), high: whole(bar.high), low: whole(bar.low), close: whole(bar.close) }));
        for (const [row, field, value] of wrong) bars[row]![field] = value;
        const orders = script(list.map((act) => ({ ...act, options: few(act.options) })));
        const stage: Stage = { conventions: terms, intervalMs };
        expect(bitsOf(play(bars, orders, { ...stage, chunk: 1, restartAt: 'every call' }))).toBe(bitsOf(play(bars, orders, stage)));
      }),
      { numRuns: 400 },
    );
  });

  test('the future cut off changes nothing before the cut', () => {
    fc.assert(
      fc.property(walk, acts, conventions, fc.integer({ min: 1, max: ROWS - 1 }), (bars, list, terms, cut) => {
        const whole = play(bars, script(list), { conventions: terms });
        const known = play(bars.slice(0, cut), script(list), { conventions: terms });
        expect(known.columns.map((column) => [...column])).toEqual(whole.columns.map((column) => [...column.subarray(0, cut)]));
      }),
      { numRuns: 150 },
    );
  });

  test('an order ends once, and never fills more than it was placed for', () => {
    fc.assert(
      fc.property(walk, acts.map((list) => list.filter(({ what }) => what !== 'replace')), conventions, (bars, list, terms) => {
        const { events } = play(bars, script(list), { conventions: terms });
        for (const order of new Set(events.map((event) => event.order))) {
          const own = events.filter((event) => event.order === order);
          const told = own.filter((event) => event.kind === 'placed' || event.kind === 'replaced');
          const filled = own.reduce((sum, event) => sum + (event.kind === 'filled' ? event.quantity : 0), 0);
          if (told.length === 1) expect(filled).toBeLessThanOrEqual((told[0] as { quantity: number }).quantity);
          if (told.length > 0) expect(own.filter((event) => 'reason' in event).length).toBeLessThanOrEqual(told.length);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('with every price turned upside down, buyers as sellers', () => {
  const TOP = 50_000; // cents; every price of a walk is below it
  const flip = (price: number): number => (TOP - Math.round(price * 100)) / 100;
  const flipped = (options: OrderOptions): OrderOptions =>
    Object.fromEntries(Object.entries(options).map(([name, value]) => [name, ['limit', 'stop', 'takeProfit', 'stopLoss'].includes(name) ? flip(value as number) : value]));
  const other = { buy: 'sell', sell: 'buy' } as const;
  /** What shares of a price are taken of has no mirror. */
  const even = ({ options }: Act): boolean => !('trailPercent' in options);

  test('the same orders fill in the same bars, at the prices turned over', () => {
    fc.assert(
      fc.property(walk, acts.map((list) => list.filter(even)), fc.record({ participation: fc.constantFrom(0.1, 0.5), latencyBars: fc.nat(2), fillAt: fc.constantFrom('next-open' as const, 'same-close' as const) }, { requiredKeys: [] }), (bars, list, terms) => {
        const under = bars.map((bar) => ({ ...bar, open: flip(bar.open), high: flip(bar.low), low: flip(bar.high), close: flip(bar.close), path: bar.path === 0 ? 0 : -bar.path! }));
        const turned = ({ what, quantity, options, ...act }: Act): Act => ({
          ...act,
          options: flipped(options),
          ...(what === 'moveTo' ? { what, quantity: 20 - quantity } : { what: what === 'buy' || what === 'sell' ? other[what] : what, quantity }),
        });
        const upright = play(bars, script(list), { conventions: terms }).events;
        const turnedOver = play(under, script(list.map(turned)), { conventions: terms }).events.map((event) => {
          const side = other[event.side];
          if (event.kind === 'filled') return { ...event, side, price: flip(event.price) };
          if (event.kind !== 'placed' && event.kind !== 'replaced') return { ...event, side };
          // The stop of a trailing stop is a distance.
          return { ...event, side, limit: flip(event.limit), stop: event.type === 'trailing-stop' ? event.stop : flip(event.stop) };
        });
        expect(turnedOver).toEqual(upright);
      }),
      { numRuns: 300 },
    );
  });
});

describe('one order', () => {
  test('with a limit fills in the first bar that reaches it, at the open where that is better', () => {
    fc.assert(
      fc.property(walk, cents(9_000, 11_000), fc.boolean(), (bars, limit, isBuy) => {
        const { events } = play(bars, ([desk], row) => row === 0 && (isBuy ? desk!.buy(1, { limit }) : desk!.sell(1, { limit })));
        const row = bars.findIndex(({ low, high }, k) => k > 0 && (isBuy ? low <= limit : high >= limit));
        const wanted = row < 0 ? [] : [[row, isBuy ? Math.min(bars[row]!.open, limit) : Math.max(bars[row]!.open, limit)]];
        expect(events.flatMap((event) => (event.kind === 'filled' ? [[event.row, event.price]] : []))).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });

  test('with a stop fills in the first bar that goes so far, at the open where that is beyond', () => {
    fc.assert(
      fc.property(walk, cents(9_000, 11_000), fc.boolean(), (bars, stop, isBuy) => {
        const { events } = play(bars, ([desk], row) => row === 0 && (isBuy ? desk!.buy(1, { stop }) : desk!.sell(1, { stop })));
        const row = bars.findIndex(({ low, high }, k) => k > 0 && (isBuy ? high >= stop : low <= stop));
        const wanted = row < 0 ? [] : [[row, isBuy ? Math.max(bars[row]!.open, stop) : Math.min(bars[row]!.open, stop)]];
        expect(events.flatMap((event) => (event.kind === 'filled' ? [[event.row, event.price]] : []))).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });

  test('with a better limit never fills later, and never at a worse price for being better to wait for', () => {
    fc.assert(
      fc.property(walk, cents(9_000, 11_000), fc.nat(300), fc.boolean(), (bars, limit, more, isBuy) => {
        const fill = (price: number) => {
          const { events } = play(bars, ([desk], row) => row === 0 && (isBuy ? desk!.buy(1, { limit: price }) : desk!.sell(1, { limit: price })));
          return events.find((event) => event.kind === 'filled');
        };
        const patient = fill(limit);
        const eager = fill(isBuy ? limit + more / 100 : limit - more / 100);
        if (patient) {
          expect(eager!.row).toBeLessThanOrEqual(patient.row);
          expect(isBuy ? patient.price : -patient.price).toBeLessThanOrEqual(isBuy ? limit : -limit);
        }
      }),
      { numRuns: 300 },
    );
  });
});
