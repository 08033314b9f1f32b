// Tillson's T3: the generalized double exponential average, three times over; worked out, a weighted sum of the third to sixth averages of averages.
//   own: six smoothers │ the four weights, of the third average first
import { cascade, cascadeBytes, cascadeInit } from '../engine/cascade';
import {
  SMOOTHER_BYTES, evenStretch, keepSmoother, smoothPair, smootherInput, smootherOutputs, smootherRuns, weightBefore, weightNow, weightOfOutput,
} from '../engine/lookahead';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonicalPair, finitePair, oneRowBack } from '../value';

const DEPTH: usize = 6;
const WEIGHTS: usize = OWN + DEPTH * SMOOTHER_BYTES;

export function t3Bytes(): usize {
  return cascadeBytes(DEPTH) + 32;
}

export function t3Init(state: usize, params: usize): void {
  const v = load<f64>(params, 8);
  cascadeInit(state, load<f64>(params), load<f64>(params), DEPTH);
  store<f64>(state, 1 + 3 * v + 3 * v * v + v * v * v, WEIGHTS);
  store<f64>(state, -3 * v - 6 * v * v - 3 * v * v * v, WEIGHTS + 8);
  store<f64>(state, 3 * v * v + 3 * v * v * v, WEIGHTS + 16);
  store<f64>(state, -v * v * v, WEIGHTS + 24);
}

export function t3Run(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const x = input(inputs, 0) + from;
    const out = output(outputs, 0) + from;
    const stretch = evenStretch(end - from);
    const taken = stretch > 0 && smootherRuns(smoother(state, DEPTH - 1)) && averagePairs(state, x, out, stretch);
    const bytes = taken ? stretch : tileBytes(from, end);
    if (!taken) averages(state, x, out, bytes);
    from += bytes;
  }
}

// @ts-ignore: decorator
@inline
function smoother(state: usize, k: usize): usize {
  return state + OWN + k * SMOOTHER_BYTES;
}

/** A tile of rows, any of which may be no value. */
function averages(state: usize, x: usize, out: usize, bytes: usize): void {
  cascade(state, DEPTH, x, bytes);
  for (let k: usize = 0; k < bytes; k += 16) {
    v128.store(out + k, canonicalPair(sum(state, v128.load(scratch(2) + k), v128.load(scratch(3) + k), v128.load(scratch(4) + k), v128.load(scratch(5) + k))));
  }
}

// @ts-ignore: decorator
@inline
function sum(state: usize, e3: v128, e4: v128, e5: v128, e6: v128): v128 {
  const e34 = f64x2.add(share(state, 0, e3), share(state, 8, e4));
  return f64x2.add(f64x2.add(e34, share(state, 16, e5)), share(state, 24, e6));
}

// @ts-ignore: decorator
@inline
function share(state: usize, weight: usize, average: v128): v128 {
  return f64x2.mul(v128.load_splat<f64>(state + weight, WEIGHTS), average);
}

/**
 * A stretch of rows, three smoothers at a time: all six would wait for one another longer than the processor looks ahead. False, and nothing has
 * happened, when one of the rows is no value (L2 of lookahead.ts).
 */
function averagePairs(state: usize, x: usize, out: usize, bytes: usize): bool {
  const a = weightNow(smoother(state, 0)); // all six have the same
  const ab = weightBefore(smoother(state, 0));
  const b2 = weightOfOutput(smoother(state, 0));
  let x1 = smootherInput(smoother(state, 0));
  let e1 = smootherOutputs(smoother(state, 0));
  let e2 = smootherOutputs(smoother(state, 1));
  let e3 = smootherOutputs(smoother(state, 2));
  for (let k: usize = 0; k < bytes; k += 16) {
    const values = v128.load(x + k);
    const first = smoothPair(a, ab, b2, values, oneRowBack(x1, values), e1);
    const second = smoothPair(a, ab, b2, first, oneRowBack(e1, first), e2);
    e3 = smoothPair(a, ab, b2, second, oneRowBack(e2, second), e3);
    v128.store(scratch(0) + k, e3);
    x1 = values;
    e1 = first;
    e2 = second;
  }
  if (!finitePair(e3)) return false;
  let third1 = smootherInput(smoother(state, 3));
  let e4 = smootherOutputs(smoother(state, 3));
  let e5 = smootherOutputs(smoother(state, 4));
  let e6 = smootherOutputs(smoother(state, 5));
  const zero = f64x2.splat(0);
  for (let k: usize = 0; k < bytes; k += 16) {
    const third = v128.load(scratch(0) + k);
    const fourth = smoothPair(a, ab, b2, third, oneRowBack(third1, third), e4);
    const fifth = smoothPair(a, ab, b2, fourth, oneRowBack(e4, fourth), e5);
    e6 = smoothPair(a, ab, b2, fifth, oneRowBack(e5, fifth), e6);
    v128.store(out + k, f64x2.add(sum(state, third, fourth, fifth, e6), zero));
    third1 = third;
    e4 = fourth;
    e5 = fifth;
  }
  if (!finitePair(e6)) return false;
  keepSmoother(smoother(state, 0), x1, e1);
  keepSmoother(smoother(state, 1), e1, e2);
  keepSmoother(smoother(state, 2), e2, e3);
  keepSmoother(smoother(state, 3), e3, e4);
  keepSmoother(smoother(state, 4), e4, e5);
  keepSmoother(smoother(state, 5), e5, e6);
  return true;
}
