// Oscillators: buys when Coppock's curve turns up below zero, and sells when it turns down above it.
import { coppock, latch, mom, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'coppock-turn',
  params: { instrument: 'SPX', venue: 'demo', interval: '1d', quantity: 10 },
  build({ instrument, venue, interval, quantity }) {
    const curve = coppock(new StreamInput({ venue, instrument, interval }));
    const change = mom(curve, { period: 1 });
    const up = change.gt(0).and(curve.lt(0));
    const down = change.lt(0).and(curve.gt(0));
    return { target: latch(up.minus(down)).times(quantity) };
  },
});
