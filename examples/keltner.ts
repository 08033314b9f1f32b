// Rides a breakout: in when the close leaves the Keltner channel above, out when it is back at the middle.
// Keltner, "How to Make Money in Commodities" (1960), with the average true range that Raschke gave his channel.
import { keltner, latch, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'keltner',
  params: { instrument: 'SPX', venue: 'demo', interval: '1d', period: 20, atrPeriod: 10, mult: 1.5, quantity: 50 },
  build({ instrument, venue, interval, period, atrPeriod, mult, quantity }) {
    const price = new StreamInput({ venue, instrument, interval });
    const channel = keltner(price, { period, atrPeriod, mult });
    return { target: latch(price.close.gt(channel.upper).minus(price.close.lt(channel.middle))).times(quantity) };
  },
});
