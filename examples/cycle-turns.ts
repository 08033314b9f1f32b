// Cycles: long while the price swings and the swing is on its way up, after Ehlers' sine wave; out while the price follows a trend.
import { htsine, httrendmode, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'cycle-turns',
  params: { instrument: 'SPX', venue: 'demo', interval: '1d', quantity: 10 },
  build({ instrument, venue, interval, quantity }) {
    const price = new StreamInput({ venue, instrument, interval });
    const { sine, leadsine } = htsine(price);
    return { target: leadsine.gt(sine).and(httrendmode(price).eq(0)).times(quantity) };
  },
});
