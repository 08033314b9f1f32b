// The life of orders, worked out by hand bar by bar: types and times in force along whole paths, pairs, exits, parts, changes, latency.
import { describe, expect, test } from 'vitest';
import type { OrderOptions } from '#broker/desk.ts';
import { type Bar, endsOf, fillsOf, minutes, MINUTE_MS, play, type Script, type Stage } from './playground.ts';

/** Orders on row 0 only. */
function first(place: Script): Script {
  return (desks, row) => {
    if (row === 0) place(desks, row);
  };
}

const buy = (quantity: number, options?: OrderOptions): Script => first(([desk]) => desk!.buy(quantity, options));
const sell = (quantity: number, options?: OrderOptions): Script => first(([desk]) => desk!.sell(quantity, options));

describe('an order meets only bars after the one it was decided on', () => {
  test.each<[string, Script, string[]]>([
    ['market: the next open', buy(1), ['1 buy 1 @ 101']],
    ['limit: the low of its own bar does not count', buy(1, { limit: 95 }), ['2 buy 1 @ 95']],
    ['stop: the high of its own bar does not count', buy(1, { stop: 105 }), ['2 buy 1 @ 105']],
  ])('%s', (_, script, fills) => {
    const bars = minutes([100, 110, 90, 100], [101, 102, 98, 100], [100, 106, 94, 100]);
    expect(fillsOf(play(bars, script))).toEqual(fills);
  });
});

// Five bars: quiet, quiet, down to 96, up to 104, quiet. A day ends after row 2 where `days` is given.
const PATH = minutes([100, 101, 99, 100], [100, 101, 99, 100], [100, 101, 96, 98], [98, 104, 98, 103], [103, 103, 102, 102]);
const days = (bars: readonly Bar[], lastOfDay: number): Bar[] => bars.map((bar, k) => ({ ...bar, t: bar.t + (k > lastOfDay ? 86_400_000 : 0) }));

