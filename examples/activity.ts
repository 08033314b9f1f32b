// What happens in a market, in fewer rows than it happens in: every operator that selects rows or gathers them.
import { Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'activity',
  params: { instrument: 'BTC-USD', venue: 'demo', interval: '1m' },
  build({ instrument, venue, interval }) {
    const price = new StreamInput({ venue, instrument, interval });
    const change = price.minus(price.lag(1));
    const rising = change.gt(0);
    const byDirection = change.byKey({ key: rising, width: '1h' });
    return {
      outputs: {
        moves: change.filter(change.abs().gt(0.5)), // only rows with a move worth a look
        turns: rising.dedupe(), // only rows where the direction turns
        sample: price.throttle('10m'), // a row in ten minutes
        hundred: price.volume.buffer(100).sum, // what is traded in a hundred bars
        rallies: change.filter(rising).session('3m').count, // bars of rises less than three minutes apart
        whole: price.gaps('skip'), // counts the minutes that are missing
        gained: byDirection.sum, // by the hour, rises and falls apart
        up: price.volume.route(rising, [1])[0]!, // the volume of rises
      },
    };
  },
});
