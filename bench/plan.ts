// What a row costs: the 3-node DAG sma(20) → ema(10) → greater, one row per call and in chunks, and every kernel by itself.
import { kernelNames, kernelOf } from '#kernels/catalog.ts';
import { Plan, type PlanNode } from '#kernels/plan.ts';
import { performance } from 'node:perf_hooks';

const ROWS = 1_048_576;
const ROUNDS = 7;
const CHUNK_ROWS = 4_096;
const COLUMNS = 6;

const DAG: PlanNode[] = [
  { id: 'slow', inputs: [{ source: 'bars', column: 4 }], outputs: ['value'], kernel: { name: 'sma', params: { period: 20 } } },
  { id: 'fast', inputs: [{ node: 'slow', output: 0 }], outputs: ['value'], kernel: { name: 'ema', params: { period: 10 } } },
  { id: 'signal', inputs: [{ node: 'slow', output: 0 }, { node: 'fast', output: 0 }], outputs: ['value'], kernel: { name: 'gt', params: {} } },
];

/** One-minute bars of a walk in cents; full doubles when `decimals` is false. */
function bars(decimals: boolean): Float64Array[] {
  const columns = Array.from({ length: COLUMNS }, () => new Float64Array(ROWS));
  const [t, open, high, low, close, volume] = columns as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const factor = decimals ? 1 : Math.PI;
  let seed = 1;
  let cents = 5_000_000;
  for (let row = 0; row < ROWS; row++) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    open[row] = (cents / 100) * factor;
    cents += ((seed >>> 8) % 4_001) - 2_000;
    t[row] = row * 60_000;
    close[row] = (cents / 100) * factor;
    high[row] = Math.max(open[row]!, close[row]!) + factor;
    low[row] = Math.min(open[row]!, close[row]!) - factor;
    volume[row] = seed & 1_023;
  }
  return columns;
}

/** Least time of several rounds, in ns per row. */
function nsPerRow(work: () => void): number {
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    work();
    least = Math.min(least, performance.now() - start);
  }
  return (least * 1e6) / ROWS;
}

function drive(nodes: readonly PlanNode[], columns: readonly Float64Array[], chunkRows: number): () => void {
  return () => {
    const plan = new Plan([{ id: 'bars', columns: COLUMNS }], nodes, { chunkRowsMax: chunkRows });
    for (let row = 0; row < ROWS; row += chunkRows) plan.append('bars', columns, row, Math.min(ROWS, row + chunkRows));
  };
}

function driveRows(nodes: readonly PlanNode[], columns: readonly Float64Array[]): () => void {
  return () => {
    const plan = new Plan([{ id: 'bars', columns: 2 }], nodes, { chunkRowsMax: 64 });
    const values = new Float64Array(2);
    const [t, close] = [columns[0]!, columns[4]!];
    for (let row = 0; row < ROWS; row++) {
      values[0] = t[row]!;
      values[1] = close[row]!;
      plan.appendRow('bars', values);
    }
  };
}

const decimals = bars(true);
const doubles = bars(false);
const narrow = DAG.map((node) => ({ ...node, inputs: node.inputs.map((input) => ('source' in input ? { ...input, column: 1 } : input)) }));
for (const [kind, columns] of [['decimals', decimals], ['full doubles', doubles]] as const) {
  console.log(`3-node DAG, ${kind}: one row per call ${(1e3 / nsPerRow(driveRows(narrow, columns))).toFixed(1)} M rows/s`);
  for (const chunkRows of [64, 256, CHUNK_ROWS]) {
    console.log(`3-node DAG, ${kind}: chunks of ${chunkRows} ${(1e3 / nsPerRow(drive(DAG, columns, chunkRows))).toFixed(1)} M rows/s`);
  }
}
const idle = nsPerRow(drive([], decimals, CHUNK_ROWS));
console.log(`feeding six columns alone: ${idle.toFixed(2)} ns/bar, taken off below`);
for (const name of kernelNames) {
  const kernel = kernelOf(name);
  const inputs = kernel.inputs.map((_, k) => ({ source: 'bars', column: kernel.inputs.length === 1 ? 4 : 2 + k }));
  const node: PlanNode = { id: 'node', inputs, outputs: kernel.outputs, kernel: { name, params: {} } };
  const [exact, rough] = [decimals, doubles].map((columns) => nsPerRow(drive([node], columns, CHUNK_ROWS)) - idle);
  console.log(`${name.padEnd(10)} ${exact!.toFixed(2).padStart(6)} ns/bar on decimals, ${rough!.toFixed(2).padStart(6)} on full doubles`);
}
