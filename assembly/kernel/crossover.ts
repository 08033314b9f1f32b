// Crossover of two columns: 1 where a rises above b, −1 where it falls below, 0 elsewhere.
// The state is the sign of a − b on the last row that had both, NaN before the first.
import { input, output } from '../operand';
import { OWN } from '../state';
import { finite, finitePair, oneRowBack } from '../value';

export function crossoverBytes(): usize {
  return OWN + 8;
}

export function crossoverInit(state: usize, params: usize): void {
  store<f64>(state, NaN, OWN);
}

export function crossoverRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const a = input(inputs, 0);
  const b = input(inputs, 1);
  const out = output(outputs, 0);
  const end = <usize>n << 3;
  let k: usize = 0;
  while (k < end) {
    k = crossoverPairs(state, a, b, out, k, end);
    if (k == end) return;
    store<f64>(out + k, crossoverStep(state, load<f64>(a + k), load<f64>(b + k)));
    k += 8;
  }
}

// @ts-ignore: decorator
@inline
function crossoverStep(state: usize, a: f64, b: f64): f64 {
  if (!finite(a) || !finite(b)) return NaN;
  const before = load<f64>(state, OWN);
  const side = <f64>(<i32>(a > b) - <i32>(a < b));
  store<f64>(state, side, OWN);
  const rises = <i32>(side > 0) & <i32>(before <= 0);
  const falls = <i32>(side < 0) & <i32>(before >= 0);
  return <f64>(rises - falls);
}

/** Two rows at a time from byte `k`, up to the end or to a pair with a gap. Answers the byte reached. */
function crossoverPairs(state: usize, a: usize, b: usize, out: usize, k: usize, end: usize): usize {
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  let before = v128.load_splat<f64>(state, OWN);
  for (; k + 16 <= end; k += 16) {
    const x = v128.load(a + k);
    const y = v128.load(b + k);
    if (!finitePair(f64x2.add(f64x2.sub(x, x), y))) break;
    const side = f64x2.sub(v128.and(f64x2.gt(x, y), one), v128.and(f64x2.lt(x, y), one));
    const previous = oneRowBack(before, side);
    const rises = v128.and(f64x2.gt(side, zero), f64x2.le(previous, zero));
    const falls = v128.and(f64x2.lt(side, zero), f64x2.ge(previous, zero));
    v128.store(out + k, f64x2.sub(v128.and(rises, one), v128.and(falls, one)));
    before = side;
  }
  store<f64>(state, f64x2.extract_lane(before, 1), OWN);
  return k;
}
