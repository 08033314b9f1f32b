// A strategy of every row operator, for tests that run whole strategies.
import { sma, Strategy, StreamInput } from '#sdk/mod.ts';

/** Trades minutes by the trend of wider bars, and computes one of everything beside. */
export const mixedIntervals = new Strategy({
  name: 'mixed-intervals',
  params: { venue: 'test', instrument: 'ABC', interval: '1m', wide: '5m' },
  build({ venue, instrument, interval, wide }) {
    const price = new StreamInput({ venue, instrument, interval });
    const bars = price.resample(wide);
    const trend = sma(bars, { period: 3 }).asOf(price);
    const up = price.gt(price.open);
    const keyed = price.byKey({ key: up, width: wide, late: 'side-output', time: price.volume.times(20_000), delay: '2m' });
    return {
      target: price.gt(trend).times(2),
      outputs: {
        trend,
        hour: price.resample('1h').volume,
        bricks: price.renko(0.5),
        tumbling: price.window({ width: '10m' }).mean,
        sliding: price.window({ width: '15m', every: '5m' }).max,
        session: price.filter(up).session('3m').count,
        changes: up.dedupe(),
        buffered: price.minus(price.lag(2)).buffer(5).mean,
        rare: price.throttle('7m'),
        filled: price.filter(up).gaps('interpolate'),
        byKey: keyed.sum,
        late: keyed.late.value,
        falling: price.route(up, [0, 1])[0]!,
      },
    };
  },
});
