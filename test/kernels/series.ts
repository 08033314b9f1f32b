// Bars to run kernels on, made from a seed, and ways to run one kernel over them.
import { seededRandom } from '#clock/random.ts';
import { BAR_COLUMNS, BAR_FIELDS, type BarField } from '#domain/bar.ts';
import type { Params } from '#domain/node-spec.ts';
import { kernelOf, resolveParams, type KernelName } from '#kernels/catalog.ts';
import { Plan, type PlanNode } from '#kernels/plan.ts';

export type Bars = Readonly<Record<BarField, Float64Array>>;

/** A random walk with a floor. `tick` is the least price step; null leaves full doubles, which are no decimals. */
export function walk(rows: number, seed: number, tick: number | null = 0.01): Bars {
  const random = seededRandom(seed);
  const bars = Object.fromEntries(BAR_FIELDS.map((field) => [field, new Float64Array(rows)])) as Record<BarField, Float64Array>;
  // Ticks are divided by a whole number where that is exact in decimal, so that 0.01 means the double nearest to it.
  const round = (price: number) => (tick === null ? price : tick < 1 ? Math.round(price / tick) / Math.round(1 / tick) : Math.round(price / tick) * tick);
  let price = 100;
  for (let row = 0; row < rows; row++) {
    const open = price;
    price = Math.max(20, price + (random.next() - 0.5) * 4);
    bars.open[row] = round(open);
    bars.close[row] = round(price);
    bars.high[row] = round(Math.max(open, price) + random.next());
    bars.low[row] = round(Math.min(open, price) - random.next());
    bars.volume[row] = random.below(10_000);
  }
  return bars;
}

/** Every value through `change`. */
export function mapBars(bars: Bars, change: (value: number, row: number, field: BarField) => number): Bars {
  return Object.fromEntries(BAR_FIELDS.map((field) => [field, bars[field].map((value, row) => change(value, row, field))])) as unknown as Bars;
}

export function columnsOf(bars: Bars): Float64Array[] {
  return [Float64Array.from(bars.close, (_, row) => 1_000_000 + row * 60_000), ...BAR_FIELDS.map((field) => bars[field])];
}

/** The node of one kernel over the bar fields it reads by default. */
export function nodeOf(name: KernelName, params: Params = {}): PlanNode {
  const kernel = kernelOf(name);
  const resolved = resolveParams(name, params);
  const inputs = kernel.inputs
    .filter((input) => !(input.constant && resolved[input.name] !== undefined))
    .map((input) => ({ source: 'bars', column: BAR_COLUMNS.indexOf(input.default) }));
  return { id: 'node', inputs, outputs: kernel.outputs, kernel: { name, params } };
}

export function planOf(node: PlanNode, chunkRowsMax: number): Plan {
  return new Plan([{ id: 'bars', columns: BAR_COLUMNS.length }], [node], { chunkRowsMax });
}

/** Appends rows `from` … `to − 1` in chunks and writes what the node fires to `outputs`. */
export function drive(plan: Plan, columns: readonly Float64Array[], outputs: readonly Float64Array[], from: number, to: number, chunkRows: number): void {
  for (let row = from; row < to; row += chunkRows) {
    plan.append('bars', columns, row, Math.min(to, row + chunkRows));
    const fired = plan.rowsOf('node');
    fired.columns.forEach((values, k) => outputs[k]!.set(values, fired.first));
  }
}

/** Outputs of a kernel, one value per row, NaN before warm-up. */
export function outputsOf(name: KernelName, params: Params, bars: Bars, chunkRows = bars.close.length): Float64Array[] {
  const rows = bars.close.length;
  const outputs = kernelOf(name).outputs.map(() => new Float64Array(rows).fill(NaN));
  drive(planOf(nodeOf(name, params), chunkRows), columnsOf(bars), outputs, 0, rows, chunkRows);
  return outputs;
}

/** First row where two columns differ in any bit that a value can have, or −1. */
export function firstDifference(a: Float64Array, b: Float64Array, from = 0): number {
  for (let row = from; row < a.length; row++) if (!Object.is(a[row], b[row])) return row;
  return -1;
}

/** Distance in units in the last place of the larger, 0 for equal values. */
export function ulps(a: number, b: number): number {
  if (a === b) return 0;
  const exponent = Math.floor(Math.log2(Math.max(Math.abs(a), Math.abs(b), 2 ** -1022)));
  return Math.abs(a - b) / 2 ** (exponent - 52);
}
