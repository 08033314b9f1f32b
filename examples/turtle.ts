// The Turtles' shorter system: buy a new high of twenty days with a stop order, get out at a new low of ten or two N below the entry, where N is
// the average true range, and size every trade so that a move of one N is one percent of the account. Faith, "The Original Turtle Trading Rules" (2003).
import { account, atr, max, min, percentFee, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'turtle',
  params: { instrument: 'SPX', venue: 'demo', interval: '1d', entry: 20, exit: 10, period: 20, risk: 0.01, stops: 2 },
  build({ instrument, venue, interval, entry, exit, period, risk, stops }) {
    const price = new StreamInput({ venue, instrument, interval });
    const values = { top: max(price.high, { period: entry }), bottom: min(price.low, { period: exit }), n: atr(price, { period }) };
    return {
      account: account(price, { cash: 1_000_000, leverage: 4, fee: percentFee(2), slippageBps: 1, values, params: { risk, stops } }, ({ values: { top, bottom, n }, params, equity, position, orders, buy, replace, cancel }) => {
        if (!(n > 0)) return;
        if (position === 0) {
          // The breakout level and the size are today's: yesterday's order gives way to a new one.
          cancel();
          buy(Math.floor((equity * params.risk) / n), { stop: top, stopLoss: top - params.stops * n });
          return;
        }
        // The exit follows the ten-day low upwards, never back down.
        const stop = orders.find(({ side }) => side === 'sell');
        if (stop && bottom > stop.stop) replace(stop.id, { stop: bottom });
      }),
    };
  },
});
