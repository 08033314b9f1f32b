// Chande momentum oscillator, with Wilder's smoothing as in TA-Lib: 100·(G − L) / (G + L). The state is that of rsi.
import { input, output } from '../operand';
import { Oscillation, strengthRows } from './rsi';

export { rsiBytes as cmoBytes, rsiInit as cmoInit } from './rsi';

export function cmoRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  strengthRows<Oscillation>(state, input(inputs, 0), output(outputs, 0), <usize>n << 3);
}
