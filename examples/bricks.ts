// Bricks instead of bars: long while the newest brick goes up, flat while it goes down. What moves less than a brick is not seen at all.
import { Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'bricks',
  params: { instrument: 'BTC-USD', venue: 'demo', interval: '1m', size: 0.25, quantity: 1 },
  build({ instrument, venue, interval, size, quantity }) {
    const price = new StreamInput({ venue, instrument, interval });
    const bricks = price.renko(size);
    return { target: bricks.close.gt(bricks.open).asOf(price).times(quantity) };
  },
});
