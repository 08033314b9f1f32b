// How long does what a strategy computes depend on where its data begins?
// Every node is compared with itself on data that begins later. Averages over a window agree from their first row; exponential ones forget
// their first value slowly; running totals never do.
import { assemble } from '#actors/assemble.ts';
import { failOnHalt } from '#actors/backtest.ts';
import { pieces } from '#actors/pieces.ts';
import { firstRowAtOrAfter } from '#analysis/row-search.ts';
import type { BarColumns, SourceID } from '#domain/bar.ts';
import { type DeclaredNode, kindOf, type NodeID } from '#domain/node-spec.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';

const PIECE_ROWS = 4_096;
/** Where data begins anew, as shares of the rows: early and late, so that neither a calm nor a wild stretch decides. */
const STARTS = [0.05, 0.23, 0.41] as const;

export interface WarmUp {
  readonly nodeId: NodeID;
  /** Names the node for people. */
  readonly node: string;
  /** Rows before its first one, as declared. */
  readonly declaredRows: number;
  /** Rows until it stays within the tolerance of the run that began earlier; undefined when it never does. At most `declaredRows` when it forgets its beginning at once. */
  readonly settledRows: number | undefined;
}

export interface WarmUpReport {
  readonly tolerance: number;
  /** Upstreams first; accounts are left out, since what they hold is a matter of what they began with. */
  readonly nodes: readonly WarmUp[];
  /** The node the strategy trades by. */
  readonly target: NodeID | undefined;
}

interface NodeRows {
  readonly t: number[];
  readonly columns: readonly number[][];
}

/** `tolerance` is a share of the larger of the two values. Throws what a backtest of the strategy throws. */
export function checkWarmUp(spec: StrategySpec, data: ReadonlyMap<SourceID, BarColumns>, tolerance: number): WarmUpReport {
  const { rows: whole, declared, nodes } = rowsFrom(spec, data, Number.NEGATIVE_INFINITY);
  const [lead] = [...data.values()] as [BarColumns];
  const starts = STARTS.map((share) => lead[0]![Math.floor(share * lead[0]!.length)]!);
  const late = starts.map((fromMs) => rowsFrom(spec, data, fromMs).rows);
  const found = nodes.map((node): WarmUp => {
    const settled = late.map((rows, k) => settledAfter(whole.get(node.id)!, rows.get(node.id)!, lead[0]!, starts[k]!, tolerance));
    return {
      nodeId: node.id,
      node: node.name ?? `${kindOf(node.spec)} ${node.id.slice(0, 8)}`,
      declaredRows: declared.get(node.id)!,
      settledRows: settled.includes(undefined) ? undefined : Math.max(...(settled as number[])),
    };
  });
  return { tolerance, nodes: found, target: spec.target?.ref?.node };
}

/** Every row of every node on the data from a moment on. */
function rowsFrom(spec: StrategySpec, data: ReadonlyMap<SourceID, BarColumns>, fromMs: number): { rows: Map<NodeID, NodeRows>; declared: Map<NodeID, number>; nodes: DeclaredNode[] } {
  const assembly = assemble(spec.nodes, PIECE_ROWS);
  const { plan, sources, computed } = assembly;
  const known = new Map([...sources.keys()].map((id): [SourceID, BarColumns] => [id, data.get(id)!.map((column, _, bars) => column.subarray(firstRowAtOrAfter(bars[0]!, fromMs, 0)))]));
  const nodes = computed.filter(({ spec: { nodeType } }) => nodeType !== 'account');
  const rows = new Map(nodes.map(({ id, spec: { schema } }): [NodeID, NodeRows] => [id, { t: [], columns: schema.outputs.map(() => []) }]));
  for (const { id, from, to } of pieces(sources.keys(), known, PIECE_ROWS)) {
    plan.append(id, known.get(id)!, from, to, () => {
      failOnHalt(assembly, spec.name, known);
      for (const [nodeId, { t, columns }] of rows) {
        const fresh = plan.rowsOf(nodeId);
        for (let k = 0; k < fresh.count; k++) {
          t.push(fresh.t[k]!);
          for (const [c, column] of columns.entries()) column.push(fresh.columns[c]![k]!);
        }
      }
    });
  }
  return { rows, nodes, declared: new Map(nodes.map(({ id }) => [id, plan.warmup(id)])) };
}

/** Rows of the source from `fromMs` to the last on which the two disagree; undefined when they still do at the end. */
function settledAfter(whole: NodeRows, late: NodeRows, t: Float64Array, fromMs: number, tolerance: number): number | undefined {
  const offset = whole.t.length - late.t.length;
  let last = late.t.length - 1;
  for (; last >= 0; last--) {
    if (!late.columns.every((column, c) => agree(column[last]!, whole.columns[c]![offset + last]!, tolerance))) break;
  }
  // Less than a tenth of the rows in agreement is chance.
  if (late.t.length === 0 || last >= late.t.length * 0.9) return undefined;
  const first = firstRowAtOrAfter(t, fromMs, 0);
  return firstRowAtOrAfter(t, late.t[last + 1]!, first) - first;
}

function agree(a: number, b: number, tolerance: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
}
