// What part of a whole something is, in percent. Divided first and multiplied then, so that the whole of it is exactly 100.
import { canonicalPair } from '../value';

/** 100 · portion / whole of a tile of rows, 0 for a whole of 0. A portion that rounding carried past the whole, either way, counts as all of it. */
export function shareRows(portion: usize, whole: usize, out: usize, bytes: usize): void {
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  const hundred = f64x2.splat(100);
  for (let k: usize = 0; k < bytes; k += 16) {
    const all = v128.load(whole + k);
    const ratio = v128.andnot(f64x2.div(v128.load(portion + k), all), f64x2.eq(all, zero));
    v128.store(out + k, canonicalPair(f64x2.mul(hundred, f64x2.pmax(f64x2.pmin(ratio, one), f64x2.neg(one)))));
  }
}
