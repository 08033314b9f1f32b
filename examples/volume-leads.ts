// Totals: long while the volume of rising days outgrows that of falling ones, that is, while the on-balance volume is above its own average.
import { ema, obv, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'volume-leads',
  params: { instrument: 'SPX', venue: 'demo', interval: '1d', period: 30, quantity: 10 },
  build({ instrument, venue, interval, period, quantity }) {
    const pressure = obv(new StreamInput({ venue, instrument, interval }));
    return { target: pressure.gt(ema(pressure, { period })).times(quantity) };
  },
});
