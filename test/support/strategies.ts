// Strategies that tests share.
import { account, atr, bbands, crossover, ema, latch, Node, perShareFee, rsi, sma, Strategy, StreamInput, wasmKernel } from '#sdk/mod.ts';

export const goldenCross = new Strategy({
  name: 'golden-cross',
  params: { venue: 'test', instrument: 'ABC', interval: '1m', fast: 5, slow: 12, quantity: 1 },
  build({ venue, instrument, interval, fast, slow, quantity }) {
    const price = new StreamInput({ venue, instrument, interval });
    const long = latch(crossover(sma(price, { period: fast }), sma(price, { period: slow })));
    return { target: long.times(quantity) };
  },
});

/** Windows, IIR state, several outputs, a compute function, a WebAssembly kernel and an account: every kind of state there is. */
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
    const envelope = wasmKernel({ file: new URL('../../examples/kernels/envelope.wasm', import.meta.url), inputs: [bands.upper], params: [0.1] });
    const long = rsi(price, { period: 6 }).lt(55).and(score.gt(0));
    return { target: long.times(3), outputs: { range, trend: ema(price, { period: 5 }), envelope } };
  },
});

/** An account by orders: brackets, trailing stops, changes, parts, and more events in some rows than they have places for. */
export const bracketed = new Strategy({
  name: 'bracketed',
  params: { venue: 'test', instrument: 'ABC', interval: '1m' },
  build({ venue, instrument, interval }) {
    const price = new StreamInput({ venue, instrument, interval });
    return {
      account: account(
        price,
        { cash: 100_000, fee: perShareFee(0.01, { minimum: 1 }), slippageBps: 2, eventsPerRow: 8, values: { fast: sma(price, { period: 5 }), slow: sma(price, { period: 12 }) } },
        ({ bar, values, position, orders, buy, sell, cancel, replace }) => {
          if (position === 0 && values.fast > values.slow) {
            cancel();
            buy(3, { limit: bar.close, takeProfit: bar.close * 1.02, stopLoss: bar.close * 0.98 });
            buy(2, { stop: bar.high, trailingLossPercent: 1 });
          } else if (position > 0 && values.fast < values.slow) {
            cancel();
            sell(position);
          } else {
            for (const order of orders) if (order.type === 'stop' && order.stop < bar.low * 0.99) replace(order.id, { stop: bar.low * 0.99 });
          }
        },
      ),
    };
  },
});
