// Buys a dip in an uptrend: below the lower Bollinger band while the long average rises over the slow one, and out again in strength.
import { bbands, latch, rsi, sma, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'dip-in-trend',
  params: { instrument: 'SPX', venue: 'demo', interval: '1d', fast: 20, slow: 100, exit: 60, quantity: 10 },
  build({ instrument, venue, interval, fast, slow, exit, quantity }) {
    const price = new StreamInput({ venue, instrument, interval });
    const rising = sma(price, { period: fast }).gt(sma(price, { period: slow }));
    const dip = price.close.lt(bbands(price, { period: 20 }).lower).and(rising);
    const strength = rsi(price, { period: 14 }).gt(exit);
    return { target: latch(dip.minus(strength)).times(quantity) };
  },
});
