// Bars that look like every candle pattern now and then: bodies from none to huge, shadows of all lengths, gaps, and opens and closes close to earlier
// ones. Full doubles, so that no two sizes are equal and every comparison has one answer, however its sums were rounded.
import { seededRandom } from '#clock/random.ts';
import { BAR_FIELDS, type BarField } from '#domain/bar.ts';
import type { Bars } from './series.ts';

const SEED = 7;
const LOWEST = 50;
const HIGHEST = 200;

export function candleBars(rows: number): Bars {
  const random = seededRandom(SEED);
  const bars = Object.fromEntries(BAR_FIELDS.map((field) => [field, new Float64Array(rows)])) as Record<BarField, Float64Array>;
  const one = (...ways: readonly (readonly [share: number, value: () => number])[]): number => {
    let at = random.next();
    for (const [share, value] of ways) if ((at -= share) < 0) return value();
    return 0;
  };
  const close = (to: number) => to + (random.next() - 0.5) * 0.02;
  let price = 100;
  for (let row = 0; row < rows; row++) {
    const last = (field: BarField, back: number) => close(row < back ? price : bars[field][row - back]!);
    const open = one([0.35, () => price], [0.1, () => last('open', 1)], [0.05, () => last('close', 2)], [0.25, () => price + random.next() - 0.5], [0.25, () => price + (random.next() - 0.5) * 5]);
    const size = one([0.25, () => random.next() * 0.1], [0.35, () => random.next()], [0.3, () => 1.5 + random.next() * 2], [0.1, () => 3 + random.next() * 4]);
    price = one([0.05, () => last('close', 1)], [0.05, () => last('close', 2)], [0.05, () => last('low', 1)], [0.43, () => open + size], [0.42, () => open - size]);
    const shadow = () => one([0.45, () => random.next() * 0.05], [0.35, () => random.next() * 0.6], [0.2, () => random.next() * 4]);
    bars.open[row] = open;
    bars.close[row] = price;
    bars.high[row] = Math.max(open, price) + shadow();
    bars.low[row] = Math.min(open, price) - shadow();
    if (price < LOWEST || price > HIGHEST) price = (LOWEST + HIGHEST) / 2;
  }
  return bars;
}
