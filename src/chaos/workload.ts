// What a drill's cluster computes: instruments with seeded random walks, each with two strategies that hold every kind of state there
// is: windows, recursive averages, several outputs, a compute function, accounts.
import { replay } from '#actors/feed.ts';
import type { Bus } from '#bus/bus.ts';
import { type Slot, slotOf, type Subjects } from '#bus/subjects.ts';
import type { Clock } from '#clock/clock.ts';
import { type BarColumns, type Source, sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { atr, bbands, crossover, ema, latch, Node, rsi, sma, Strategy, StreamInput } from '#sdk/mod.ts';
import { BAR_MS, walk } from './walk.ts';

const ROWS_PER_FRAME = 16;

const trend = new Strategy({
  name: 'drill-trend',
  params: { venue: 'drill', instrument: 'I0', interval: '1m', fast: 5, slow: 12 },
  build({ venue, instrument, interval: width, fast, slow }) {
    const price = new StreamInput({ venue, instrument, interval: width });
    return { target: latch(crossover(sma(price, { period: fast }), sma(price, { period: slow }))).times(1) };
  },
});

const reversal = new Strategy({
  name: 'drill-reversal',
  params: { venue: 'drill', instrument: 'I0', interval: '1m' },
  build({ venue, instrument, interval: width }) {
    const price = new StreamInput({ venue, instrument, interval: width });
    const bands = bbands(price, { period: 9 });
    const score = new Node({
      inputs: { close: price.close, low: bands.lower },
      period: 4,
      params: { weight: 0.5 },
      compute: ({ close, low }, { weight }) => {
        let sum = 0;
        for (let k = 0; k < close.length; k++) sum += (close[k]! - low[k]!) * weight;
        return sum;
      },
    });
    const isLow = rsi(price, { period: 6 }).lt(55).and(score.gt(0));
    return { target: isLow.times(3), outputs: { range: atr(price, { period: 7 }), trend: ema(price, { period: 5 }) } };
  },
});

export interface Instrument {
  readonly source: Source;
  readonly slot: Slot;
  readonly specs: readonly StrategySpec[];
  readonly bars: BarColumns;
}

export function instruments(count: number, rows: number, seed: number, slots: number): Instrument[] {
  return Array.from({ length: count }, (_, k) => {
    const at = { venue: 'drill', instrument: `I${k}`, interval: '1m' };
    const source: Source = { ...at, interval: interval('1m') };
    return { source, slot: slotOf(sourceId(source), slots), specs: [trend.declare(at), reversal.declare(at)], bars: walk(rows, seed + k) };
  });
}

/** Publishes an instrument's bars in step with the clock; resolves when all are in the log. */
export async function feed(ports: { bus: Bus; clock: Clock; subjects: Subjects }, slots: number, { source, bars }: Instrument, rowsPerSecond: number, signal: AbortSignal): Promise<void> {
  await replay(ports, slots, source, bars, { speed: (rowsPerSecond * BAR_MS) / 1_000, rowsPerFrame: ROWS_PER_FRAME }, () => {}, signal);
}
