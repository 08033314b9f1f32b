// Variances and deviations of many instances, two in an instruction: the arithmetic of engine/moments.ts for one row. All instances stand at the
// same place of their blocks, since they move on together. What comes after a gap is left to the kernel until the next block.
import { CENTRE, INVERSE, LAST, PERIOD, PHASE, SQUARES, SUM, TABLES, TABLES_AT, recentres, rooted } from '../engine/moments-layout';
import { NEVER } from '../state';
import { SCRATCH, finitePair } from '../value';
import { bothAlone } from './alone';
import { BANK_BYTES, STEP, WORDS, bankBytes, bankStep, banks, rowBytes, rowOf, seenBefore, word } from './table';

export const ROWS: usize = 16; // bytes of a state block: the rows so far, and the last of them that was a gap
export const LAST_GAP: usize = 24;

/** stddev and var: the moments are all there is. */
export function spreadsOfRow<M>(at: usize, row: i64): void {
  const end = rowBytes(at);
  const step = bankStep(at);
  const x = rowOf(at, 0, row, 0);
  const out = rowOf(at, 1, row, 0);
  const seen = seenBefore(at, row);
  const first = banks(at) + WORDS;
  const period = <i32>load<f64>(word(first, PERIOD));
  const values = load<i32>(word(first, PHASE)) + 1;
  const inverse = v128.load_splat<f64>(word(first, INVERSE));
  const inverseOfPlace = v128.load_splat<f64>(placeOf(first, values));
  const weight = weightOf(first, values);
  prepareMoments(at, first, row);
  let own = first;
  for (let from: usize = 0; from < end; from += BANK_BYTES, own += step) {
    const bytes = bankBytes(end, from);
    for (let k: usize = 0; k < bytes; k += 16) {
      const newest = v128.load(x + from + k);
      if (runsPair(own + k, word(own + k, LAST_GAP), period, values, seen, newest)) {
        v128.store(out + from + k, spreadOfPair<M>(own + k, period, values, seen, inverse, inverseOfPlace, weight, newest, from + k));
      } else bothAlone(at, from + k, row);
    }
  }
}

/** The word of 1/k of a place. */
// @ts-ignore: decorator
@inline
export function placeOf(own: usize, values: i32): usize {
  return word(own, TABLES) + <usize>values * STEP;
}

/** k·(period − k)/period of a place. */
// @ts-ignore: decorator
@inline
export function weightOf(own: usize, values: i32): v128 {
  return f64x2.splat(<f64>values * (load<f64>(word(own, PERIOD)) - <f64>values) * load<f64>(word(own, INVERSE)));
}

/** Writes down where the rows of the block before stand, when a block begins: value `v` from its end at SCRATCH + 4·v. `own` is where the moments begin. */
export function prepareMoments(at: usize, own: usize, row: i64): void {
  const period = <i32>load<f64>(word(own, PERIOD));
  const seen = seenBefore(at, row);
  if (seen % <i64>period != 0 || seen < <i64>period || period > MANY_PERIOD_MAX) return;
  for (let values = 1; values <= period; values++) store<u32>(SCRATCH + (<usize>values << 2), <u32>rowOf(at, 0, row, <i64>values));
}

/** The pointers of a block fit the scratch area, below those of mean.ts. */
const MANY_PERIOD_MAX: i32 = 4_000;

/** True when the windows of two instances, whose moments begin at `own` and whose last gaps are at `lastGaps`, have no gap and their tables hold, or a block begins and they are made anew. */
// @ts-ignore: decorator
@inline
export function runsPair(own: usize, lastGaps: usize, period: i32, values: i32, seen: i64, x: v128): bool {
  if (seen < <i64>period || period > MANY_PERIOD_MAX || !finitePair(x)) return false;
  const rows = i64x2.splat(seen);
  const isClear = i64x2.gt_s(i64x2.sub(rows, v128.load(lastGaps)), i64x2.splat(<i64>period - 1));
  const isHeld = i64x2.eq(v128.load(word(own, TABLES_AT)), rows);
  return i64x2.bitmask(values == 1 ? isClear : v128.and(isClear, isHeld)) == 3;
}

