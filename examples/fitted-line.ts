// Lines through windows: long while the line through the last closes rises and the closes keep to it.
import { linearregslope, r2, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'fitted-line',
  params: { instrument: 'SPX', venue: 'demo', interval: '1d', period: 40, fit: 0.5, quantity: 10 },
  build({ instrument, venue, interval, period, fit, quantity }) {
    const price = new StreamInput({ venue, instrument, interval });
    return { target: linearregslope(price, { period }).gt(0).and(r2(price, { period }).gt(fit)).times(quantity) };
  },
});
