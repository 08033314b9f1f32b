// The channel between the greatest high and the least low of a window, and where in it a price stands.
import { Greatest, Least, extremeRun } from './extrema';
import { part } from './parts';
import { blemish, held, settle } from '../value';

/** Greatest of `high` and least of `low`, of a tile of rows; parts `k` and `k + 1` are the extremes. */
// @ts-ignore: decorator
@inline
export function channelRows(state: usize, k: usize, high: usize, low: usize, top: usize, bottom: usize, bytes: usize): void {
  extremeRun<Greatest>(part(state, k), high, top, <i32>(bytes >> 3));
  extremeRun<Least>(part(state, k + 1), low, bottom, <i32>(bytes >> 3));
}

/** 100 · (price − bottom) / (top − bottom), 0 where the channel has no width. `out` may be any of the others. */
export function placeRows(price: usize, top: usize, bottom: usize, out: usize, bytes: usize): void {
  const zero = f64x2.splat(0);
  const hundred = held(100);
  let blemishes = zero;
  for (let k: usize = 0; k < bytes; k += 16) {
    const least = v128.load(bottom + k);
    const value = v128.load(price + k);
    const width = f64x2.sub(v128.load(top + k), least);
    const ratio = f64x2.mul(hundred, f64x2.div(f64x2.sub(value, least), width));
    // A price that is no value stays none, flat or not.
    const place = f64x2.add(v128.andnot(ratio, f64x2.eq(width, zero)), f64x2.sub(value, value));
    v128.store(out + k, place);
    blemishes = blemish(blemishes, place);
  }
  settle(out, out + bytes, blemishes);
}

/** (top + bottom) / 2 */
export function middleRows(top: usize, bottom: usize, out: usize, bytes: usize): void {
  const half = held(0.5);
  let blemishes = f64x2.splat(0);
  for (let k: usize = 0; k < bytes; k += 16) {
    const middle = f64x2.mul(half, f64x2.add(v128.load(top + k), v128.load(bottom + k)));
    v128.store(out + k, middle);
    blemishes = blemish(blemishes, middle);
  }
  settle(out, out + bytes, blemishes);
}
