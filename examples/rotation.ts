// Holds the strongest few of many: every fourth Monday the two with the highest return of six months, in equal parts, and none that fell.
// Jegadeesh and Titman, "Returns to Buying Winners" (1993); Antonacci, "Dual Momentum Investing" (2014), for standing aside.
import { account, percentFee, rocp, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'rotation',
  params: { universe: 'ALPHA BETA GAMMA DELTA EPSILON ZETA', venue: 'demo', interval: '1d', period: 126, held: 2 },
  build({ universe, venue, interval, period, held }) {
    const names = universe.split(' ');
    const streams = Object.fromEntries(names.map((instrument) => [instrument, new StreamInput({ venue, instrument, interval })]));
    const values = Object.fromEntries(names.map((name) => [name, rocp(streams[name]!, { period })]));
    return {
      account: account(streams, { cash: 100_000, fee: percentFee(5), values, params: { names: names.join(' '), held } }, (view) => {
        const { t, values: returns, params, equity } = view;
        // Days are counted from a Thursday, 1970-01-01, so the fifth and every 28th after it is a Monday.
        const isDue = Math.floor(t / 86_400_000) % 28 === 4;
        const all = params.names.split(' ');
        if (!isDue || all.some((name) => !Number.isFinite(returns[name]))) return;
        const best = all.toSorted((a, b) => returns[b]! - returns[a]!).slice(0, params.held).filter((name) => returns[name]! > 0);
        for (const name of all) view[name]!.moveTo(best.includes(name) ? Math.floor((equity * 0.98) / params.held / view[name]!.bar.close) : 0);
      }),
    };
  },
});
