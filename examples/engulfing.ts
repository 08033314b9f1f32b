// Candles: buys when the body of a bar reaches over a falling one before it, and sells when one reaches over a rising one.
import { cdlengulfing, latch, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'engulfing',
  params: { instrument: 'SPX', venue: 'demo', interval: '1d', quantity: 10 },
  build({ instrument, venue, interval, quantity }) {
    const price = new StreamInput({ venue, instrument, interval });
    return { target: latch(cdlengulfing(price)).times(quantity) };
  },
});
