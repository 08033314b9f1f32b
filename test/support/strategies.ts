// Strategies that tests share.
import { atr, bbands, crossover, ema, latch, Node, rsi, sma, Strategy, StreamInput } from '#sdk/mod.ts';

export const goldenCross = new Strategy({
  name: 'golden-cross',
  params: { venue: 'test', instrument: 'ABC', interval: '1m', fast: 5, slow: 12, quantity: 1 },
  build({ venue, instrument, interval, fast, slow, quantity }) {
    const price = new StreamInput({ venue, instrument, interval });
    const long = latch(crossover(sma(price, { period: fast }), sma(price, { period: slow })));
    return { target: long.times(quantity) };
  },
});

/** Windows, IIR state, several outputs, a compute function and an account: every kind of state there is. */
export const everything = new Strategy({
  name: 'everything',
  params: { venue: 'test', instrument: 'ABC', interval: '1m' },
  build({ venue, instrument, interval }) {
    const price = new StreamInput({ venue, instrument, interval });
    const bands = bbands(price, { period: 9 });
    const range = atr(price, { period: 7 });
    const score = new Node({
      inputs: { close: price.close, low: bands.lower },
      period: 4,
      params: { weight: 0.5 },
      compute: ({ close, low }, { weight }) => {
        let sum = 0;
        for (let k = 0; k < close.length; k++) sum += (close[k]! - low[k]!) * weight;
        return sum;
      },
    });
    const long = rsi(price, { period: 6 }).lt(55).and(score.gt(0));
    return { target: long.times(3), outputs: { range, trend: ema(price, { period: 5 }) } };
  },
});
