// Two blocks of rows of two columns at a time: the batch path of comoments.ts, to the same bits.
//
//   scratch: per place 1/k and k·(period − k)/period │ two tables, of two blocks each; an entry is five pairs: means of x and y, xx, yy, xy
import { setRows } from '../state';
import { SCRATCH, blemish, finitePair, held, loadPair, settle } from '../value';
import { ENTRY_BYTES, LAST, PERIOD, TABLE, TABLES_AT, relation } from './comoments-layout';

/** Places and tables fit the scratch area. */
const PAIRED_PERIOD_MAX: usize = 200;
const PAIRED_PERIOD_MIN: usize = 4;
const PAIR_BYTES: usize = 2 * ENTRY_BYTES;

/** From the start of a block; the state's table is that of the block before, and holds at `row`. Answers the bytes taken; ends before two blocks with a gap. */
export function relationPairs<M>(state: usize, x: usize, y: usize, out: usize, most: usize, row: i64): usize {
  const period = <usize>load<f64>(state, PERIOD);
  const block = period << 3;
  if (period < PAIRED_PERIOD_MIN || period > PAIRED_PERIOD_MAX) return 0;
  writePlaces(period);
  let earlier = SCRATCH + ((period + 1) << 4);
  let now = earlier + (period + 1) * PAIR_BYTES;
  for (let k: usize = 1; k <= period; k++) {
    for (let c: usize = 0; c < 5; c++) v128.store(earlier + k * PAIR_BYTES + (c << 4), v128.load_splat<f64>(state + TABLE + k * ENTRY_BYTES + (c << 3)));
  }
  let lastX = load<f64>(state, LAST);
  let lastY = load<f64>(state, LAST + 8);
  let bytes: usize = 0;
  for (; bytes + 2 * block <= most; bytes += 2 * block) {
    if (!restsOfPair(x + bytes, y + bytes, block, now)) break;
    relationsOfPair<M>(x + bytes, y + bytes, out + bytes, block, earlier, now, lastX, lastY);
    lastX = load<f64>(x + bytes + 2 * block - 8);
    lastY = load<f64>(y + bytes + 2 * block - 8);
    const spare = earlier;
    earlier = now;
    now = spare;
  }
  if (bytes == 0) return 0;
  for (let k: usize = 1; k < period; k++) {
    for (let c: usize = 0; c < 5; c++) store<f64>(state + TABLE + k * ENTRY_BYTES + (c << 3), load<f64>(earlier + k * PAIR_BYTES + (c << 4), 8));
  }
  store<f64>(state, lastX, LAST);
  store<f64>(state, lastY, LAST + 8);
  store<i64>(state, row + <i64>(bytes >> 3), TABLES_AT);
  setRows(state, row + <i64>(bytes >> 3));
  return bytes;
}

function writePlaces(period: usize): void {
  const length = <f64>period;
  for (let k: usize = 1; k <= period; k++) {
    const place = <f64>k;
    store<f64>(SCRATCH + (k << 4), 1.0 / place);
    store<f64>(SCRATCH + (k << 4), place * (length - place) * (1.0 / length), 8);
  }
}

/** For each place of two blocks, the entry of the rows from there to their ends. False when one of their rows is no value. */
function restsOfPair(x: usize, y: usize, block: usize, table: usize): bool {
  const lastX = loadPair(x + block - 8, x + 2 * block - 8);
  const lastY = loadPair(y + block - 8, y + 2 * block - 8);
  const zero = f64x2.splat(0);
  let sumX = zero;
  let sumY = zero;
  let xx = zero;
  let yy = zero;
  let xy = zero;
  let place = SCRATCH + 16;
  let entry = table + (block >> 3) * PAIR_BYTES;
  for (let c: usize = 0; c < PAIR_BYTES; c += 16) v128.store(entry + c, zero); // a window of the whole present block has no rest of one before
  for (let k = block - 8; k > 0; k -= 8, place += 16) {
    const centredX = f64x2.sub(loadPair(x + k, x + block + k), lastX);
    const centredY = f64x2.sub(loadPair(y + k, y + block + k), lastY);
    sumX = f64x2.add(sumX, centredX);
    sumY = f64x2.add(sumY, centredY);
    xx = f64x2.add(xx, f64x2.mul(centredX, centredX));
    yy = f64x2.add(yy, f64x2.mul(centredY, centredY));
    xy = f64x2.add(xy, f64x2.mul(centredX, centredY));
    const inverse = v128.load_splat<f64>(place);
    const meanX = f64x2.mul(sumX, inverse);
    const meanY = f64x2.mul(sumY, inverse);
    entry -= PAIR_BYTES;
    v128.store(entry, meanX);
    v128.store(entry, meanY, 16);
    v128.store(entry, f64x2.sub(xx, f64x2.mul(sumX, meanX)), 32);
    v128.store(entry, f64x2.sub(yy, f64x2.mul(sumY, meanY)), 48);
    v128.store(entry, f64x2.sub(xy, f64x2.mul(sumX, meanY)), 64);
  }
  return finitePair(f64x2.add(f64x2.add(xx, yy), f64x2.sub(loadPair(x, x + block), loadPair(y, y + block))));
}

