// Trades two prices that move together against each other: when their log ratio is two deviations off its mean, short the dear one and long the cheap one
// for the same money, until it is back. Gatev, Goetzmann and Rouwenhorst, "Pairs Trading" (2006).
import { account, Node, percentFee, Strategy, StreamInput, zscore } from 'qmtl';

export default new Strategy({
  name: 'pairs',
  params: { first: 'ALPHA', second: 'BETA', venue: 'demo', interval: '1d', period: 60, enter: 2, money: 40_000 },
  build({ first, second, venue, interval, period, enter, money }) {
    const one = new StreamInput({ venue, instrument: first, interval });
    const two = new StreamInput({ venue, instrument: second, interval });
    const ratio = new Node({ inputs: { a: one.close, b: two.close }, period: 1, compute: ({ a, b }) => Math.log(a[0]! / b[0]!) }).named('log ratio');
    const traded = { a: { price: one, lot: 1 }, b: { price: two, lot: 1 } };
    return {
      account: account(traded, { cash: 100_000, fee: percentFee(1), borrowBps: 50, values: { z: zscore(ratio, { period }) }, params: { enter, money } }, ({ a, b, values: { z }, params }) => {
        const side = Math.sign(a.position);
        // Positions are opened once and then left alone: rebalancing a pair costs more than it brings.
        if (side === 0 && Math.abs(z) > params.enter) {
          a.moveTo((-Math.sign(z) * params.money) / a.bar.close);
          b.moveTo((Math.sign(z) * params.money) / b.bar.close);
        } else if (side !== 0 && side * z > 0) {
          a.moveTo(0);
          b.moveTo(0);
        }
      }),
    };
  },
});