describe('type × time in force', () => {
  test.each<[type: string, force: string, options: OrderOptions, fills: string[], ends: string[]]>([
    ['limit 97', 'good till cancelled', { limit: 97 }, ['2 buy 1 @ 97'], []],
    ['limit 97', 'day, met on its day', { limit: 97, timeInForce: 'day' }, ['2 buy 1 @ 97'], []],
    ['limit 90', 'day, over on the first bar of the next', { limit: 90, timeInForce: 'day' }, [], ['3 expired 1: day over']],
    ['limit 97', 'until the bar that would fill it', { limit: 97, until: 2 * MINUTE_MS }, [], ['2 expired 1: moment passed']],
    ['limit 97', 'until just after it', { limit: 97, until: 2 * MINUTE_MS + 1 }, ['2 buy 1 @ 97'], []],
    ['limit 97', 'immediate or cancel, not there at the open', { limit: 97, timeInForce: 'ioc' }, [], ['1 cancelled 1: not filled at once']],
    ['limit 100', 'immediate or cancel, there at the open', { limit: 100, timeInForce: 'ioc' }, ['1 buy 1 @ 100'], []],
    ['limit 100', 'fill or kill, there at the open', { limit: 100, timeInForce: 'fok' }, ['1 buy 1 @ 100'], []],
    ['limit 99', 'fill or kill, the low is too late', { limit: 99, timeInForce: 'fok' }, [], ['1 cancelled 1: not filled at once']],
    ['market', 'fill or kill', { timeInForce: 'fok' }, ['1 buy 1 @ 100'], []],
    ['stop 103', 'good till cancelled', { stop: 103 }, ['3 buy 1 @ 103'], []],
    ['stop 103', 'day, over before', { stop: 103, timeInForce: 'day' }, [], ['3 expired 1: day over']],
    ['stop-limit 101, 99', 'good till cancelled: met on row 1, back on row 2', { stop: 101, limit: 99 }, ['2 buy 1 @ 99'], []],
    ['stop-limit 101, 99', 'until row 2', { stop: 101, limit: 99, until: 2 * MINUTE_MS }, [], ['2 expired 1: moment passed']],
    ['market-on-open', 'first bar of the next day', { at: 'open' }, ['3 buy 1 @ 98'], []],
  ])('%s, %s', (_, __, options, fills, ends) => {
    const played = play(days(PATH, 2), buy(1, options));
    expect(fillsOf(played)).toEqual(fills);
    expect(endsOf(played)).toEqual(ends);
  });

  // Every cell by hand, of one unit bought on row 0. Row 2 ends the first day: its session closes at 00:03. A buyer's trailing stop of 5 stands at 105, and at 101 when
  // the low of row 2 is past; one of 5 % at 100.8. What waits for a price cannot be immediate.
  const NEVER = 'buy: a % order cannot be ';
  const WAITS = { day: '3 expired 1: day over', gtd: '2 expired 1: moment passed', ioc: NEVER, fok: NEVER };
  test.each<[type: string, options: OrderOptions, answers: Readonly<Record<'gtc' | 'day' | 'gtd' | 'ioc' | 'fok', string>>]>([
    ['market', {}, { gtc: '1 buy 1 @ 100', day: '1 buy 1 @ 100', gtd: '1 buy 1 @ 100', ioc: '1 buy 1 @ 100', fok: '1 buy 1 @ 100' }],
    ['market-on-open', { at: 'open' }, { gtc: '3 buy 1 @ 98', day: '3 buy 1 @ 98', gtd: '2 expired 1: moment passed', ioc: NEVER, fok: NEVER }],
    ['market-on-close', { at: 'close' }, { gtc: '2 buy 1 @ 98', day: '2 buy 1 @ 98', gtd: '2 expired 1: moment passed', ioc: NEVER, fok: NEVER }],
    ['limit', { limit: 95 }, { ...WAITS, gtc: '', ioc: '1 cancelled 1: not filled at once', fok: '1 cancelled 1: not filled at once' }],
    ['stop', { stop: 103 }, { ...WAITS, gtc: '3 buy 1 @ 103' }],
    ['stop-limit', { stop: 103, limit: 104 }, { ...WAITS, gtc: '3 buy 1 @ 103' }],
    ['trailing-stop', { trail: 5 }, { ...WAITS, gtc: '3 buy 1 @ 101' }],
    ['trailing-stop-percent', { trailPercent: 5 }, { ...WAITS, gtc: '3 buy 1 @ 100.8' }],
  ])('%s in every time in force', (type, options, answers) => {
    const session = { timeZone: 'UTC', closes: '00:03' };
    for (const [force, expected] of Object.entries(answers)) {
      const timed = force === 'gtd' ? { ...options, until: 2 * MINUTE_MS } : { ...options, timeInForce: force as 'gtc' };
      const answer = (): string => {
        const played = play(days(PATH, 2), buy(1, timed), { conventions: { session } });
        return [...fillsOf(played), ...endsOf(played)].join();
      };
      if (expected === NEVER) expect(answer, force).toThrow(NEVER.replace('%', type) + force);
      else expect(answer(), force).toBe(expected);
    }
  });

  test('market-on-close fills at the close of the bar that ends the day, with or without a time zone', () => {
    const at = (t: number): Bar => ({ t, open: 100, high: 101, low: 99, close: 100 + (t % 7), volume: 1 });
    const utc = [at(86_400_000 - 3 * MINUTE_MS), at(86_400_000 - 2 * MINUTE_MS), at(86_400_000 - MINUTE_MS), at(86_400_000)];
    expect(fillsOf(play(utc, buy(1, { at: 'close' })))).toEqual([`2 buy 1 @ ${utc[2]!.close}`]);
    // 16:00 in New York is 20:00 UTC in July 2024 and 21:00 UTC in January.
    for (const [close, name] of [[Date.UTC(2024, 6, 1, 20), 'summer'], [Date.UTC(2024, 0, 2, 21), 'winter']] as const) {
      const bars = [3, 2, 1, 0, -1].map((k) => at(close - k * MINUTE_MS));
      const session = { timeZone: 'America/New_York', closes: '16:00' };
      expect(fillsOf(play(bars, buy(1, { at: 'close' }), { conventions: { session } })), name).toEqual([`2 buy 1 @ ${bars[2]!.close}`]);
    }
  });

  test('a bar of a day closes its day, so market-on-open and on-close meet the next bar', () => {
    const daily = minutes([10, 12, 9, 11], [12, 13, 11, 12.5]).map((bar, k) => ({ ...bar, t: k * 86_400_000 }));
    const stage = { intervalMs: 86_400_000 };
    expect(fillsOf(play(daily, buy(1, { at: 'open' }), stage))).toEqual(['1 buy 1 @ 12']);
    expect(fillsOf(play(daily, buy(1, { at: 'close' }), stage))).toEqual(['1 buy 1 @ 12.5']);
  });
});

