// One kernel with many parameter sets over the same columns: what a parameter search runs.
// W1. The outputs of every set are, bit for bit, those of a run of its own.
import type { Params } from '#domain/node-spec.ts';
import type { KernelName } from './catalog.ts';
import { ColumnRun } from './column-run.ts';

/**
 * Outputs of a kernel for each parameter set: `[set][output][row]`, NaN where a set has none yet. `inputs` are whole columns of one length, in
 * the order of the catalogue, less those for which every set gives a constant. Averages of the exponential kind go four to a pass. All columns live in one memory of 4 GiB at most: sets times outputs times rows times eight bytes must fit it.
 * Throws KERNEL_UNKNOWN, PARAM_INVALID, PERIOD_INVALID.
 */
export function sweep(name: KernelName, paramSets: readonly Params[], inputs: readonly Float64Array[]): (readonly Float64Array[])[] {
  const columns = new ColumnRun(Object.fromEntries(inputs.map((column, k) => [String(k), column])));
  const jobs = columns.jobs(name, paramSets, inputs.map((_, k) => String(k)));
  jobs.run();
  return paramSets.map((_, set) => jobs.outputs(set));
}
