// Long while the fast average is above the slow one, from the bar on which it crosses.
import { crossover, int, latch, sma, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'golden-cross',
  params: { instrument: 'SPX', venue: 'demo', interval: '1d', fast: 10, slow: 30, quantity: 1 },
  space: { fast: int(5, 14), slow: int(20, 65, 5) }, // what `qmtl sweep` tries
  allows: ({ fast, slow }) => fast < slow,
  build({ instrument, venue, interval, fast, slow, quantity }) {
    const price = new StreamInput({ venue, instrument, interval });
    const long = latch(crossover(sma(price, { period: fast }), sma(price, { period: slow })));
    return { target: long.times(quantity) };
  },
});
