// Kernels over columns the host has laid out itself, without a plan: for jobs that have every row beforehand.
import { run } from './dispatch';
import { setNewest } from './operand';

/** Runs a kernel over the `n` rows its operands point at, as a plan would in one step. */
export function kernel_run(op: i32, state: usize, inputs: usize, outputs: usize, n: i32): void {
  setNewest(0);
  run(op, state, inputs, outputs, n);
}
