// Arnaud Legoux moving average: the window weighed by a bell whose top lies at `offset` of it (0 the oldest row, 1 the newest), and which is
// period / sigma rows wide. Sums are of distances from the newest value, so that a flat window is that value exactly.
//   own: 0 bytes of the window │ 8 sum of the weights │ 16 weights, the oldest row's first
import { blankEarly } from '../engine/early';
import { exp, holdExp } from '../engine/math';
import { input, output } from '../operand';
import { OWN, rows, setRows } from '../state';
import { canonicalPair } from '../value';

const SUM: usize = OWN + 8;
const WEIGHTS: usize = OWN + 16;

export function almaBytes(params: usize): usize {
  return WEIGHTS + (<usize>load<f64>(params) << 3);
}

export function almaInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  const top = load<f64>(params, 8) * (period - 1);
  const width = period / load<f64>(params, 16);
  let sum: f64 = 0;
  holdExp();
  for (let k = 0; k < <i32>period; k++) {
    const away = (<f64>k - top) / width;
    const weight = exp(-0.5 * away * away);
    store<f64>(state + (<usize>k << 3), weight, WEIGHTS);
    sum += weight;
  }
  store<f64>(state, period * 8, OWN);
  store<f64>(state, sum, SUM);
}

/** Four rows at a time, each window from its oldest row to its newest; a row of its own sums in the same order. */
export function almaRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const x = input(inputs, 0);
  const out = output(outputs, 0);
  const window = <usize>load<f64>(state, OWN);
  const sum = v128.load_splat<f64>(state, SUM);
  for (let k: usize = 0; k < end; k += 32) {
    const newest0 = v128.load(x + k);
    const newest2 = v128.load(x + k, 16);
    let heavy0 = f64x2.splat(0);
    let heavy2 = heavy0;
    const oldest = x + k + 8 - window;
    for (let at: usize = 0; at < window; at += 8) {
      const weight = v128.load_splat<f64>(state + at, WEIGHTS);
      heavy0 = f64x2.add(heavy0, f64x2.mul(weight, f64x2.sub(v128.load(oldest + at), newest0)));
      heavy2 = f64x2.add(heavy2, f64x2.mul(weight, f64x2.sub(v128.load(oldest + at, 16), newest2)));
    }
    v128.store(out + k, canonicalPair(f64x2.add(newest0, f64x2.div(heavy0, sum))));
    if (k + 16 < end) v128.store(out + k, canonicalPair(f64x2.add(newest2, f64x2.div(heavy2, sum))), 16);
  }
  blankEarly(out, <f64>(window >> 3) - 1, rows(state), end);
  setRows(state, rows(state) + n);
}
