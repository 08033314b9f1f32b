// A smoother of many instances: its words in a bank, and its next outputs, two in an instruction. The fields are those of engine/lookahead.ts; the
// weights of all instances are the same.
// S1. A bank is marked when all its instances are past the seed, where they stay. A row of a marked bank need only be looked at for gaps.
// S2. In a marked bank the newest output goes where the one before the last was, which nobody wants any more: the two words change round with every
//     row, and the mark says how they are. Before anything else has to do with the bank they are put right.
import { STEP, markOf, setMark } from './table';

/** Marks of a bank that runs: its words are as in a state block, or changed round. */
export const RUNS: i32 = 1;
const RUNS_ROUND: i32 = 2;
/** Words of a smoother, from where it begins in a bank. */
const WEIGHT_BEFORE: usize = (16 >> 3) * STEP;
const WEIGHT_OF_OUTPUT: usize = (24 >> 3) * STEP;
const INPUT: usize = (32 >> 3) * STEP;
const NEWEST: usize = (40 >> 3) * STEP;
const BEFORE: usize = (48 >> 3) * STEP;
const SEEN: usize = (56 >> 3) * STEP;
const SEED: usize = (64 >> 3) * STEP;

/** True when both instances are past the seed. */
// @ts-ignore: decorator
@inline
export function bothRun(own: usize): bool {
  return i64x2.bitmask(f64x2.gt(v128.load(own, SEEN), v128.load(own, SEED))) == 3;
}

/** In a marked bank, how far from a smoother's begin the word lies that its next outputs go to (S2). */
// @ts-ignore: decorator
@inline
export function olderWord(bank: usize): usize {
  return markOf(bank) == RUNS ? BEFORE : NEWEST;
}

/** Notes that the instances up to byte `done` of a marked bank had a row; when those are not all, the words of its smoothers at `own` and `other` are put right. */
export function endRow(bank: usize, own: usize, other: usize, done: usize, bytes: usize): void {
  const wasRound = markOf(bank) == RUNS_ROUND;
  setMark(bank, wasRound || done < bytes ? RUNS : RUNS_ROUND);
  if (done == bytes) return;
  const from = wasRound ? done : 0;
  const to = wasRound ? bytes : done;
  changeRound(own, from, to);
  if (other != own) changeRound(other, from, to);
}

function changeRound(own: usize, from: usize, to: usize): void {
  for (let k = from; k < to; k += 16) {
    const newest = v128.load(own + k, NEWEST);
    v128.store(own + k, v128.load(own + k, BEFORE), NEWEST);
    v128.store(own + k, newest, BEFORE);
  }
}

/** The next outputs of two instances of a marked bank. The weights are those of the new value, of the one before and of the output at `older`. */
// @ts-ignore: decorator
@inline
export function smoothPair(own: usize, older: usize, a: v128, ab: v128, b2: v128, x: v128): v128 {
  const y = f64x2.add(f64x2.add(f64x2.mul(a, x), f64x2.mul(ab, v128.load(own, INPUT))), f64x2.mul(b2, v128.load(older)));
  v128.store(own, x, INPUT);
  v128.store(older, y);
  return y;
}

// @ts-ignore: decorator
@inline
export function weightNow(own: usize): v128 {
  return v128.load_splat<f64>(own);
}

// @ts-ignore: decorator
@inline
export function weightBefore(own: usize): v128 {
  return v128.load_splat<f64>(own, WEIGHT_BEFORE);
}

// @ts-ignore: decorator
@inline
export function weightOfOutput(own: usize): v128 {
  return v128.load_splat<f64>(own, WEIGHT_OF_OUTPUT);
}

/** The next outputs of two instances whose words are as in a state block. */
// @ts-ignore: decorator
@inline
export function smoothLanes(own: usize, x: v128): v128 {
  const newest = v128.load(own, NEWEST);
  const y = smoothPair(own, own + BEFORE, v128.load(own), v128.load(own, WEIGHT_BEFORE), v128.load(own, WEIGHT_OF_OUTPUT), x);
  v128.store(own, y, NEWEST);
  v128.store(own, newest, BEFORE);
  return y;
}
