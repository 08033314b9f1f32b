// Breaks out of the first half hour: a stop to buy above its high and one to sell below its low, whichever comes first, the other side as stop loss,
// flat at the close. Crabel, "Day Trading with Short Term Price Patterns and Opening Range Breakout" (1990).
import { account, max, min, perShareFee, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'opening-range',
  // The session in minutes of the UTC day: 14:30 to 21:00, New York's in winter.
  params: { instrument: 'MINUTES', venue: 'demo', interval: '1m', opens: 870, closes: 1_260, minutes: 30, quantity: 500 },
  build({ instrument, venue, interval, opens, closes, minutes, quantity }) {
    const price = new StreamInput({ venue, instrument, interval });
    const values = { top: max(price.high, { period: minutes }), bottom: min(price.low, { period: minutes }) };
    return {
      account: account(price, { cash: 100_000, fee: perShareFee(0.005, { minimum: 1 }), values, params: { opens, closes, minutes, quantity } }, ({ t, values: { top, bottom }, params, position, buy, sell, cancel, moveTo }) => {
        const minute = (t / 60_000) % 1_440;
        if (minute === params.opens + params.minutes - 1) {
          // The window of the range ends with this bar, so it holds the first half hour and nothing else.
          const up = buy(params.quantity, { stop: top, stopLoss: bottom });
          sell(params.quantity, { stop: bottom, stopLoss: top, pairWith: up });
        } else if (minute === params.closes - 2) {
          // Orders meet the bars after them: what is said now fills with the session's last.
          cancel();
          if (position !== 0) moveTo(0);
        }
      }),
    };
  },
});
