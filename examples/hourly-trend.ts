// Trades minutes in the direction of the hours: long while the price is above the average of the last hours that are over.
import { latch, sma, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'hourly-trend',
  params: { instrument: 'BTC-USD', venue: 'demo', interval: '1m', wide: '1h', hours: 12, quantity: 1 },
  build({ instrument, venue, interval, wide, hours, quantity }) {
    const price = new StreamInput({ venue, instrument, interval });
    const trend = sma(price.resample(wide), { period: hours });
    const above = price.close.minus(trend.asOf(price));
    return { target: latch(above).times(quantity), outputs: { trend } };
  },
});