describe('a trailing stop', () => {
  // Placed at a close of 100 with a distance of 2: level 98. Row 1 reaches 105: from row 2 on the level is 103.
  const bars = minutes([100, 100, 100, 100], [100, 105, 99, 104], [104, 104.5, 102, 103], [103, 110, 90, 100]);

  test('follows finished bars only: the high of a bar does not move the level it is tested on', () => {
    const played = play(bars, sell(1, { trail: 2 }));
    expect(fillsOf(played)).toEqual(['2 sell 1 @ 103']);
  });

  test('in percent keeps its distance in proportion', () => {
    // 105 less 2 % = 102.9
    expect(fillsOf(play(bars, sell(1, { trailPercent: 2 })))).toEqual(['2 sell 1 @ 102.9']);
  });

  test('never goes back', () => {
    const falling = minutes([100, 100, 100, 100], [100, 104, 99, 103], [103, 103, 102.5, 102.6], [102.6, 103, 102.1, 102.5], [102.5, 103, 101.9, 102]);
    // High 104: level 102. Lower highs leave it there.
    expect(fillsOf(play(falling, sell(1, { trail: 2 })))).toEqual(['4 sell 1 @ 102']);
  });

  test('of a buyer is the mirror image', () => {
    const falling = minutes([100, 100, 100, 100], [100, 101, 95, 96], [96, 98, 95.5, 97]);
    expect(fillsOf(play(falling, buy(1, { trail: 2 })))).toEqual(['2 buy 1 @ 97']);
  });

  test('that the open has left behind fills at the open', () => {
    expect(fillsOf(play(minutes([100, 100, 100, 100], [95, 96, 94, 95]), sell(1, { trail: 2 })))).toEqual(['1 sell 1 @ 95']);
  });
});

