// Holds the first of three instruments while it has risen more than the others.
import { rankAcross, rocp, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'relative-strength',
  params: { venue: 'demo', interval: '1m', first: 'BTC-USD', second: 'ETH-USD', third: 'LTC-USD', period: 30, quantity: 1 },
  build({ venue, interval, first, second, third, period, quantity }) {
    const [a, b, c] = [first, second, third].map((instrument) => new StreamInput({ venue, instrument, interval })) as [StreamInput, StreamInput, StreamInput];
    const ranks = rankAcross({ a: rocp(a, { period }), b: rocp(b, { period }), c: rocp(c, { period }) });
    return { target: ranks.a.eq(3).times(quantity), trade: a };
  },
});
