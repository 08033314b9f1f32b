// Statistics of a window: buys when the close is among the lowest tenth of its last closes, and sells when it is above their median.
import { latch, median, quantile, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'lowest-tenth',
  params: { instrument: 'SPX', venue: 'demo', interval: '1d', period: 60, quantity: 10 },
  build({ instrument, venue, interval, period, quantity }) {
    const price = new StreamInput({ venue, instrument, interval });
    const low = price.lt(quantile(price, { period, q: 0.1 }));
    const back = price.gt(median(price, { period }));
    return { target: latch(low.minus(back)).times(quantity) };
  },
});
