// Rows that do not come: a minute without a trade has no bar. What is made of it is said where it matters, and all of them are counted.
import { sma, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'missing-minutes',
  params: { instrument: 'BTC-USD', venue: 'demo', interval: '1m', period: 5 },
  build({ instrument, venue, interval, period }) {
    const price = new StreamInput({ venue, instrument, interval });
    return {
      outputs: {
        traded: sma(price.gaps('skip'), { period }), // of the last five minutes with a trade
        clock: sma(price.gaps('interpolate'), { period }), // of the last five minutes, to look back on: a gap is filled once it has ended
        strict: sma(price.gaps('fail'), { period }), // stands still at the first gap
      },
    };
  },
});
