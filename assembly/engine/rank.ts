// How many of the values before a row are no greater than its own.
import { canonicalPair } from '../value';

/** Percent of the `period` values before each row of a tile that are at most the row's; NaN where the row or one of them is a gap. */
export function rankRows(x: usize, period: f64, out: usize, bytes: usize): void {
  const one = f64x2.splat(1);
  const hundred = f64x2.splat(100);
  const length = f64x2.splat(period);
  const window = <usize>period << 3;
  for (let k: usize = 0; k < bytes; k += 16) {
    const value = v128.load(x + k);
    let count = f64x2.sub(value, value);
    for (let back: usize = 8; back <= window; back += 8) {
      const before = v128.load(x + k - back);
      count = f64x2.add(count, f64x2.add(v128.and(f64x2.le(before, value), one), f64x2.sub(before, before)));
    }
    v128.store(out + k, canonicalPair(f64x2.div(f64x2.mul(hundred, count), length)));
  }
}
