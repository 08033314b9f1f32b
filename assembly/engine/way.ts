// The way a value took over a window, and how far it came by it.
import { canonicalPair } from '../value';
import { moveRows } from './changes';
import { looseMeans } from './loose-mean';
import { part } from './parts';
import { trailRoom } from './trail';

/** Mean move of the window that ends at each row, at `out`; `k` is the part of the mean, the next one its trail. `seen` rows came before these. */
export function meanMoves(state: usize, k: i32, x: usize, seen: i64, out: usize, bytes: usize): void {
  const moves = trailRoom(part(state, k + 1), bytes);
  moveRows(x, seen, moves, bytes);
  looseMeans(part(state, k), moves, out, bytes);
}

/** How far two rows came by the way they took, 0 … 1; 0 where there was no way. */
// @ts-ignore: decorator
@inline
export function overWay(far: v128, way: v128): v128 {
  const ratio = v128.andnot(f64x2.div(far, way), f64x2.eq(way, f64x2.splat(0)));
  return canonicalPair(f64x2.pmin(ratio, f64x2.splat(1)));
}
