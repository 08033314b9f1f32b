// Money flow volume: volume · ((close − low) − (high − close)) / (high − low), 0 for a row without a range, no value when one of the four is none.
import { first } from '../value';

/** Of whole rows. */
// @ts-ignore: decorator
@inline
export function flowPair(high: v128, low: v128, close: v128, volume: v128): v128 {
  const range = f64x2.sub(high, low);
  const place = f64x2.div(f64x2.sub(f64x2.sub(close, low), f64x2.sub(high, close)), range);
  return f64x2.mul(v128.andnot(place, f64x2.eq(range, f64x2.splat(0))), volume);
}

/** Of a tile of rows. */
export function flowRows(high: usize, low: usize, close: usize, volume: usize, out: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 16) {
    const closes = v128.load(close + k);
    const flow = flowPair(v128.load(high + k), v128.load(low + k), closes, v128.load(volume + k));
    v128.store(out + k, f64x2.add(flow, f64x2.sub(closes, closes)));
  }
}

/** Of one row. */
// @ts-ignore: decorator
@inline
export function flowOf(high: f64, low: f64, close: f64, volume: f64): f64 {
  return first(flowPair(f64x2.splat(high), f64x2.splat(low), f64x2.splat(close), f64x2.splat(volume))) + (close - close);
}
