// Scores among whoever carries a tag: buys the first instrument when it has fallen more than `score` deviations behind the field, and sells when it is back in it.
import { latch, rocp, Strategy, StreamInput, TagQueryNode } from 'qmtl';

export default new Strategy({
  name: 'standing-out',
  params: { venue: 'demo', interval: '1m', first: 'BTC-USD', others: 'ETH-USD LTC-USD', period: 30, score: 1.2, quantity: 1 },
  build({ venue, interval, first, others, period, score, quantity }) {
    const risen = (instrument: string) => rocp(new StreamInput({ venue, instrument, interval }), { period }).tagged('momentum');
    const own = risen(first);
    const place = new TagQueryNode({ tags: ['momentum'], match: 'all', interval, period: 1 }).zscore(own);
    return {
      target: latch(place.lt(-score).minus(place.gt(0))).times(quantity),
      trade: new StreamInput({ venue, instrument: first, interval }),
      outputs: Object.fromEntries(others.split(' ').map((instrument, k) => [`other${k}`, risen(instrument)])),
    };
  },
});