/**
 * The deviations, or variances, of two instances whose moments begin at `own` and for which `runsPair` is true; `k` is their byte in a row.
 * `values` is the place, with its inverse and weight.
 */
// @ts-ignore: decorator
@inline
export function spreadOfPair<M>(own: usize, period: i32, values: i32, seen: i64, inverse: v128, inverseOfPlace: v128, weight: v128, x: v128, k: usize): v128 {
  if (values == 1) beginBlock(own, x, period, k);
  const sumAt = word(own, SUM);
  const centre = v128.load(word(own, CENTRE));
  const centred = f64x2.sub(x, centre);
  const sum = f64x2.add(v128.load(sumAt), centred);
  const squares = f64x2.add(v128.load(sumAt + STEP), f64x2.mul(centred, centred));
  const mean = f64x2.mul(sum, inverseOfPlace);
  const entry = placeOf(own, period + 1 + values);
  const apart = f64x2.add(f64x2.sub(centre, v128.load(word(own, LAST))), f64x2.sub(mean, v128.load(entry)));
  const prefix = f64x2.sub(squares, f64x2.mul(sum, mean));
  const m2 = f64x2.add(f64x2.add(prefix, v128.load(entry + <usize>(period + 1) * STEP)), f64x2.mul(f64x2.mul(apart, apart), weight));
  if (recentres(values)) {
    const count = f64x2.splat(<f64>values);
    const moved = f64x2.add(centre, mean);
    const rest = f64x2.add(f64x2.sub(centre, moved), mean);
    v128.store(word(own, CENTRE), moved);
    v128.store(sumAt, f64x2.mul(count, rest));
    v128.store(sumAt + STEP, f64x2.add(prefix, f64x2.mul(count, f64x2.mul(rest, rest))));
  } else {
    v128.store(sumAt, sum);
    v128.store(sumAt + STEP, squares);
  }
  v128.store(word(own, TABLES_AT), i64x2.splat(values == period ? NEVER : seen + 1));
  v128.store(word(own, ROWS), i64x2.splat(seen + 1));
  v128.store(word(own, PHASE), i64x2.splat(values == period ? 0 : <i64>values));
  const variance = f64x2.mul(f64x2.pmax(f64x2.splat(0), m2), inverse);
  return rooted<M>() ? f64x2.sqrt(variance) : variance;
}

/** The sums of the block that begins with `x`, and the table of the block before it. */
function beginBlock(own: usize, x: v128, period: i32, k: usize): void {
  v128.store(word(own, CENTRE), x);
  v128.store(word(own, SUM), f64x2.splat(0));
  v128.store(word(own, SQUARES), f64x2.splat(0));
  const last = period == 1 ? x : v128.load(<usize>load<u32>(SCRATCH + 4) + k);
  v128.store(word(own, LAST), last);
  let centre = last;
  let away = f64x2.splat(0); // of the centre from the last value
  let sum = away;
  let squares = away;
  for (let values = 1; values < period; values++) {
    const centred = f64x2.sub(v128.load(<usize>load<u32>(SCRATCH + (<usize>values << 2)) + k), centre);
    sum = f64x2.add(sum, centred);
    squares = f64x2.add(squares, f64x2.mul(centred, centred));
    const mean = f64x2.mul(sum, v128.load_splat<f64>(placeOf(own, values)));
    const m2 = f64x2.sub(squares, f64x2.mul(sum, mean));
    const entry = placeOf(own, 2 * period + 1 - values);
    v128.store(entry, f64x2.add(away, mean));
    v128.store(entry + <usize>(period + 1) * STEP, m2);
    if (!recentres(values)) continue;
    const count = f64x2.splat(<f64>values);
    const moved = f64x2.add(centre, mean);
    const rest = f64x2.add(f64x2.sub(centre, moved), mean);
    centre = moved;
    away = f64x2.sub(moved, last);
    sum = f64x2.mul(count, rest);
    squares = f64x2.add(m2, f64x2.mul(count, f64x2.mul(rest, rest)));
  }
}
