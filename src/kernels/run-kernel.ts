// One kernel over a whole file of bars: what `qmtl kernels run` shows.
import { BAR_COLUMNS, type BarField } from '#domain/bar.ts';
import type { Params } from '#domain/node-spec.ts';
import { kernelOf, resolveParams, type KernelParams } from './catalog.ts';
import { Plan } from './plan.ts';

const CHUNK_ROWS = 4_096; // a chunk of every column of a bar fits the second-level cache

export interface KernelRun {
  readonly name: string;
  readonly params: KernelParams;
  /** One value per input row; NaN before warm-up. */
  readonly outputs: Readonly<Record<string, Float64Array>>;
}

/** Runs a kernel over the bar fields its catalogue entry names. Throws KERNEL_UNKNOWN, PARAM_INVALID, PERIOD_INVALID. */
export function runKernel(name: string, params: Params, columns: Readonly<Record<BarField, Float64Array>>): KernelRun {
  const entry = kernelOf(name);
  const resolved = resolveParams(name, params);
  const inputs = entry.inputs
    .filter((input) => !(input.constant && resolved[input.name] !== undefined))
    .map((input) => ({ source: 'bars', column: BAR_COLUMNS.indexOf(input.default) }));
  const node = { id: 'kernel', inputs, outputs: entry.outputs, kernel: { name, params: resolved } };
  const plan = new Plan([{ id: 'bars', columns: BAR_COLUMNS.length }], [node], { chunkRowsMax: CHUNK_ROWS });

  const rows = columns.close.length;
  const t = Float64Array.from({ length: rows }, (_, row) => row);
  const bars = BAR_COLUMNS.map((field) => (field === 't' ? t : columns[field]));
  const outputs = Object.fromEntries(entry.outputs.map((output) => [output, new Float64Array(rows).fill(NaN)]));
  for (let from = 0; from < rows; from += CHUNK_ROWS) {
    plan.append('bars', bars, from, Math.min(rows, from + CHUNK_ROWS));
    const fired = plan.rowsOf('kernel');
    entry.outputs.forEach((output, k) => outputs[output]!.set(fired.columns[k]!, fired.first));
  }
  return { name: entry.name, params: resolved, outputs };
}
