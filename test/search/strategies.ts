// Strategies whose sweeps take every way a trial can be run: ledger, whole curve, failure.
import { account, crossover, int, latch, Node, sma, Strategy, StreamInput } from '#sdk/mod.ts';

/** Long and short, so that positions are reversed; a quantity that need not be whole. */
export const reversal = new Strategy({
  name: 'reversal',
  params: { fast: 3, slow: 12, quantity: 1 },
  space: { fast: int(2, 6), slow: int(8, 24, 4) },
  build({ fast, slow, quantity }) {
    const price = new StreamInput({ venue: 'test', instrument: 'ABC', interval: '1m' });
    const long = latch(crossover(sma(price, { period: fast }), sma(price, { period: slow })));
    return { target: long.times(2).minus(1).times(quantity) };
  },
});

/** The target stands on two sources, so the account joins them and skips rows that only one has. */
export const pair = new Strategy({
  name: 'pair',
  params: { period: 5 },
  space: { period: int(3, 9, 2) },
  build({ period }) {
    const [a, b] = ['ABC', 'DEF'].map((instrument) => new StreamInput({ venue: 'test', instrument, interval: '1m' })) as [StreamInput, StreamInput];
    return { target: sma(a, { period }).gt(sma(b, { period })).times(3), trade: a };
  },
});

/** A node of the author's own, which has no answer at some rows for some values of `limit`. */
export const fragile = new Strategy({
  name: 'fragile',
  params: { limit: 1e9, period: 4 },
  space: { limit: int(0, 200, 100), period: int(3, 5) },
  build({ limit, period }) {
    const price = new StreamInput({ venue: 'test', instrument: 'ABC', interval: '1m' });
    const guarded = new Node({
      inputs: { close: price.close },
      period: 1,
      params: { limit },
      compute: ({ close }, params) => (params.limit > 0 && close[0]! > params.limit ? (undefined as unknown as number) : close[0]!),
    });
    return { target: guarded.gt(sma(price, { period })) };
  },
});

/** An account that is asked for orders: a limit below the average, and a stop under it. */
export const dips = new Strategy({
  name: 'dips',
  params: { period: 10, depth: 0.002 },
  space: { period: int(8, 12, 2), depth: { values: [0.001, 0.004] } },
  build({ period, depth }) {
    const price = new StreamInput({ venue: 'test', instrument: 'ABC', interval: '1m' });
    return {
      account: account(price, { values: { mean: sma(price, { period }) }, params: { depth }, feeBps: 1 }, ({ position, values, bar, orders, params, buy, sell }) => {
        if (!(values.mean > 0)) return;
        if (position === 0 && orders.length === 0) buy(1, { limit: Math.round(values.mean * (1 - params.depth) * 100) / 100 });
        if (position > 0 && bar.close > values.mean) sell(position);
      }),
    };
  },
});
