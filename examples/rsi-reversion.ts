// Buys short weakness in a long uptrend and sells it into the first strength: the two-day RSI of Connors and Alvarez,
// "Short Term Trading Strategies That Work" (2008), chapter 9.
import { latch, rsi, sma, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'rsi-reversion',
  params: { instrument: 'SPX', venue: 'demo', interval: '1d', period: 2, weak: 10, trend: 200, exit: 5, quantity: 50 },
  build({ instrument, venue, interval, period, weak, trend, exit, quantity }) {
    const price = new StreamInput({ venue, instrument, interval });
    const buys = rsi(price, { period }).lt(weak).and(price.close.gt(sma(price, { period: trend })));
    const sells = price.close.gt(sma(price, { period: exit }));
    // On a day that says both, they cancel out and the position stays.
    return { target: latch(buys.minus(sells)).times(quantity) };
  },
});
