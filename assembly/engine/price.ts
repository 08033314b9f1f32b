// The one price that stands for a bar.

/** (high + low + close) / 3 */
// @ts-ignore: decorator
@inline
export function typicalPair(high: v128, low: v128, close: v128): v128 {
  return f64x2.div(f64x2.add(f64x2.add(high, low), close), f64x2.splat(3));
}

/** Of one row. */
// @ts-ignore: decorator
@inline
export function typicalOf(high: f64, low: f64, close: f64): f64 {
  return (high + low + close) / 3;
}

/** Of a tile of rows. */
export function typicalRows(high: usize, low: usize, close: usize, out: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, typicalPair(v128.load(high + k), v128.load(low + k), v128.load(close + k)));
}

/** The true range, max(high, close₋₁) − min(low, close₋₁), of a tile of rows. `close` stands in a trail; NaN where no row is before. */
export function trueRangeRows(high: usize, low: usize, close: usize, out: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 16) {
    const before = v128.load(close + k - 8);
    const range = f64x2.sub(f64x2.pmax(v128.load(high + k), before), f64x2.pmin(v128.load(low + k), before));
    v128.store(out + k, f64x2.add(range, f64x2.sub(before, before)));
  }
}
