// The bars of the crossover job, of any length.
import type { BarColumns } from '#domain/bar.ts';
import { generateBars, toPrices } from '../../test/broker/crossover.ts';

const SEED = 42;

export function barsOf(count: number): BarColumns {
  const { t, open, high, low, close, volume } = generateBars(count, SEED);
  return [t, ...[open, high, low, close].map(toPrices), Float64Array.from(volume)];
}
