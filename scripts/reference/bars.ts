// The bars the plots are of: a made-up market with calm and stormy spells, trends and turns, the same on every machine.
import { seededRandom } from '#clock/random.ts';
import { BAR_FIELDS, type BarField } from '#domain/bar.ts';

/** Rows in sight, and rows before them, which warm every kernel up. */
export const PLOTTED = 150;
const WARM = 250;

const SEED = 11;
const TICK = 0.01;

export function plotBars(): Readonly<Record<BarField, Float64Array>> {
  const random = seededRandom(SEED);
  const bars = Object.fromEntries(BAR_FIELDS.map((field) => [field, new Float64Array(WARM + PLOTTED)])) as Record<BarField, Float64Array>;
  const round = (price: number) => Math.round(price / TICK) / Math.round(1 / TICK);
  let price = 100;
  let [drift, storm] = [0, 1];
  for (let row = 0; row < WARM + PLOTTED; row++) {
    if (random.next() < 0.09) drift = (random.next() - 0.5) * 1.5;
    storm = Math.max(0.4, Math.min(2.5, storm + (random.next() - 0.5) * 0.4));
    const open = price + (random.next() - 0.5) * 0.3;
    const close = Math.max(20, open + drift + (random.next() - 0.5) * 3 * storm);
    bars.open[row] = round(open);
    bars.close[row] = round(close);
    bars.high[row] = round(Math.max(open, close) + random.next() * storm);
    bars.low[row] = round(Math.min(open, close) - random.next() * storm);
    bars.volume[row] = Math.round(1_000 + 4_000 * storm * random.next() + 900 * Math.abs(close - open));
    price = close;
  }
  return bars;
}
