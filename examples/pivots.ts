// Tumbling windows: the floor traders' pivot of the day that is over, and the first levels above and below it. Long above the one, out below the other.
import { latch, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'pivots',
  params: { instrument: 'BTC-USD', venue: 'demo', interval: '1m', width: '1d', quantity: 1 },
  build({ instrument, venue, interval, width, quantity }) {
    const price = new StreamInput({ venue, instrument, interval });
    const high = price.high.window({ width }).max;
    const low = price.low.window({ width }).min;
    const close = price.close.window({ width }).last;
    const pivot = high.plus(low).plus(close).over(3);
    const [above, below] = [pivot.times(2).minus(low).asOf(price), pivot.times(2).minus(high).asOf(price)];
    return { target: latch(price.gt(above).minus(price.lt(below))).times(quantity), outputs: { pivot } };
  },
});
