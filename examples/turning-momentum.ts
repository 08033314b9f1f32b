// Smoothing: long while the macd is above its signal, unless the rsi says that the price has run too far already.
import { macd, rsi, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'turning-momentum',
  params: { instrument: 'SPX', venue: 'demo', interval: '1d', fast: 12, slow: 26, signal: 9, tooHigh: 75, quantity: 10 },
  build({ instrument, venue, interval, fast, slow, signal, tooHigh, quantity }) {
    const price = new StreamInput({ venue, instrument, interval });
    const turn = macd(price, { fast, slow, signal });
    return { target: turn.macd.gt(turn.signal).and(rsi(price).lt(tooHigh)).times(quantity) };
  },
});
