// Buys when the price leaves the range of the last hours upwards, sells when it leaves it downwards. The range slides by the hour.
import { latch, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'window-breakout',
  params: { instrument: 'BTC-USD', venue: 'demo', interval: '1m', width: '4h', every: '1h', quantity: 1 },
  build({ instrument, venue, interval, width, every, quantity }) {
    const price = new StreamInput({ venue, instrument, interval });
    const high = price.high.window({ width, every }).max.asOf(price);
    const low = price.low.window({ width, every }).min.asOf(price);
    return { target: latch(price.gt(high).minus(price.lt(low))).times(quantity) };
  },
});
