// Holds the first instrument while nothing that is tagged as momentum has risen more, whoever declares it.
import { rocp, Strategy, StreamInput, TagQueryNode } from 'qmtl';

export default new Strategy({
  name: 'leader',
  params: { venue: 'demo', interval: '1m', first: 'BTC-USD', others: 'ETH-USD LTC-USD', period: 30, quantity: 1 },
  build({ venue, interval, first, others, period, quantity }) {
    const risen = (instrument: string) => rocp(new StreamInput({ venue, instrument, interval }), { period }).tagged('momentum');
    const own = risen(first);
    const field = new TagQueryNode({ tags: ['momentum'], match: 'any', interval, period: 1 });
    return {
      target: field.rank(own).eq(field.count).times(quantity),
      trade: new StreamInput({ venue, instrument: first, interval }),
      outputs: Object.fromEntries(others.split(' ').map((instrument, k) => [`other${k}`, risen(instrument)])),
    };
  },
});
