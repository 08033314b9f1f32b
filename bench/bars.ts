// Bars for the runs whose answer does not matter: a seeded walk in cents, so that the kernels meet what markets give them.
import type { BarColumns } from '#domain/bar.ts';

const MINUTE_MS = 60_000;
const FIRST_MS = Date.UTC(2024, 0, 1);

/** One-minute bars. The generator is the linear congruence of Numerical Recipes. */
export function walk(rows: number): BarColumns {
  const [t, open, high, low, close, volume] = Array.from({ length: 6 }, () => new Float64Array(rows)) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  let seed = 1;
  let cents = 5_000_000;
  for (let row = 0; row < rows; row++) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    t[row] = FIRST_MS + row * MINUTE_MS;
    open[row] = cents / 100;
    cents = Math.max(100_000, cents + ((seed >>> 8) % 4_001) - 2_000);
    close[row] = cents / 100;
    high[row] = Math.max(open[row]!, close[row]!) + 1;
    low[row] = Math.min(open[row]!, close[row]!) - 1;
    volume[row] = seed & 1_023;
  }
  return [t, open, high, low, close, volume];
}
