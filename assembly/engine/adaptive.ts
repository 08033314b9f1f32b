// Averages that take a share s of the distance to each value, another share on every row. The textbook y = y₋₁ + s·(x − y₋₁) waits for its own last
// result on every row; putting it into itself once gives y = y₋₂ + (s·(x − y₋₂) + (1 − s)·s₋₁·(x₋₁ − y₋₂)), which is two chains. This form is the
// definition: one row at a time and two rows per instruction give the same bits, and among equal values the average stays what it is.
//
//   three numbers of a kernel: the average before, NaN at first │ the one before that │ the share before
import { number, setNumber } from './parts';
import { canonical, finite, finitePair, first, oneRowBack, second } from '../value';

/** Makes numbers `k` … `k + 2` of the state an average's. */
export function placeAdaptive(state: usize, k: usize): void {
  setNumber(state, k, NaN);
  setNumber(state, k + 1, NaN);
  setNumber(state, k + 2, 0);
}

/** Averages of a tile of rows from `x`, which is a trail; the first is taken from the value before the first row that has a share. */
export function adaptiveRows(state: usize, k: usize, x: usize, share: usize, out: usize, bytes: usize): void {
  let at: usize = finite(number(state, k)) ? adaptivePairs(state, k, x, share, out, bytes & ~15) : 0;
  for (; at < bytes; at += 8) {
    adaptiveStep(state, k, x + at, load<f64>(share + at));
    store<f64>(out + at, canonical(number(state, k)));
  }
}

// @ts-ignore: decorator
@inline
function adaptiveStep(state: usize, k: usize, x: usize, share: f64): void {
  const average = number(state, k);
  if (!finite(share)) {
    keep(state, k, average, average, 0);
    return;
  }
  const back = load<f64>(x - 8);
  const isFirst = !finite(average);
  const before = isFirst ? back : number(state, k + 1);
  const shareBefore = isFirst ? 0 : number(state, k + 2);
  const next = before + (share * (load<f64>(x) - before) + (1 - share) * shareBefore * (back - before));
  keep(state, k, next, isFirst ? back : average, share);
}

// @ts-ignore: decorator
@inline
function keep(state: usize, k: usize, average: f64, before: f64, share: f64): void {
  setNumber(state, k, average);
  setNumber(state, k + 1, before);
  setNumber(state, k + 2, share);
}

/** Two rows at a time. Answers the bytes taken: all, or none when a share or an average was no value. */
function adaptivePairs(state: usize, k: usize, x: usize, share: usize, out: usize, bytes: usize): usize {
  const one = f64x2.splat(1);
  let averages = averagesBefore(state, k);
  let before = sharesBefore(state, k);
  for (let at: usize = 0; at < bytes; at += 16) {
    const shares = v128.load(share + at);
    averages = adaptivePair(one, shares, before, x + at, averages);
    v128.store(out + at, averages);
    before = shares;
  }
  return keepAverages(state, k, averages, before) ? bytes : 0;
}

/** The averages of the two rows at `x` from those of the two before. */
// @ts-ignore: decorator
@inline
export function adaptivePair(one: v128, shares: v128, sharesBefore: v128, x: usize, averages: v128): v128 {
  const back = f64x2.mul(f64x2.sub(one, shares), oneRowBack(sharesBefore, shares));
  const toNow = f64x2.mul(shares, f64x2.sub(v128.load(x), averages));
  const toBack = f64x2.mul(back, f64x2.sub(v128.load(x - 8), averages));
  return f64x2.add(averages, f64x2.add(toNow, toBack));
}

/** The averages of the two rows before, no values when there is none yet. */
// @ts-ignore: decorator
@inline
export function averagesBefore(state: usize, k: usize): v128 {
  return f64x2(number(state, k + 1), number(state, k));
}

/** The share of the row before, in the last lane. */
// @ts-ignore: decorator
@inline
export function sharesBefore(state: usize, k: usize): v128 {
  return f64x2.splat(number(state, k + 2));
}

/** Keeps what the next rows go on from. False, and nothing is kept, when the averages are no values. */
// @ts-ignore: decorator
@inline
export function keepAverages(state: usize, k: usize, averages: v128, shares: v128): bool {
  if (!finitePair(averages)) return false;
  keep(state, k, second(averages), first(averages), second(shares));
  return true;
}
