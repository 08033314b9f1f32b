// True range: max(high, close₋₁) − min(low, close₋₁).
//   own: close before (NaN at first)
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonical, finite, finitePair, oneRowBack } from '../value';

export function trBytes(): usize {
  return OWN + 8;
}

export function trInit(state: usize, params: usize): void {
  store<f64>(state, NaN, OWN);
}

export function trRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const high = input(inputs, 0);
  const low = input(inputs, 1);
  const close = input(inputs, 2);
  const out = output(outputs, 0);
  const end = <usize>n << 3;
  for (let k: usize = 0; k < end; k += 8) {
    k = trPairs(state, high, low, close, out, k, end);
    if (k == end) return;
    store<f64>(out + k, trStep(state, load<f64>(high + k), load<f64>(low + k), load<f64>(close + k)));
  }
}

function trStep(state: usize, high: f64, low: f64, close: f64): f64 {
  if (!finite(high) || !finite(low) || !finite(close)) return NaN;
  const before = load<f64>(state, OWN);
  store<f64>(state, close, OWN);
  return canonical((high < before ? before : high) - (before < low ? before : low) + (before - before)); // the first row has no close before
}

/** Two rows at a time from byte `k`, up to the end or to a pair with a gap. Answers the byte reached. */
function trPairs(state: usize, high: usize, low: usize, close: usize, out: usize, k: usize, end: usize): usize {
  let before = v128.load_splat<f64>(state, OWN);
  for (; k + 16 <= end; k += 16) {
    const closes = v128.load(close + k);
    const previous = oneRowBack(before, closes);
    const range = f64x2.sub(f64x2.pmax(v128.load(high + k), previous), f64x2.pmin(v128.load(low + k), previous));
    if (!finitePair(f64x2.add(range, f64x2.add(closes, previous)))) break;
    v128.store(out + k, range);
    before = closes;
  }
  store<f64>(state, f64x2.extract_lane(before, 1), OWN);
  return k;
}
