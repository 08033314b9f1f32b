// Extremes: buys the highest close of 55 bars, and sells the lowest of 20.
import { latch, max, min, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'new-highs',
  params: { instrument: 'SPX', venue: 'demo', interval: '1d', enter: 55, leave: 20, quantity: 10 },
  build({ instrument, venue, interval, enter, leave, quantity }) {
    const { close } = new StreamInput({ venue, instrument, interval });
    const highest = close.gte(max(close, { period: enter }));
    const lowest = close.lte(min(close, { period: leave }));
    return { target: latch(highest.minus(lowest)).times(quantity) };
  },
});
