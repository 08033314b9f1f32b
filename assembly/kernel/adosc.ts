// Chaikin oscillator: a fast exponential average of the accumulation / distribution line less a slow one, both from the line's first value on.
//   own: 0 total of the line │ 32 fast smoother │ slow smoother
import { flowOf, flowPair } from '../engine/flow';
import {
  SMOOTHER_BYTES, holdWeights, initSmoother, keepSmoother, smooth, smoothHeld, smootherInput, smootherOutputs, smootherRuns,
} from '../engine/lookahead';
import { TOTAL_BYTES, addTo, blocksBefore, initTotal, keepBlock, presentBlock, withinBlock } from '../engine/total';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonical, finite, finitePair, first, oneRowBack, second } from '../value';

const FAST: usize = OWN + TOTAL_BYTES;
const SLOW: usize = FAST + SMOOTHER_BYTES;

export function adoscBytes(): usize {
  return SLOW + SMOOTHER_BYTES;
}

export function adoscInit(state: usize, params: usize): void {
  initTotal(state + OWN);
  initSmoother(state + FAST, 2.0 / (load<f64>(params) + 1.0), 1);
  initSmoother(state + SLOW, 2.0 / (load<f64>(params, 8) + 1.0), 1);
}

export function adoscRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const high = input(inputs, 0);
  const low = input(inputs, 1);
  const close = input(inputs, 2);
  const volume = input(inputs, 3);
  const out = output(outputs, 0);
  const end = <usize>n << 3;
  for (let k: usize = 0; k < end; ) {
    const bytes = withinBlock(state + OWN, end - k);
    const pairs = bytes & ~15;
    if (pairs > 0 && smootherRuns(state + FAST) && adoscPairs(state, high + k, low + k, close + k, volume + k, out + k, pairs)) k += pairs;
    else for (const stop = k + bytes; k < stop; k += 8) store<f64>(out + k, adoscStep(state, flowOf(load<f64>(high + k), load<f64>(low + k), load<f64>(close + k), load<f64>(volume + k))));
  }
}

function adoscStep(state: usize, flow: f64): f64 {
  if (!finite(flow)) return NaN;
  const line = addTo(state + OWN, flow);
  return canonical(smooth(state + FAST, line) - smooth(state + SLOW, line));
}

/** An even number of rows within a block. False, and nothing has happened, when one of them is no value. */
function adoscPairs(state: usize, high: usize, low: usize, close: usize, volume: usize, out: usize, bytes: usize): bool {
  const zero = f64x2.splat(0);
  const base = f64x2.splat(blocksBefore(state + OWN));
  holdWeights(0, state + FAST);
  holdWeights(1, state + SLOW);
  let block = presentBlock(state + OWN);
  let before = smootherInput(state + FAST);
  let fast = smootherOutputs(state + FAST);
  let slow = smootherOutputs(state + SLOW);
  let seen = zero;
  for (let k: usize = 0; k < bytes; k += 16) {
    const closes = v128.load(close + k);
    const flow = flowPair(v128.load(high + k), v128.load(low + k), closes, v128.load(volume + k));
    const block0 = block + first(flow);
    block = block0 + second(flow);
    const line = f64x2.add(base, f64x2(block0, block));
    const previous = oneRowBack(before, line);
    fast = smoothHeld(0, line, previous, fast);
    slow = smoothHeld(1, line, previous, slow);
    v128.store(out + k, f64x2.add(f64x2.sub(fast, slow), zero));
    seen = f64x2.add(seen, closes);
    before = line;
  }
  if (!finitePair(seen) || !finitePair(f64x2.add(before, f64x2.sub(fast, slow)))) return false;
  keepBlock(state + OWN, block, bytes);
  keepSmoother(state + FAST, before, fast);
  keepSmoother(state + SLOW, before, slow);
  return true;
}
