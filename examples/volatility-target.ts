// Holds as much of the market as makes the account move by a tenth a year: less when it is wild, more when it is calm, at most once the account's worth.
// Moreira and Muir, "Volatility-Managed Portfolios" (2017).
import { account, percentFee, rocp, stddev, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'volatility-target',
  params: { instrument: 'SPX', venue: 'demo', interval: '1d', period: 20, volatility: 0.1, leverage: 1, band: 0.1, barsPerYear: 252 },
  build({ instrument, venue, interval, period, volatility, leverage, band, barsPerYear }) {
    const price = new StreamInput({ venue, instrument, interval });
    const deviation = stddev(rocp(price, { period: 1 }), { period }).times(Math.sqrt(barsPerYear));
    return {
      account: account(price, { cash: 100_000, fee: percentFee(2), values: { deviation }, params: { volatility, leverage, band } }, ({ bar, values, params, equity, position, moveTo }) => {
        if (!(values.deviation > 0)) return;
        const share = Math.min(params.volatility / values.deviation, params.leverage);
        const wanted = Math.floor((share * equity) / bar.close);
        // Small changes are not worth their fee.
        if (Math.abs(wanted - position) > params.band * Math.max(wanted, position)) moveTo(wanted);
      }),
    };
  },
});
