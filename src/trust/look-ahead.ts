// Does anything a strategy computes know a bar that has not come yet?
// A1. The rows go through two plans: one is given them in pieces, as a backtest is, the other one at a time. What the second says of a row it
//     says before any later row is in its memory: that is the run over the history cut off behind the row, for every row there is.
// A2. So a difference in any bit is look-ahead, or depends on how the rows were cut into pieces, which is as bad.
// Authors' functions see copies of their windows and nothing else, so what this finds is a fault of a kernel, an operator or an account.
// A3. What stands in a param was known before the first row. A list so long that nobody wrote it down may have been read from the very bars: it is told.
// Absent: data that was made with the future in it, such as prices adjusted by later splits. No run over it can tell.
import { assemble, type Assembly } from '#actors/assemble.ts';
import { failOnHalt } from '#actors/backtest.ts';
import { piecesInOrder } from '#actors/pieces.ts';
import type { BarColumns, SourceID } from '#domain/bar.ts';
import { type DeclaredNode, kindOf } from '#domain/node-spec.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { label } from '#graph/graph.ts';

const PIECE_ROWS = 4_096;
const WRITTEN_MAX = 64; // weights, levels and hours that people write down are fewer

export interface LookAhead {
  /** Names the node for people. */
  readonly node: string;
  readonly output: string;
  /** Row of the node, counted from 0, and the time of its bar. */
  readonly row: number;
  readonly ts: number;
  /** The value with later bars in memory, and with none. */
  readonly knowing: number;
  readonly honest: number;
  /** Rows of the node that differ. */
  readonly rows: number;
}

/** By A3. */
export interface LongParam {
  readonly node: string;
  readonly param: string;
  readonly numbers: number;
}

export interface LookAheadReport {
  readonly nodes: number;
  /** Values compared. */
  readonly values: number;
  /** The first difference of each node that has one, upstreams first: mend the first. */
  readonly found: readonly LookAhead[];
  /** Lists in params of authors' functions, whose numbers no run can tell the origin of. */
  readonly given: readonly LongParam[];
}

/** Throws what a backtest of the strategy throws. */
export function checkLookAhead(spec: StrategySpec, data: ReadonlyMap<SourceID, BarColumns>, onProgress?: (done: number, total: number) => void): LookAheadReport {
  return { ...compareCuttings(spec.name, (rowsMax) => assemble(spec.nodes, rowsMax), data, onProgress), given: spec.nodes.flatMap(longParams) };
}

/** By A3. An account's own terms, such as corporate actions, stand beside what its function is given, and are long where history is. */
function longParams(node: DeclaredNode): LongParam[] {
  const { spec } = node;
  if (spec.nodeType !== 'custom' && spec.nodeType !== 'account') return [];
  const prefix = spec.nodeType === 'custom' ? '' : 'param_';
  return Object.entries(spec.config.params).flatMap(([name, value]) =>
    name.startsWith(prefix) && Array.isArray(value) && value.length > WRITTEN_MAX ? [{ node: label(node), param: name.slice(prefix.length), numbers: value.length }] : [],
  );
}

/** The check of whatever is assembled for pieces of a size. */
export function compareCuttings(strategy: string, assembled: (rowsMax: number) => Assembly, data: ReadonlyMap<SourceID, BarColumns>, onProgress?: (done: number, total: number) => void): Omit<LookAheadReport, 'given'> {
  const knowing = assembled(PIECE_ROWS);
  const honest = assembled(1);
  const comparisons = knowing.computed.map((node) => new Comparison(node));
  const total = [...knowing.sources.keys()].reduce((sum, id) => sum + data.get(id)![0]!.length, 0);
  let done = 0;
  for (const { id, from, to } of piecesInOrder(knowing.sources.keys(), data, PIECE_ROWS)) {
    const bars = data.get(id)!;
    for (const comparison of comparisons) comparison.begin();
    knowing.plan.append(id, bars, from, to, () => {
      failOnHalt(knowing, strategy, data);
      for (const comparison of comparisons) comparison.know(knowing);
    });
    for (let at = from; at < to; at++) {
      honest.plan.append(id, bars, at, at + 1, () => {
        for (const comparison of comparisons) comparison.take(honest);
      });
    }
    done += to - from;
    onProgress?.(done, total);
  }
  return { nodes: comparisons.length, values: comparisons.reduce((sum, { values }) => sum + values, 0), found: comparisons.flatMap(({ found }) => found ?? []) };
}

/** One node's rows of both plans, side by side. */
class Comparison {
  readonly #node: DeclaredNode;
  #columns: readonly Float64Array[] = [];
  #at = 0;
  values = 0;
  found: LookAhead | undefined;

  constructor(node: DeclaredNode) {
    this.#node = node;
  }

  begin(): void {
    this.#columns = [];
    this.#at = 0;
  }

  /** The rows of a piece, as the plan that knows all of it has them. They may come in several turns. */
  know({ plan }: Assembly): void {
    const { columns } = plan.rowsOf(this.#node.id);
    this.#columns = columns.map((column, c) => (this.#columns[c] ? new Float64Array([...this.#columns[c], ...column]) : column.slice()));
  }

  /** The next rows, as the plan has them that knows nothing behind them. */
  take({ plan }: Assembly): void {
    const { count, first, t, columns } = plan.rowsOf(this.#node.id);
    for (let k = 0; k < count; k++, this.#at++) {
      const differs = columns.findIndex((column, c) => !Object.is(column[k], this.#columns[c]![this.#at]));
      this.values += columns.length;
      if (differs < 0) continue;
      const { spec, name, id } = this.#node;
      this.found = this.found
        ? { ...this.found, rows: this.found.rows + 1 }
        : { node: name ?? `${kindOf(spec)} ${id.slice(0, 8)}`, output: spec.schema.outputs[differs]!, row: first + k, ts: t[k]!, knowing: this.#columns[differs]![this.#at]!, honest: columns[differs]![k]!, rows: 1 };
    }
  }
}
