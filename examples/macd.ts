// Long while the MACD is above its signal line and above zero: momentum that rises in a market that already does.
// Appel, "Technical Analysis: Power Tools for Active Investors" (2005), with his 12, 26 and 9 days.
import { latch, macd, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'macd',
  params: { instrument: 'SPX', venue: 'demo', interval: '1d', fast: 12, slow: 26, signal: 9, quantity: 50 },
  build({ instrument, venue, interval, fast, slow, signal, quantity }) {
    const price = new StreamInput({ venue, instrument, interval });
    const line = macd(price, { fast, slow, signal });
    const buys = line.histogram.gt(0).and(line.macd.gt(0));
    // A latch holds what was said last: out when the line falls below its signal, whatever its level.
    return { target: latch(buys.minus(line.histogram.lt(0))).times(quantity) };
  },
});
