// State machines: always in the market, on the side of the supertrend, and turns when a close passes the stop.
import { Strategy, StreamInput, supertrend } from 'qmtl';

export default new Strategy({
  name: 'stop-and-turn',
  params: { instrument: 'SPX', venue: 'demo', interval: '1d', period: 10, mult: 3, quantity: 10 },
  build({ instrument, venue, interval, period, mult, quantity }) {
    const bars = new StreamInput({ venue, instrument, interval });
    return { target: supertrend(bars, { period, mult }).direction.times(quantity) };
  },
});
