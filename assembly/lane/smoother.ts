// Smoothers of many instances, two in an instruction. The fields are those of engine/lookahead.ts; the weights of all instances are the same.
import { SMOOTHER_BYTES } from '../engine/lookahead';
import { OWN } from '../state';
import { finitePair, held } from '../value';
import { bothAlone } from './alone';
import { rowBytes, rowOf, states, stride, word } from './table';

const WEIGHTS: usize = 3_584;

/** Puts the weights of the smoother whose words begin at `own` down where `smoothLanes` reads them. */
// @ts-ignore: decorator
@inline
function spreadWeights(own: usize, step: usize): void {
  v128.store(WEIGHTS, v128.load_splat<f64>(own));
  v128.store(WEIGHTS, v128.load_splat<f64>(word(own, step, 16)), 16);
  v128.store(WEIGHTS, v128.load_splat<f64>(word(own, step, 24)), 32);
}

/** True when both instances are past the seed: `seen` is the word of values seen, `seed` as many as are needed. */
// @ts-ignore: decorator
@inline
function bothRun(seen: usize, seed: v128): bool {
  return i64x2.bitmask(f64x2.gt(v128.load(seen), seed)) == 3;
}

/** The next outputs of two instances; `x1` is the word of the newest inputs, then come the newest outputs and those before. */
// @ts-ignore: decorator
@inline
function smoothLanes(x1: usize, step: usize, x: v128): v128 {
  const newest = v128.load(x1 + step);
  const before = v128.load(x1 + 2 * step);
  const y = f64x2.add(
    f64x2.add(f64x2.mul(v128.load(WEIGHTS), x), f64x2.mul(v128.load(WEIGHTS, 16), v128.load(x1))),
    f64x2.mul(v128.load(WEIGHTS, 32), before),
  );
  v128.store(x1, x);
  v128.store(x1 + step, y);
  v128.store(x1 + 2 * step, newest);
  return y;
}

/** ema and rma: the smoother is all there is. */
export function averageLanes(at: usize, row: i64): void {
  const step = stride(at);
  const end = rowBytes(at);
  const x = rowOf(at, 0, row, 0);
  const out = rowOf(at, 1, row, 0);
  const own = word(states(at), step, OWN);
  const x1 = word(own, step, 32);
  const seen = word(own, step, 56);
  const seed = v128.load_splat<f64>(seen + step);
  const zero = f64x2.splat(0);
  spreadWeights(own, step);
  for (let k: usize = 0; k < end; k += 16) {
    const values = v128.load(x + k);
    if (finitePair(values) && bothRun(seen + k, seed)) v128.store(out + k, f64x2.add(smoothLanes(x1 + k, step, values), zero));
    else bothAlone(at, k, row);
  }
}

/** rsi: the value before, the smoother of gains, that of losses. */
export function strengthLanes(at: usize, row: i64): void {
  const step = stride(at);
  const end = rowBytes(at);
  const x = rowOf(at, 0, row, 0);
  const out = rowOf(at, 1, row, 0);
  const before = word(states(at), step, OWN);
  const own = before + step;
  const gains1 = word(own, step, 32);
  const losses1 = word(own, step, SMOOTHER_BYTES + 32);
  const seen = word(own, step, 56);
  const seed = v128.load_splat<f64>(seen + step);
  const zero = f64x2.splat(0);
  const hundred = held(100);
  spreadWeights(own, step);
  for (let k: usize = 0; k < end; k += 16) {
    const values = v128.load(x + k);
    const change = f64x2.sub(values, v128.load(before + k));
    if (!finitePair(change) || !bothRun(seen + k, seed)) {
      bothAlone(at, k, row);
      continue;
    }
    const gain = f64x2.pmax(zero, change);
    const gains = smoothLanes(gains1 + k, step, gain);
    const moves = f64x2.add(gains, smoothLanes(losses1 + k, step, f64x2.sub(gain, change)));
    v128.store(before + k, values);
    v128.store(out + k, v128.and(f64x2.mul(hundred, f64x2.div(gains, moves)), f64x2.gt(moves, zero)));
  }
}

/** atr: the close before and the smoother of the range. */
export function rangeLanes(at: usize, row: i64): void {
  const step = stride(at);
  const end = rowBytes(at);
  const high = rowOf(at, 0, row, 0);
  const low = rowOf(at, 1, row, 0);
  const close = rowOf(at, 2, row, 0);
  const out = rowOf(at, 3, row, 0);
  const before = word(states(at), step, OWN);
  const own = before + step;
  const x1 = word(own, step, 32);
  const seen = word(own, step, 56);
  const seed = v128.load_splat<f64>(seen + step);
  spreadWeights(own, step);
  for (let k: usize = 0; k < end; k += 16) {
    const closes = v128.load(close + k);
    const previous = v128.load(before + k);
    const range = f64x2.sub(f64x2.pmax(v128.load(high + k), previous), f64x2.pmin(v128.load(low + k), previous));
    if (!finitePair(f64x2.add(range, f64x2.add(closes, previous))) || !bothRun(seen + k, seed)) {
      bothAlone(at, k, row);
      continue;
    }
    v128.store(before + k, closes);
    v128.store(out + k, f64x2.add(smoothLanes(x1 + k, step, range), f64x2.splat(0)));
  }
}
