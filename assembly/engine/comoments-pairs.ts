// Two blocks of rows of two columns at a time: the batch path of comoments.ts, to the same bits.
//
//   scratch: two tables, of two blocks each; an entry is five pairs: sums of x and y, xx, yy, xy from a place to the end of its block
import { setRows } from '../state';
import { SCRATCH, blemish, finitePair, held, loadPair, settle } from '../value';
import { CENTRE, ENTRY_BYTES, PERIOD, TABLE, TABLES_AT, relation } from './comoments-layout';

/** Two tables fit the scratch area. */
const PAIRED_PERIOD_MAX: usize = 200;
const PAIRED_PERIOD_MIN: usize = 4;
const PAIR_BYTES: usize = 2 * ENTRY_BYTES;

/** From the start of a block; the state's table is that of the block before, and holds at `row`. Answers the bytes taken; ends before two blocks with a gap. */
export function relationPairs<M>(state: usize, x: usize, y: usize, out: usize, most: usize, row: i64): usize {
  const period = <usize>load<f64>(state, PERIOD);
  const block = period << 3;
  if (period < PAIRED_PERIOD_MIN || period > PAIRED_PERIOD_MAX) return 0;
  let earlier = SCRATCH;
  let now = SCRATCH + period * PAIR_BYTES;
  for (let k = ENTRY_BYTES; k < period * ENTRY_BYTES; k += 8) store<f64>(earlier + (k << 1), load<f64>(state + TABLE + k), 8);
  let centreX = load<f64>(state, CENTRE);
  let centreY = load<f64>(state, CENTRE + 8);
  let bytes: usize = 0;
  for (; bytes + 2 * block <= most; bytes += 2 * block) {
    if (!restsOfPair(x + bytes, y + bytes, block, now)) break;
    relationsOfPair<M>(x + bytes, y + bytes, out + bytes, block, earlier, now, centreX, centreY);
    centreX = load<f64>(x + bytes + 2 * block - 8);
    centreY = load<f64>(y + bytes + 2 * block - 8);
    const spare = earlier;
    earlier = now;
    now = spare;
  }
  if (bytes == 0) return 0;
  for (let k: usize = 0; k < period * ENTRY_BYTES; k += 8) store<f64>(state + TABLE + k, load<f64>(earlier + (k << 1), 8));
  store<f64>(state, centreX, CENTRE);
  store<f64>(state, centreY, CENTRE + 8);
  store<i64>(state, row + <i64>(bytes >> 3), TABLES_AT);
  setRows(state, row + <i64>(bytes >> 3));
  return bytes;
}

/** For each place of two blocks, the sums of the rows from there to their ends. False when one of their rows is no value. */
function restsOfPair(x: usize, y: usize, block: usize, table: usize): bool {
  const centreX = loadPair(x + block - 8, x + 2 * block - 8);
  const centreY = loadPair(y + block - 8, y + 2 * block - 8);
  let sumX = f64x2.splat(0);
  let sumY = sumX;
  let xx = sumX;
  let yy = sumX;
  let xy = sumX;
  let entry = table + (block >> 3) * PAIR_BYTES;
  for (let k = block; k > 0; k -= 8) {
    const awayX = f64x2.sub(loadPair(x + k - 8, x + block + k - 8), centreX);
    const awayY = f64x2.sub(loadPair(y + k - 8, y + block + k - 8), centreY);
    sumX = f64x2.add(sumX, awayX);
    sumY = f64x2.add(sumY, awayY);
    xx = f64x2.add(xx, f64x2.mul(awayX, awayX));
    yy = f64x2.add(yy, f64x2.mul(awayY, awayY));
    xy = f64x2.add(xy, f64x2.mul(awayX, awayY));
    entry -= PAIR_BYTES;
    v128.store(entry, sumX);
    v128.store(entry, sumY, 16);
    v128.store(entry, xx, 32);
    v128.store(entry, yy, 48);
    v128.store(entry, xy, 64);
  }
  return finitePair(f64x2.add(xx, yy));
}

/** The block before the first is in lane 1 of `earlier`, the first in lane 0 of `now`; the centres are the last values of those blocks. */
function relationsOfPair<M>(x: usize, y: usize, out: usize, block: usize, earlier: usize, now: usize, lastX: f64, lastY: f64): void {
  const zero = f64x2.splat(0);
  const one = held(1);
  const length = f64x2.splat(<f64>(block >> 3));
  const centreX = f64x2(lastX, load<f64>(x + block - 8));
  const centreY = f64x2(lastY, load<f64>(y + block - 8));
  const last = block - 8;
  let sumX = zero;
  let sumY = zero;
  let xx = zero;
  let yy = zero;
  let xy = zero;
  let blemishes = zero;
  let related = zero;
  let before = earlier;
  let present = now;
  for (let k: usize = 0; k < last; k += 8) {
    before += PAIR_BYTES;
    present += PAIR_BYTES;
    const awayX = f64x2.sub(loadPair(x + k, x + block + k), centreX);
    const awayY = f64x2.sub(loadPair(y + k, y + block + k), centreY);
    sumX = f64x2.add(sumX, awayX);
    sumY = f64x2.add(sumY, awayY);
    xx = f64x2.add(xx, f64x2.mul(awayX, awayX));
    yy = f64x2.add(yy, f64x2.mul(awayY, awayY));
    xy = f64x2.add(xy, f64x2.mul(awayX, awayY));
    const allX = f64x2.add(sumX, rest(before, present, 0));
    const allY = f64x2.add(sumY, rest(before, present, 16));
    related = relation<M>(length, allX, allY, f64x2.add(xx, rest(before, present, 32)), f64x2.add(yy, rest(before, present, 48)), f64x2.add(xy, rest(before, present, 64)), one);
    related = f64x2.add(related, zero);
    blemishes = blemish(blemishes, related);
    v128.store64_lane(out + k, related, 0);
    v128.store64_lane(out + block + k, related, 1);
  }
  related = f64x2.add(relation<M>(length, v128.load(now), v128.load(now, 16), v128.load(now, 32), v128.load(now, 48), v128.load(now, 64), one), zero);
  v128.store64_lane(out + last, related, 0);
  v128.store64_lane(out + block + last, related, 1);
  settle(out, out + 2 * block, blemish(blemishes, related));
}

// @ts-ignore: decorator
@inline
function rest(earlier: usize, now: usize, offset: usize): v128 {
  return v128.shuffle<f64>(v128.load(earlier + offset), v128.load(now + offset), 1, 2);
}