/** The block before the first is in lane 1 of `earlier`, the first in lane 0 of `now`. */
function relationsOfPair<M>(x: usize, y: usize, out: usize, block: usize, earlier: usize, now: usize, lastX: f64, lastY: f64): void {
  const zero = f64x2.splat(0);
  const one = held(1);
  const centreX = loadPair(x, x + block);
  const centreY = loadPair(y, y + block);
  const betweenX = f64x2.sub(centreX, f64x2(lastX, load<f64>(x + block - 8)));
  const betweenY = f64x2.sub(centreY, f64x2(lastY, load<f64>(y + block - 8)));
  let sumX = zero;
  let sumY = zero;
  let xx = zero;
  let yy = zero;
  let xy = zero;
  let place = SCRATCH;
  let blemishes = zero;
  for (let k: usize = 0; k < block; k += 8) {
    place += 16;
    earlier += PAIR_BYTES;
    now += PAIR_BYTES;
    const centredX = f64x2.sub(loadPair(x + k, x + block + k), centreX);
    const centredY = f64x2.sub(loadPair(y + k, y + block + k), centreY);
    sumX = f64x2.add(sumX, centredX);
    sumY = f64x2.add(sumY, centredY);
    xx = f64x2.add(xx, f64x2.mul(centredX, centredX));
    yy = f64x2.add(yy, f64x2.mul(centredY, centredY));
    xy = f64x2.add(xy, f64x2.mul(centredX, centredY));
    const inverse = v128.load_splat<f64>(place);
    const weight = v128.load_splat<f64>(place, 8);
    const meanX = f64x2.mul(sumX, inverse);
    const meanY = f64x2.mul(sumY, inverse);
    const apartX = f64x2.add(betweenX, f64x2.sub(meanX, rest(earlier, now)));
    const apartY = f64x2.add(betweenY, f64x2.sub(meanY, rest(earlier + 16, now + 16)));
    const weighed = f64x2.mul(apartX, weight);
    const allXX = f64x2.add(f64x2.add(f64x2.sub(xx, f64x2.mul(sumX, meanX)), rest(earlier + 32, now + 32)), f64x2.mul(apartX, weighed));
    const allYY = f64x2.add(f64x2.add(f64x2.sub(yy, f64x2.mul(sumY, meanY)), rest(earlier + 48, now + 48)), f64x2.mul(apartY, f64x2.mul(apartY, weight)));
    const allXY = f64x2.add(f64x2.add(f64x2.sub(xy, f64x2.mul(sumX, meanY)), rest(earlier + 64, now + 64)), f64x2.mul(apartY, weighed));
    const related = f64x2.add(relation<M>(f64x2.pmax(zero, allXX), f64x2.pmax(zero, allYY), allXY, one), zero);
    blemishes = blemish(blemishes, related);
    v128.store64_lane(out + k, related, 0);
    v128.store64_lane(out + block + k, related, 1);
  }
  settle(out, out + 2 * block, blemishes);
}

// @ts-ignore: decorator
@inline
function rest(earlier: usize, now: usize): v128 {
  return v128.shuffle<f64>(v128.load(earlier), v128.load(now), 1, 2);
}
