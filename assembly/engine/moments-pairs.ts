// The moments of two blocks of rows at a time: the batch path of moments.ts, to the same bits.
import { setRows } from '../state';
import { SCRATCH, finitePair, loadPair } from '../value';
import { INVERSE, LAST, PERIOD, TABLES, TABLES_AT, nextRecentring, recentres, rooted, tableBytes } from './moments-layout';

/** Two tables of pairs fit the scratch area. */
const PAIRED_PERIOD_MAX: usize = 1_024;
const PAIRED_PERIOD_MIN: usize = 4;

/**
 * Two blocks at once, from the start of a block: lane 0 is a row of the first, lane 1 the same place in the second. The same arithmetic as one
 * row at a time, in the same order, with twice the rows per instruction and no row waiting for the one before it. The tables hold at `row`.
 * Answers the bytes taken, 0 when there are not that many rows, or one of them is a gap.
 */
export function blockPairs<M>(state: usize, x: usize, out: usize, end: usize, row: i64): usize {
  let taken: usize = 0;
  const period = <usize>load<f64>(state, PERIOD);
  const block = period << 3;
  if (period < PAIRED_PERIOD_MIN || period > PAIRED_PERIOD_MAX) return 0;
  for (; x + taken + 2 * block <= end; taken += 2 * block) {
    if (!finiteRows(x + taken, 2 * block)) break;
    const lastBefore = load<f64>(state, LAST);
    pairSuffixes(state, x + taken, x + taken + block, <i32>period);
    pairSpreads<M>(state, x + taken, block, out + taken, lastBefore);
    row += 2 * <i64>period;
    store<i64>(state, row, TABLES_AT);
  }
  setRows(state, row);
  return taken;
}

/** True when an even number of rows has no gap. */
// @ts-ignore: decorator
@inline
function finiteRows(x: usize, bytes: usize): bool {
  let sum = f64x2.splat(0);
  for (let k: usize = 0; k < bytes; k += 16) {
    const values = v128.load(x + k);
    sum = f64x2.add(sum, f64x2.sub(values, values));
  }
  return finitePair(sum);
}

/**
 * Suffixes of both blocks. Scratch gets, as pairs, what each lane's windows need: the table of the block before the first, and that of the first.
 * The state gets the table of the second, which is the block before whatever comes next.
 */
function pairSuffixes(state: usize, firstBlock: usize, secondBlock: usize, period: i32): void {
  const width = tableBytes(state);
  const inverses = state + TABLES;
  const means = inverses + width;
  const last = loadPair(firstBlock + (<usize>(period - 1) << 3), secondBlock + (<usize>(period - 1) << 3));
  const scratchM2 = SCRATCH + (width << 1);
  let centre = last;
  let offset = f64x2.splat(0);
  let sum = f64x2.splat(0);
  let squares = f64x2.splat(0);
  let k = period - 1;
  for (let from = 1; from < period; ) {
    const until = min(period, nextRecentring(from - 1) + 1);
    let mean = f64x2.splat(0);
    let m2 = f64x2.splat(0);
    for (let values = from; values < until; values++, k--) {
      const place = <usize>k << 3;
      const centred = f64x2.sub(loadPair(firstBlock + place, secondBlock + place), centre);
      sum = f64x2.add(sum, centred);
      squares = f64x2.add(squares, f64x2.mul(centred, centred));
      mean = f64x2.mul(sum, v128.load_splat<f64>(inverses + (<usize>values << 3)));
      m2 = f64x2.sub(squares, f64x2.mul(sum, mean));
      const entry = means + place;
      const shifted = f64x2.add(offset, mean);
      v128.store(SCRATCH + (place << 1), v128.shuffle<f64>(v128.load64_zero(entry), shifted, 0, 2));
      v128.store(scratchM2 + (place << 1), v128.shuffle<f64>(v128.load64_zero(entry + width), m2, 0, 2));
      v128.store64_lane(entry, shifted, 1);
      v128.store64_lane(entry + width, m2, 1);
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
  const whole = <usize>period << 4; // a window of the whole present block has no suffix
  v128.store(SCRATCH + whole, f64x2.splat(0));
  v128.store(scratchM2 + whole, f64x2.splat(0));
  store<f64>(state, f64x2.extract_lane(last, 1), LAST);
}

/** Deviations, or variances, of both blocks' rows, from the pairs `pairSuffixes` left in scratch. */
function pairSpreads<M>(state: usize, x: usize, block: usize, out: usize, lastBefore: f64): void {
  const period = <i32>(block >> 3);
  const inverses = state + TABLES;
  const scratchM2 = SCRATCH + (tableBytes(state) << 1);
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  const inverse = f64x2.splat(load<f64>(state, INVERSE));
  const length = f64x2.splat(<f64>period);
  const last = f64x2(lastBefore, load<f64>(x + block - 8));
  let centre = loadPair(x, x + block);
  let sum = zero;
  let squares = zero;
  let count = one;
  let at: usize = 0;
  for (let from = 0; from < period; ) {
    const until = min(period, nextRecentring(from));
    const between = f64x2.sub(centre, last);
    let mean = zero;
    for (let values = from + 1; values <= until; values++, at += 8) {
      const centred = f64x2.sub(loadPair(x + at, x + block + at), centre);
      sum = f64x2.add(sum, centred);
      squares = f64x2.add(squares, f64x2.mul(centred, centred));
      mean = f64x2.mul(sum, v128.load_splat<f64>(inverses + at, 8));
      const pair = at << 1;
      const apart = f64x2.add(between, f64x2.sub(mean, v128.load(SCRATCH + pair, 16)));
      const within = f64x2.add(f64x2.sub(squares, f64x2.mul(sum, mean)), v128.load(scratchM2 + pair, 16));
      const weight = f64x2.mul(f64x2.mul(count, f64x2.sub(length, count)), inverse);
      const m2 = f64x2.add(within, f64x2.mul(f64x2.mul(apart, apart), weight));
      const variance = f64x2.mul(f64x2.pmax(zero, m2), inverse);
      const spread = rooted<M>() ? f64x2.sqrt(variance) : variance;
      v128.store64_lane(out + at, spread, 0);
      v128.store64_lane(out + block + at, spread, 1);
      count = f64x2.add(count, one);
    }
    from = until;
    if (recentres(until)) {
      const values = f64x2.splat(<f64>until);
      const moved = f64x2.add(centre, mean);
      const rest = f64x2.add(f64x2.sub(centre, moved), mean);
      squares = f64x2.add(f64x2.sub(squares, f64x2.mul(sum, mean)), f64x2.mul(values, f64x2.mul(rest, rest)));
      sum = f64x2.mul(values, rest);
      centre = moved;
    }
  }
}
