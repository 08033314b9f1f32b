// Windows: buys when the close falls two standard deviations below the mean of its window, and sells at the mean.
import { latch, Strategy, StreamInput, zscore } from 'qmtl';

export default new Strategy({
  name: 'snap-back',
  params: { instrument: 'SPX', venue: 'demo', interval: '1d', period: 20, enter: 2, quantity: 10 },
  build({ instrument, venue, interval, period, enter, quantity }) {
    const price = new StreamInput({ venue, instrument, interval });
    const score = zscore(price, { period });
    return { target: latch(score.lt(-enter).minus(score.gt(0))).times(quantity) };
  },
});
