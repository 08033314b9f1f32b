// Averages that take a share of the distance to each value, another share on every row.
import { number, setNumber } from './parts';
import { canonical, finite } from '../value';

/**
 * Averages of a tile of rows. Number `k` of the state holds the average before, NaN at first: then it is the value before the first row that has a
 * share, `x` being a trail.
 */
export function adaptiveRows(state: usize, k: usize, x: usize, share: usize, out: usize, bytes: usize): void {
  let average = number(state, k);
  for (let at: usize = 0; at < bytes; at += 8) {
    const part = load<f64>(share + at);
    if (finite(part)) {
      if (!finite(average)) average = load<f64>(x + at - 8);
      average += (load<f64>(x + at) - average) * part;
    }
    store<f64>(out + at, canonical(average));
  }
  setNumber(state, k, average);
}
