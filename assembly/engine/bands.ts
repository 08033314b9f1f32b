// A band above and one below a line.
import { canonicalPair } from '../value';

/** `middle` and a `multiple` of `width` above and below it, of a tile of rows. */
export function bandsAround(middle: usize, width: usize, multiple: f64, upper: usize, lower: usize, bytes: usize): void {
  const times = f64x2.splat(multiple);
  for (let k: usize = 0; k < bytes; k += 16) {
    const distance = f64x2.mul(times, v128.load(width + k));
    v128.store(upper + k, canonicalPair(f64x2.add(v128.load(middle + k), distance)));
    v128.store(lower + k, canonicalPair(f64x2.sub(v128.load(middle + k), distance)));
  }
}
