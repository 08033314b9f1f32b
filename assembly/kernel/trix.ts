// Trix: the change, in percent, of an exponential average taken three times.
//   own: three smoothers │ the third average before, NaN at first
import { cascade, cascadeBytes, cascadeInit } from '../engine/cascade';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonical, finite } from '../value';

export function trixBytes(): usize {
  return cascadeBytes(3) + 8;
}

export function trixInit(state: usize, params: usize): void {
  cascadeInit(state, load<f64>(params), load<f64>(params), 3);
  store<f64>(state + cascadeBytes(3), NaN);
}

export function trixRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  let before = load<f64>(state + cascadeBytes(3));
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const out = output(outputs, 0) + from;
    cascade(state, 3, input(inputs, 0) + from, bytes);
    for (let k: usize = 0; k < bytes; k += 8) {
      const average = load<f64>(scratch(2) + k);
      store<f64>(out + k, canonical(100 * (average / before - 1)));
      before = finite(average) ? average : before;
    }
    from += bytes;
  }
  store<f64>(state + cascadeBytes(3), before);
}
