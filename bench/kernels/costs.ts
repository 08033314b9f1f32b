// What a bar costs in every kernel: a plan with nine nodes of it against one with a single node, an eighth of the difference.
// Feeding the bars costs as much as many a kernel, and so it is in neither.
import { BAR_COLUMNS, type BarColumns } from '#domain/bar.ts';
import { type KernelName, kernelNames, kernelOf } from '#kernels/catalog.ts';
import { Plan, type PlanNode } from '#kernels/plan.ts';
import { walk } from '../bars.ts';
import { clock, median, pairedRounds, type Section } from '../measure.ts';

const ROWS = 1 << 18;
const ROUNDS = 5;
const CHUNK_ROWS = 4_096;
const NODES = 9;

export async function kernelCosts(): Promise<Section> {
  const bars = walk(ROWS);
  const figures = [];
  for (const name of kernelNames) {
    const [one, many] = (await pairedRounds(ROUNDS, [1, NODES].map((count) => ({ name, run: () => drive(nodesOf(name, count), bars) })))) as [number[], number[]];
    const ms = median(many.map((time, round) => time - one[round]!)) / (NODES - 1);
    figures.push({ name, value: (ms * 1e6) / ROWS, unit: 'ns per bar' });
  }
  return { title: 'Kernels with their default parameters, in chunks', figures };
}

function nodesOf(name: KernelName, count: number): PlanNode[] {
  const { inputs, outputs } = kernelOf(name);
  return Array.from({ length: count }, (_, k) => ({
    id: `${name} ${k}`,
    inputs: inputs.map((input) => ({ source: 'bars', column: BAR_COLUMNS.indexOf(input.default) })),
    outputs,
    kernel: { name, params: {} },
  }));
}

function drive(nodes: readonly PlanNode[], bars: BarColumns): number {
  const plan = new Plan([{ id: 'bars', columns: BAR_COLUMNS.length }], nodes, { chunkRowsMax: CHUNK_ROWS });
  const startedMs = clock.monotonicMs();
  for (let row = 0; row < ROWS; row += CHUNK_ROWS) plan.append('bars', bars, row, row + CHUNK_ROWS);
  return clock.monotonicMs() - startedMs;
}
