// Wilder's moving average: a = 1 / period, seeded with the mean of the first `period` values.
import { initSmoother, SMOOTHER_BYTES, smoothRows } from '../engine/lookahead';
import { input, output } from '../operand';
import { OWN } from '../state';

export function rmaBytes(): usize {
  return OWN + SMOOTHER_BYTES;
}

export function rmaInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  initSmoother(state + OWN, 1.0 / period, period);
}

export function rmaRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  smoothRows(state + OWN, input(inputs, 0), output(outputs, 0), <usize>n << 3);
}
