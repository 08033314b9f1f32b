// Exponential moving average: a = 2 / (period + 1), seeded with the mean of the first `period` values, or with the first.
import { initSmoother, SMOOTHER_BYTES, smoothRows } from '../engine/lookahead';
import { seedOf } from '../engine/seeding';
import { input, output } from '../operand';
import { OWN } from '../state';

export function emaBytes(): usize {
  return OWN + SMOOTHER_BYTES;
}

export function emaInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  initSmoother(state + OWN, 2.0 / (period + 1.0), seedOf(period, load<f64>(params, 8)));
}

export function emaRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  smoothRows(state + OWN, input(inputs, 0), output(outputs, 0), <usize>n << 3);
}