describe('exits of an entry', () => {
  const bracket: OrderOptions = { takeProfit: 104, stopLoss: 97 };
  const enter = [100, 100, 100, 100];

  test.each<[string, number[], string[]]>([
    ['the target alone is touched', [100, 104, 99, 103], ['1 sell 1 @ 104']],
    ['the stop alone is touched', [100, 101, 97, 98], ['1 sell 1 @ 97']],
    ['both are touched: the stop is taken to have come first', [100, 105, 96, 104], ['1 sell 1 @ 97']],
    ['neither is touched', [100, 103.9, 97.1, 100], []],
  ])('in the bar the entry fills at the open: %s', (_, bar, exit) => {
    expect(fillsOf(play(minutes(enter, bar), buy(1, bracket))).slice(1)).toEqual(exit);
  });

  test.each<[string, OrderOptions, number[], string[]]>([
    ['a limit entry on the way down, target above the close: not proven', { limit: 99, takeProfit: 102, stopLoss: 95 }, [100, 103, 98, 100], []],
    ['a limit entry on the way down, the close is beyond the target: proven', { limit: 99, takeProfit: 102, stopLoss: 95 }, [100, 103, 98, 102.5], ['1 sell 1 @ 102']],
    ['a limit entry on the way down through the stop', { limit: 99, takeProfit: 102, stopLoss: 98 }, [100, 103, 97, 100], ['1 sell 1 @ 98']],
    ['a stop entry on the way up to the target: proven', { stop: 101, takeProfit: 103, stopLoss: 98 }, [100, 104, 99, 102], ['1 sell 1 @ 103']],
    ['a stop entry, the low may have been before or after: the stop is hit', { stop: 101, takeProfit: 105, stopLoss: 98 }, [100, 104, 97, 102], ['1 sell 1 @ 98']],
  ])('in the bar the entry fills inside: %s', (_, options, bar, exit) => {
    expect(fillsOf(play(minutes(enter, bar), buy(1, options))).slice(1)).toEqual(exit);
  });

  test.each<[string, number[], string]>([
    ['gaps below the stop', [95, 96, 94, 95], '2 sell 1 @ 95'],
    ['gaps above the target', [106, 107, 105, 106], '2 sell 1 @ 106'],
    ['touches both', [100, 105, 96, 104], '2 sell 1 @ 97'],
  ])('a later bar that %s', (_, bar, fill) => {
    const played = play(minutes(enter, [100, 101, 99, 100], bar), buy(1, bracket));
    expect(fillsOf(played)[1]).toBe(fill);
    expect(endsOf(played)).toHaveLength(1);
  });

  test('an entry that gaps beyond its own stop is closed at the price it was filled at', () => {
    expect(fillsOf(play(minutes(enter, [93, 94, 92, 93]), buy(1, { limit: 99, stopLoss: 95 })))).toEqual(['1 buy 1 @ 93', '1 sell 1 @ 93']);
  });

  test('never open when the entry ends unfilled', () => {
    const played = play(minutes(enter, [100, 101, 99, 100], [100, 110, 90, 100]), buy(1, { limit: 95, timeInForce: 'ioc', takeProfit: 104, stopLoss: 90 }));
    expect(played.events.map(({ kind, order }) => `${kind} ${order}`)).toEqual(['placed 1', 'cancelled 1']);
    expect(played.account.orders).toEqual([]);
  });

  test('a trailing loss starts at the price of the entry and follows from there', () => {
    const played = play(minutes(enter, [100, 103, 99.5, 102], [102, 103, 100.5, 101]), buy(1, { trailingLoss: 2 }));
    expect(fillsOf(played)).toEqual(['1 buy 1 @ 100', '2 sell 1 @ 101']);
  });

  test('of an entry at the close meet the next bar from its open on', () => {
    const daily = minutes(enter, [100, 101, 99, 100], [94, 95, 93, 94]).map((bar, k) => ({ ...bar, t: k * 86_400_000 }));
    expect(fillsOf(play(daily, buy(1, { at: 'close', ...bracket }), { intervalMs: 86_400_000 }))).toEqual(['1 buy 1 @ 100', '2 sell 1 @ 94']);
  });

  test('a short entry has them mirrored', () => {
    expect(fillsOf(play(minutes(enter, [100, 104, 95, 100]), sell(1, { takeProfit: 96, stopLoss: 103 })))).toEqual(['1 sell 1 @ 100', '1 buy 1 @ 103']);
  });
});

