// The one price that stands for a bar.

/** (high + low + close) / 3, of a tile of rows. */
export function typicalRows(high: usize, low: usize, close: usize, out: usize, bytes: usize): void {
  const three = f64x2.splat(3);
  for (let k: usize = 0; k < bytes; k += 16) {
    v128.store(out + k, f64x2.div(f64x2.add(f64x2.add(v128.load(high + k), v128.load(low + k)), v128.load(close + k)), three));
  }
}

/** The true range, max(high, close₋₁) − min(low, close₋₁), of a tile of rows. `close` stands in a trail; NaN where no row is before. */
export function trueRangeRows(high: usize, low: usize, close: usize, out: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 16) {
    const before = v128.load(close + k - 8);
    const range = f64x2.sub(f64x2.pmax(v128.load(high + k), before), f64x2.pmin(v128.load(low + k), before));
    v128.store(out + k, f64x2.add(range, f64x2.sub(before, before)));
  }
}
