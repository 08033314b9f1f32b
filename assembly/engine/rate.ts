// The rate of change over a number of rows, in percent.
import { canonicalPair } from '../value';
import { blankEarly } from './early';

/** 100·(x − x₋ₚ) / x₋ₚ of a tile of rows, p being `period`; NaN where there is no earlier value or it is 0. `seen` rows came before the tile. */
export function rateRows(x: usize, period: f64, seen: i64, out: usize, bytes: usize): void {
  const hundred = f64x2.splat(100);
  const back = <usize>period << 3;
  for (let k: usize = 0; k < bytes; k += 16) {
    const before = v128.load(x + k - back);
    v128.store(out + k, canonicalPair(f64x2.div(f64x2.mul(hundred, f64x2.sub(v128.load(x + k), before)), before)));
  }
  blankEarly(out, period, seen, bytes);
}