describe('a pair', () => {
  const straddle: Script = first(([desk]) => {
    const up = desk!.buy(1, { stop: 105 });
    desk!.sell(1, { stop: 95, pairWith: up });
  });

  test('one side that fills cancels the other', () => {
    const played = play(minutes([100, 100, 100, 100], [100, 106, 99, 105], [105, 106, 90, 91]), straddle);
    expect(fillsOf(played)).toEqual(['1 buy 1 @ 105']);
    expect(endsOf(played)).toEqual(['1 cancelled 2: other side of a pair filled']);
  });

  test.each<[string, number, string]>([
    ['the close is low: the purchase looks worse', 96, '1 buy 1 @ 105'],
    ['the close is high: the sale looks worse', 104, '1 sell 1 @ 95'],
    ['both look alike: the first placed', 100, '1 buy 1 @ 105'],
  ])('both sides in one bar: %s', (_, close, fill) => {
    expect(fillsOf(play(minutes([100, 100, 100, 100], [100, 106, 94, close]), straddle))).toEqual([fill]);
  });

  test('a part filled of one takes as much off the other', () => {
    const script: Script = first(([desk]) => {
      const low = desk!.buy(10, { limit: 99 });
      desk!.buy(10, { stop: 103, pairWith: low });
    });
    const played = play(minutes([100, 100, 100, 100], [100, 101, 98, 100, 40], [100, 104, 100, 103, 1_000]), script, { conventions: { participation: 0.1 } });
    expect(fillsOf(played)).toEqual(['1 buy 4 @ 99', '2 buy 6 @ 103']);
  });
});

describe('the way through a bar, where it is known', () => {
  const bars = (path: number): Bar[] => [
    { ...minutes([100, 100, 100, 100])[0]!, path: 0 },
    { ...minutes([0, 0, 0, 0], [100, 105, 96, 101])[1]!, path },
  ];
  test.each<[string, number, string]>([
    ['high first: the target', 1, '1 sell 1 @ 104'],
    ['low first: the stop', -1, '1 sell 1 @ 97'],
    ['unknown: the stop', 0, '1 sell 1 @ 97'],
    ['missing: the stop', Number.NaN, '1 sell 1 @ 97'],
  ])('decides between stop and target: %s', (_, path, fill) => {
    expect(fillsOf(play(bars(path), buy(1, { takeProfit: 104, stopLoss: 97 })))).toEqual(['1 buy 1 @ 100', fill]);
  });

  test('lets a limit entry on a later leg have its target on the leg after it', () => {
    // 100 → 96 → 105 → 101: bought at 97 on the way down, sold at 104 on the way up.
    expect(fillsOf(play(bars(-1), buy(1, { limit: 97, takeProfit: 104, stopLoss: 95 })))).toEqual(['1 buy 1 @ 97', '1 sell 1 @ 104']);
    // 100 → 105 → 96 → 101: the target was passed before the entry.
    expect(fillsOf(play(bars(1), buy(1, { limit: 97, takeProfit: 104, stopLoss: 95 })))).toEqual(['1 buy 1 @ 97']);
  });
});

describe('against the volume of the bar', () => {
  const stage: Stage = { conventions: { participation: 0.1, cash: 1e6 } };
  const bars = minutes([100, 100, 100, 100], [100, 101, 99, 100, 50], [102, 103, 101, 102, 30], [104, 105, 103, 104, 1_000]);

  test('a market order fills in parts, each at the open of its bar', () => {
    expect(fillsOf(play(bars, buy(10), stage))).toEqual(['1 buy 5 @ 100', '2 buy 3 @ 102', '3 buy 2 @ 104']);
  });

  test('immediate or cancel takes the part that is there', () => {
    const played = play(bars, buy(10, { timeInForce: 'ioc' }), stage);
    expect(fillsOf(played)).toEqual(['1 buy 5 @ 100']);
    expect(played.events.at(-1)).toMatchObject({ kind: 'cancelled', quantity: 5, row: 1 });
  });

  test('fill or kill takes nothing less than all', () => {
    expect(fillsOf(play(bars, buy(10, { timeInForce: 'fok' }), stage))).toEqual([]);
    expect(fillsOf(play(bars, buy(5, { timeInForce: 'fok' }), stage))).toEqual(['1 buy 5 @ 100']);
  });

  test('two orders share it, the first placed first', () => {
    const script: Script = first(([desk]) => {
      desk!.buy(3);
      desk!.buy(3);
    });
    expect(fillsOf(play(bars, script, stage))).toEqual(['1 buy 3 @ 100', '1 buy 2 @ 100', '2 buy 1 @ 102']);
  });

  test('a bar without volume fills nothing', () => {
    expect(fillsOf(play(minutes([1, 1, 1, 1], [1, 1, 1, 1, 0], [1, 1, 1, 1, 10]), buy(1), stage))).toEqual(['2 buy 1 @ 1']);
  });

  test('exits open for as much as has filled, and again for more', () => {
    const rising = minutes([100, 100, 100, 100], [100, 101, 99, 100, 50], [101, 106, 100, 105, 30], [104, 107, 103, 106, 1_000]);
    const played = play(rising, buy(10, { takeProfit: 105 }), stage);
    // Row 2: 3 more are bought at the open, which uses the bar up; row 3: the last 2 at 104, then all 10 at 105.
    expect(fillsOf(played)).toEqual(['1 buy 5 @ 100', '2 buy 3 @ 101', '3 buy 2 @ 104', '3 sell 10 @ 105']);
  });

  test('parts are whole lots', () => {
    expect(fillsOf(play(bars, buy(10), { ...stage, instruments: { '': { lot: 2 } } }))).toEqual(['1 buy 4 @ 100', '2 buy 2 @ 102', '3 buy 4 @ 104']);
  });
});

