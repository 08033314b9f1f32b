// The DAGs that are measured: stream → SMA20 → EMA10 → signal as a strategy, and chains of the same three nodes, up to thousands.
import { assemble } from '#actors/assemble.ts';
import { BAR_COLUMNS, type BarColumns, type Source } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import type { Plan, PlanNode } from '#kernels/plan.ts';
import { ema, sma, Strategy, StreamInput } from '#sdk/mod.ts';
import { WrongAnswer } from './measure.ts';

export const CLOSE = BAR_COLUMNS.indexOf('close');
export const SMA_PERIOD = 20;
export const EMA_PERIOD = 10;
const CHUNK_ROWS = 4_096;

export interface Dag {
  readonly spec: StrategySpec;
  readonly source: Source;
  /** The last node. */
  readonly signal: NodeID;
}

/** The 3-node DAG over an instrument. The name of the strategy is in no node's id. */
export function threeNodes(instrument: string, name = 'three-nodes'): Dag {
  const source: Source = { venue: 'bench', instrument, interval: interval('1m') };
  const strategy = new Strategy({
    name,
    build() {
      const average = sma(new StreamInput(source), { period: SMA_PERIOD });
      return { outputs: { signal: average.gt(ema(average, { period: EMA_PERIOD })) } };
    },
  });
  const spec = strategy.declare();
  return { spec, source, signal: spec.outputs['signal']!.node };
}

/** The plan of strategies over one source as a slot runs it, every node once however many strategies have it; `source` is what rows are appended to. */
export function mergedPlan(specs: readonly StrategySpec[], chunkRowsMax: number): { plan: Plan; source: string } {
  const nodes = new Map(specs.flatMap((spec) => spec.nodes).map((node) => [node.id, node]));
  const { plan, sources } = assemble([...nodes.values()], chunkRowsMax);
  return { plan, source: [...sources.keys()][0]! };
}

/** The signals of an unbroken run in one process, row by row; NaN before the first. */
function unbroken(bars: BarColumns): Float64Array {
  const rows = bars[0]!.length;
  const dag = threeNodes('UNBROKEN');
  const { plan, source } = mergedPlan([dag.spec], CHUNK_ROWS);
  const signals = new Float64Array(rows).fill(Number.NaN);
  for (let row = 0; row < rows; row += CHUNK_ROWS) {
    plan.append(source, bars, row, Math.min(rows, row + CHUNK_ROWS));
    const { first, columns } = plan.rowsOf(dag.signal);
    signals.set(columns[0]!, first);
  }
  return signals;
}

/** Throws WrongAnswer when a run gave other signals than an unbroken one, bit for bit. `signals[row]` is row `row`'s, NaN where there is none. */
export function requireSameAsUnbroken(bars: BarColumns, signals: Float64Array, what: string): void {
  const expected = unbroken(bars);
  const at = expected.findIndex((value, row) => !Object.is(value, signals[row]));
  if (at >= 0) throw new WrongAnswer(`${what}: the signal of row ${at} is ${signals[at]}, an unbroken run gives ${expected[at]}`);
}

/** `count` nodes that repeat SMA20 of the close → EMA10 → signal, none shared; a plan takes them as they are given. */
export function chains(count: number, source: string): PlanNode[] {
  const outputs = ['value'];
  return Array.from({ length: count / 3 }, (_, k): PlanNode[] => [
    { id: `average ${k}`, inputs: [{ source, column: CLOSE }], outputs, kernel: { name: 'sma', params: { period: SMA_PERIOD } } },
    { id: `trend ${k}`, inputs: [{ node: `average ${k}`, output: 0 }], outputs, kernel: { name: 'ema', params: { period: EMA_PERIOD } } },
    { id: `signal ${k}`, inputs: [{ node: `average ${k}`, output: 0 }, { node: `trend ${k}`, output: 0 }], outputs, kernel: { name: 'gt', params: {} } },
  ]).flat();
}
