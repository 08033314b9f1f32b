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
  let held = load<f64>(state, OWN);
  let out = output(outputs, 0);
  const end = out + (<usize>n << 3);
  for (; out < end; out += 8, x += 8) {
    const signal = load<f64>(x);
    held = signal > 0 ? 1 : signal < 0 ? 0 : held;
    store<f64>(out, finite(signal) ? held : NaN);
  }
  store<f64>(state, held, OWN);
}
