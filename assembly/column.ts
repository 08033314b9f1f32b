// Kernels over columns the host has laid out itself, without a plan: for jobs that have every row beforehand.
import { run } from './dispatch';

/** Runs a kernel over the `n` rows its operands point at, as a plan would in one step. */
export function kernel_run(op: i32, state: usize, inputs: usize, outputs: usize, n: i32): void {
  run(op, state, inputs, outputs, n);
}
