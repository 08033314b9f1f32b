// A node of your own: where the close lies in its range of the last bars, from 0 (low) to 1 (high). Long in the upper part.
import { Node, sma, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'range-position',
  params: { instrument: 'SPX', venue: 'demo', interval: '1d', period: 55, enter: 0.8, slow: 100, quantity: 10 },
  build({ instrument, venue, interval, period, enter, slow, quantity }) {
    const price = new StreamInput({ venue, instrument, interval });
    const position = new Node({
      inputs: { close: price.close, high: price.high, low: price.low },
      period,
      // The windows are views into the cache, oldest value first; nothing is copied.
      compute: ({ close, high, low }) => {
        let top = high[0]!;
        let bottom = low[0]!;
        for (let k = 1; k < high.length; k++) {
          top = Math.max(top, high[k]!);
          bottom = Math.min(bottom, low[k]!);
        }
        return top > bottom ? (close[close.length - 1]! - bottom) / (top - bottom) : 0.5;
      },
    }).named('range position');
    return { target: position.gt(enter).and(price.close.gt(sma(price, { period: slow }))).times(quantity) };
  },
});
