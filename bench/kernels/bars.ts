// Bars for timing kernels. Their directions, ranges and volumes follow nothing a branch predictor could learn within a run, as on a market.
import { seededRandom } from '#clock/random.ts';
import { BAR_FIELDS, type BarField } from '#domain/bar.ts';

export type Bars = Readonly<Record<BarField, Float64Array>>;

const TICKS = 100;
const SEED = 20_240_101;

/** A walk around 50,000 in cents, or, when `rough`, in full doubles, which are no decimals. */
export function marketBars(rows: number, rough = false): Bars {
  const random = seededRandom(SEED);
  const bars = Object.fromEntries(BAR_FIELDS.map((field) => [field, new Float64Array(rows)])) as Record<BarField, Float64Array>;
  const price = (value: number): number => (rough ? value : Math.round(value * TICKS) / TICKS);
  let last = 50_000;
  for (let row = 0; row < rows; row++) {
    const open = last;
    last = Math.max(1_000, last + (random.next() - 0.5) * 60);
    bars.open[row] = price(open);
    bars.close[row] = price(last);
    bars.high[row] = price(Math.max(open, last) + random.next() * 20);
    bars.low[row] = price(Math.min(open, last) - random.next() * 20);
    bars.volume[row] = random.below(100_000) / TICKS;
  }
  return bars;
}
