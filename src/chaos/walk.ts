// Seeded random walks, in cents, so that prices are decimals as real ones are.
import { seededRandom } from '#clock/random.ts';

export const BAR_MS = 60_000;

/** `[t, open, high, low, close, volume]`, one-minute bars. */
export function walk(rows: number, seed: number, startMs = 1_700_000_000_000): Float64Array[] {
  const random = seededRandom(seed);
  const columns = Array.from({ length: 6 }, () => new Float64Array(rows));
  let cents = 100_00;
  for (let row = 0; row < rows; row++) {
    const open = cents + random.below(11) - 5;
    const close = Math.max(100, open + random.below(121) - 60);
    const high = Math.max(open, close) + random.below(30);
    const low = Math.max(1, Math.min(open, close) - random.below(30));
    for (const [c, value] of [startMs + row * BAR_MS, open / 100, high / 100, low / 100, close / 100, 1 + random.below(1000)].entries()) columns[c]![row] = value;
    cents = close;
  }
  return columns;
}
