// Latch: 1 from a positive signal on, 0 from a negative one on. The state is the present position, 0 at first.
import { input, output } from '../operand';
import { OWN } from '../state';
import { finite } from '../value';

export function latchBytes(): usize {
  return OWN + 8;
}

export function latchInit(state: usize, params: usize): void {
  store<f64>(state, 0, OWN);
}

export function latchRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  let x = input(inputs, 0);
  let held = <i32>load<f64>(state, OWN);
  let out = output(outputs, 0);
  const end = out + (<usize>n << 3);
  for (; out < end; out += 8, x += 8) {
    const signal = load<f64>(x);
    held = <i32>(signal > 0) | (held & ~<i32>(signal < 0)); // a branch here is one no processor foretells
    store<f64>(out, finite(signal) ? <f64>held : NaN);
  }
  store<f64>(state, <f64>held, OWN);
}
