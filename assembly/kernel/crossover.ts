// Crossover of two columns: 1 where a rises above b, −1 where it falls below, 0 elsewhere.
// The state is the sign of a − b on the last row that had both, NaN before the first.
import { input, output, stride } from '../operand';
import { OWN } from '../state';
import { finite } from '../value';

export function crossoverBytes(): usize {
  return OWN + 8;
}

export function crossoverInit(state: usize, params: usize): void {
  store<f64>(state, NaN, OWN);
}

export function crossoverRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  let a = input(inputs, 0);
  let b = input(inputs, 1);
  const aStride = stride(inputs, 0);
  const bStride = stride(inputs, 1);
  let before = load<f64>(state, OWN);
  let out = output(outputs, 0);
  const end = out + (<usize>n << 3);
  for (; out < end; out += 8, a += aStride, b += bStride) {
    const x = load<f64>(a);
    const y = load<f64>(b);
    if (finite(x) && finite(y)) {
      const side = <f64>(<i32>(x > y) - <i32>(x < y));
      const rises = <i32>(side > 0) & <i32>(before <= 0);
      const falls = <i32>(side < 0) & <i32>(before >= 0);
      store<f64>(out, <f64>(rises - falls));
      before = side;
    } else {
      store<f64>(out, NaN);
    }
  }
  store<f64>(state, before, OWN);
}
