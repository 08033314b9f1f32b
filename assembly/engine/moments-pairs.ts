// The moments of two blocks of rows at a time: the batch path of moments.ts, to the same bits.
//
//   scratch: weights k·(period − k)/period │ two tables, of two blocks each; an entry is a pair of means and a pair of M2
import { setRows } from '../state';
import { SCRATCH, finitePair, loadPair } from '../value';
import { INVERSE, LAST, PERIOD, TABLES, TABLES_AT, nextRecentring, recentres, rooted, tableBytes } from './moments-layout';

/** Weights and tables fit the scratch area. */
const PAIRED_PERIOD_MAX: usize = 480;
const PAIRED_PERIOD_MIN: usize = 4;

/**
 * Two blocks at once, from the start of a block: lane 0 is a row of the first, lane 1 the same place in the second. The same arithmetic as one
 * row at a time, in the same order, with twice the rows per instruction and no row waiting for the one before it. The state's table is that of
 * the block before. Answers the bytes taken, 0 when there are not that many rows, or one of them is a gap.
 */
export function blockPairs<M>(state: usize, x: usize, out: usize, end: usize, row: i64): usize {
  const period = <usize>load<f64>(state, PERIOD);
  const block = period << 3;
  if (period < PAIRED_PERIOD_MIN || period > PAIRED_PERIOD_MAX || x + 2 * block > end) return 0;
  let earlier = weighPlaces(period, load<f64>(state, INVERSE));
  let now = earlier + (block << 2) + 32;
  const width = tableBytes(state);
  const means = state + TABLES + width;
  for (let k: usize = 8; k <= block; k += 8) {
    v128.store(earlier + (k << 2), v128.load_splat<f64>(means + k));
    v128.store(earlier + (k << 2), v128.load_splat<f64>(means + width + k), 16);
  }
  let lastBefore = load<f64>(state, LAST);
  let taken: usize = 0;
  for (; x + taken + 2 * block <= end; taken += 2 * block) {
    if (!suffixesOfPair(state, x + taken, block, now)) break;
    spreadsOfPair<M>(state, x + taken, out + taken, block, earlier, now, lastBefore);
    lastBefore = load<f64>(x + taken + 2 * block - 8);
    const spare = earlier;
    earlier = now;
    now = spare;
  }
  if (taken == 0) return 0;
  for (let k: usize = 8; k < block; k += 8) {
    store<f64>(means + k, load<f64>(earlier + (k << 2), 8));
    store<f64>(means + width + k, load<f64>(earlier + (k << 2), 24));
  }
  store<f64>(state, lastBefore, LAST);
  row += <i64>(taken >> 3);
  store<i64>(state, row, TABLES_AT);
  setRows(state, row);
  return taken;
}

/** Writes the weights of the places 1 … period of a block; answers where the tables go. */
function weighPlaces(period: usize, inverse: f64): usize {
  const length = <f64>period;
  for (let k: usize = 1; k <= period; k++) {
    const place = <f64>k;
    store<f64>(SCRATCH + (k << 3), place * (length - place) * inverse);
  }
  return SCRATCH + ((period + 2) << 3 & ~15);
}

/** For each place of two blocks, mean and M2 of the rows from there to their ends. False when one of their rows is no value. */
function suffixesOfPair(state: usize, x: usize, block: usize, table: usize): bool {
  const period = <i32>(block >> 3);
  const inverses = state + TABLES;
  const last = loadPair(x + block - 8, x + 2 * block - 8);
  let centre = last;
  let offset = f64x2.splat(0);
  let sum = f64x2.splat(0);
  let squares = f64x2.splat(0);
  let place = block - 8;
  for (let from = 1; from < period; ) {
    const until = min(period, nextRecentring(from - 1) + 1);
    let mean = f64x2.splat(0);
    let m2 = f64x2.splat(0);
    for (let values = from; values < until; values++, place -= 8) {
      const centred = f64x2.sub(loadPair(x + place, x + block + place), centre);
      sum = f64x2.add(sum, centred);
      squares = f64x2.add(squares, f64x2.mul(centred, centred));
      mean = f64x2.mul(sum, v128.load_splat<f64>(inverses + (<usize>values << 3)));
      m2 = f64x2.sub(squares, f64x2.mul(sum, mean));
      v128.store(table + (place << 2), f64x2.add(offset, mean));
      v128.store(table + (place << 2), m2, 16);
    }
    from = until;
    if (recentres(until - 1)) {
      const count = f64x2.splat(<f64>(until - 1));
      const moved = f64x2.add(centre, mean);
      const rest = f64x2.add(f64x2.sub(centre, moved), mean);
      centre = moved;
      offset = f64x2.sub(moved, last);
      sum = f64x2.mul(count, rest);
      squares = f64x2.add(m2, f64x2.mul(count, f64x2.mul(rest, rest)));
    }
  }
  v128.store(table + (block << 2), f64x2.splat(0)); // a window of the whole present block has no suffix
  v128.store(table + (block << 2), f64x2.splat(0), 16);
  return finitePair(f64x2.add(sum, loadPair(x, x + block)));
}

/** Deviations, or variances, of both blocks' rows. The block before the first is in lane 1 of `earlier`, the first in lane 0 of `now`. */
function spreadsOfPair<M>(state: usize, x: usize, out: usize, block: usize, earlier: usize, now: usize, lastBefore: f64): void {
  const period = <i32>(block >> 3);
  const inverses = state + TABLES;
  const zero = f64x2.splat(0);
  const inverse = v128.load_splat<f64>(state, INVERSE);
  const last = f64x2(lastBefore, load<f64>(x + block - 8));
  let centre = loadPair(x, x + block);
  let sum = zero;
  let squares = zero;
  let at: usize = 0;
  for (let from = 0; from < period; ) {
    const until = min(period, nextRecentring(from));
    const between = f64x2.sub(centre, last);
    let mean = zero;
    for (let values = from + 1; values <= until; values++, at += 8) {
      const place = <usize>values << 3;
      const centred = f64x2.sub(loadPair(x + at, x + block + at), centre);
      sum = f64x2.add(sum, centred);
      squares = f64x2.add(squares, f64x2.mul(centred, centred));
      mean = f64x2.mul(sum, v128.load_splat<f64>(inverses + place));
      const entry = place << 2;
      const meanRest = v128.shuffle<f64>(v128.load(earlier + entry), v128.load(now + entry), 1, 2);
      const m2Rest = v128.shuffle<f64>(v128.load(earlier + entry, 16), v128.load(now + entry, 16), 1, 2);
      const apart = f64x2.add(between, f64x2.sub(mean, meanRest));
      const within = f64x2.add(f64x2.sub(squares, f64x2.mul(sum, mean)), m2Rest);
      const m2 = f64x2.add(within, f64x2.mul(f64x2.mul(apart, apart), v128.load_splat<f64>(SCRATCH + place)));
      const variance = f64x2.mul(f64x2.pmax(zero, m2), inverse);
      const spread = rooted<M>() ? f64x2.sqrt(variance) : variance;
      v128.store64_lane(out + at, spread, 0);
      v128.store64_lane(out + block + at, spread, 1);
    }
    from = until;
    if (recentres(until)) {
      const count = f64x2.splat(<f64>until);
      const moved = f64x2.add(centre, mean);
      const rest = f64x2.add(f64x2.sub(centre, moved), mean);
      const m2 = f64x2.sub(squares, f64x2.mul(sum, mean));
      centre = moved;
      sum = f64x2.mul(count, rest);
      squares = f64x2.add(m2, f64x2.mul(count, f64x2.mul(rest, rest)));
    }
  }
}