describe('cancelling and changing', () => {
  const quiet = minutes([100, 101, 99, 100], [100, 101, 99, 100], [100, 101, 95, 100], [100, 101, 94, 100]);

  test('a cancelled order is gone before the next bar', () => {
    const played = play(quiet, ([desk], row) => {
      if (row === 0) desk!.buy(1, { limit: 96 });
      if (row === 1) desk!.cancel(1);
    });
    expect(fillsOf(played)).toEqual([]);
    expect(endsOf(played)).toEqual(['1 cancelled 1: by the strategy']);
  });

  test('a change holds from the next bar on', () => {
    const played = play(quiet, ([desk], row) => {
      if (row === 0) desk!.buy(1, { limit: 90 });
      if (row === 1) desk!.replace(1, { limit: 97, quantity: 2 });
    });
    expect(fillsOf(played)).toEqual(['2 buy 2 @ 97']);
    expect(played.events[1]).toMatchObject({ kind: 'replaced', row: 1, limit: 97, quantity: 2 });
  });

  test('cancelling what is not open is no mistake', () => {
    expect(play(quiet, ([desk]) => desk!.cancel(7)).events).toEqual([]);
  });

  test('an order on its way to be cancelled may still fill', () => {
    const conventions = { latencyBars: 1 };
    const played = play(quiet, ([desk], row) => {
      if (row === 0) desk!.buy(1, { limit: 96 });
      if (row === 1) desk!.cancel(1);
    }, { conventions });
    // Cancelled at the close of row 1, there before row 3; row 2 comes first.
    expect(fillsOf(played)).toEqual(['2 buy 1 @ 96']);
  });
});

describe('latency', () => {
  const bars = minutes([10, 10, 10, 10], [11, 11, 11, 11], [12, 12, 12, 12], [13, 13, 13, 13], [14, 14, 14, 14]);
  test.each<[string, Stage['conventions'], string]>([
    ['none: the next open', {}, '1 buy 1 @ 11'],
    ['one bar', { latencyBars: 1 }, '2 buy 1 @ 12'],
    ['a millisecond misses the open it was meant for', { latencyMs: 1 }, '2 buy 1 @ 12'],
    ['a whole bar of time', { latencyMs: MINUTE_MS }, '2 buy 1 @ 12'],
    ['a little more than a bar of time', { latencyMs: MINUTE_MS + 1 }, '3 buy 1 @ 13'],
    ['bars and time: whichever is later', { latencyBars: 2, latencyMs: 1 }, '3 buy 1 @ 13'],
  ])('%s', (_, conventions, fill) => {
    expect(fillsOf(play(bars, buy(1), { conventions: conventions! }))).toEqual([fill]);
  });
});

