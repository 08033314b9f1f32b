// Prices of a bar and functions of a value: long while the typical price has drifted up by more than chance would, measured in logarithms.
import { ln, sma, stddev, Strategy, StreamInput, typprice } from 'qmtl';

export default new Strategy({
  name: 'drift',
  params: { instrument: 'SPX', venue: 'demo', interval: '1d', period: 100, errors: 1, quantity: 10 },
  build({ instrument, venue, interval, period, errors, quantity }) {
    const height = ln(typprice(new StreamInput({ venue, instrument, interval })));
    const change = height.minus(height.lag(1));
    // The mean of so many changes is off by their deviation over the root of how many.
    const error = stddev(change, { period }).over(Math.sqrt(period));
    return { target: sma(change, { period }).gt(error.times(errors)).times(quantity) };
  },
});