test('a close without an open has the volume of its own row to fill from', () => {
  const bars = minutes([100, 100, 100, 100, 1_000], [Number.NaN, 102, 99, 101, 20]);
  const played = play(bars, ([desk], row) => void (row === 1 && desk!.buy(5)), { conventions: { fillAt: 'same-close', participation: 0.1 } });
  expect(fillsOf(played)).toEqual(['1 buy 2 @ 101']);
});

test('same-close fills market orders, and only those, at the close they were decided on', () => {
  const bars = minutes([100, 110, 90, 105], [106, 107, 103, 104]);
  const script: Script = first(([desk]) => {
    desk!.buy(1, { stopLoss: 103.5 });
    desk!.buy(1, { limit: 106 });
  });
  expect(fillsOf(play(bars, script, { conventions: { fillAt: 'same-close' } }))).toEqual(['0 buy 1 @ 105', '1 buy 1 @ 106', '1 sell 1 @ 103.5']);
});

describe('ticks and lots', () => {
  const stage: Stage = { instruments: { '': { tick: 0.25, lot: 10 } } };
  const bars = minutes([100, 101, 99, 100], [100, 101, 98, 100]);

  test('a quantity goes down to whole lots, and to no order when none is left', () => {
    expect(fillsOf(play(bars, buy(29), { ...stage, conventions: { cash: 1e5 } }))).toEqual(['1 buy 20 @ 100']);
    expect(play(bars, buy(9.99), stage).events).toEqual([]);
  });

  test.each<[string, Script, object]>([
    ['a buyer’s limit goes down', buy(10, { limit: 98.9 }), { limit: 98.75 }],
    ['a seller’s limit goes up', sell(10, { limit: 100.6 }), { limit: 100.75 }],
    ['a buyer’s stop goes up', buy(10, { stop: 100.6 }), { stop: 100.75 }],
    ['a seller’s stop goes down', sell(10, { stop: 98.9 }), { stop: 98.75 }],
  ])('%s to a tick', (_, script, order) => {
    expect(play(bars, script, stage).events[0]).toMatchObject(order);
  });

  test('a slipped price goes to the worse tick', () => {
    // 10 bps of 100 = 0.1
    expect(fillsOf(play(bars, buy(10), { ...stage, conventions: { slippageBps: 10 } }))).toEqual(['1 buy 10 @ 100.25']);
    expect(fillsOf(play(bars, sell(10), { ...stage, conventions: { slippageBps: 10 } }))).toEqual(['1 sell 10 @ 99.75']);
  });
});

describe('what cannot be an order is a mistake, and says so', () => {
  test.each<[string, (desk: { buy: (quantity: number, options?: object) => number }) => void, RegExp]>([
    ['a NaN quantity', (desk) => desk.buy(Number.NaN), /buy: quantity is NaN/],
    ['a negative quantity', (desk) => desk.buy(-1), /buy: quantity is -1, below 0/],
    ['a NaN limit', (desk) => desk.buy(1, { limit: Number.NaN }), /buy: limit is NaN/],
    ['two ways to wait', (desk) => desk.buy(1, { stop: 1, trail: 1 }), /exclude each other/],
    ['a stop that is immediate', (desk) => desk.buy(1, { stop: 1, timeInForce: 'ioc' }), /stop order cannot be ioc/],
    ['an order beside 4,096 that wait in vain', (desk) => Array.from({ length: 4_097 }, () => desk.buy(1, { limit: 0.5 })).length, /4096 orders are open already/],
    ['a pair with nothing', (desk) => desk.buy(1, { pairWith: 9 }), /names no open order/],
  ])('%s', (_, place, message) => {
    expect(() => play(minutes([1, 1, 1, 1]), ([desk]) => place(desk as never))).toThrow(message);
  });
});
