// A backtest's result as the report and the terminal summary want it.
import { medianStep } from '#feeds/spacing.ts';
import { formatDuration } from '#analysis/format.ts';
import { firstRowAtOrAfter } from '#analysis/row-search.ts';
import { summary } from '#analysis/summary.ts';
import { type BarColumns, sourceName } from '#domain/bar.ts';
import { kindOf, type NodeSpec, type Params, upstreamsOf } from '#domain/node-spec.ts';
import type { Trade } from '#domain/order.ts';
import type { AccountTerms, StrategySpec } from '#domain/strategy-spec.ts';
import type { GraphNode } from '#report/graph.ts';
import type { HeatMapInput } from '#report/heat-map.ts';
import { report } from '#report/page.ts';
import type { Cost } from '#report/tables.ts';
import type { BacktestResult } from '#sdk/backtest.ts';
import { sourcesOf } from '#sdk/backtest.ts';

// Places in BarColumns.
const OPEN = 1;
const HIGH = 2;
const LOW = 3;
const CLOSE = 4;
/** Shown where a strategy trades nothing. */
const NO_TERMS: AccountTerms = { cash: 0, feeBps: 0, slippageBps: 0 };

export interface ReportExtras {
  /** Data files, as they were named. */
  readonly files: readonly string[];
  /** Other strategies; nodes they share with this one are marked. */
  readonly beside: readonly StrategySpec[];
  readonly search?: HeatMapInput;
}

function common(result: BacktestResult) {
  const { strategy, params, run, metrics, warnings } = result;
  return { title: strategy, params, source: sourceName(tradedSource(result)), intervalMs: medianStep(run.t), t: run.t, equity: run.equity, metrics, warnings };
}

function tradedSource({ spec }: BacktestResult) {
  return spec.target?.source ?? sourcesOf(spec)[0]!;
}

/** The page of `--report`. */
export function reportOf(result: BacktestResult, { files, beside, search }: ReportExtras): string {
  const { spec, run, columns, trades, account, fingerprint } = result;
  const { target } = spec;
  const shared = common(result);
  return report({
    ...shared,
    exposure: run.position.map((position, row) => (position * columns[CLOSE]![row]!) / run.equity[row]!),
    instruments: [{ name: tradedSource(result).instrument, open: columns[OPEN]!, high: columns[HIGH]!, low: columns[LOW]!, close: columns[CLOSE]! }],
    trades,
    cash: (account ?? NO_TERMS).cash,
    costs: costsOf(trades, columns),
    nodes: graphOf(spec, beside),
    ...(search && { search }),
    conventions: conventionsOf(account ?? NO_TERMS, shared.intervalMs),
    fingerprint: { data: files.join(', '), run: fingerprint, ...(target && { account: target.account }), ...(target?.ref && { target: target.ref.node }) },
  });
}

export function summaryOf(result: BacktestResult, colour: boolean): string {
  return summary({ ...common(result), terms: result.account ?? NO_TERMS, elapsedMs: result.elapsedMs }, { colour });
}

/** Market orders are due at the open of their bar: what they were filled at beyond it is slippage. */
function costsOf(trades: readonly Trade[], columns: BarColumns): Cost[] {
  let [fees, slippage, row] = [0, 0, 0];
  for (const { ts, side, quantity, price, fee } of trades) {
    row = firstRowAtOrAfter(columns[0]!, ts, row);
    fees += fee;
    slippage += (side === 'buy' ? 1 : -1) * (price - columns[OPEN]![row]!) * quantity;
  }
  return [
    { label: 'Fees', amount: fees, hint: 'of all fills' },
    { label: 'Slippage', amount: slippage, hint: 'fill prices against the opens of their bars' },
  ];
}

/** The DAG with what people call its nodes. */
export function graphOf(spec: StrategySpec, beside: readonly StrategySpec[]): GraphNode[] {
  const others = beside.filter(({ name }) => name !== spec.name).map(({ name, nodes }) => ({ name, ids: new Set(nodes.map(({ id }) => id)) }));
  return spec.nodes.map(({ id, spec: node, name }) => ({
    id,
    name: name ?? nameOf(node),
    kind: node.nodeType,
    params: paramsOf(node),
    reads: [...new Set(upstreamsOf(node).map((upstream) => upstream.node))],
    sharedWith: others.filter(({ ids }) => ids.has(id)).map((other) => other.name),
  }));
}

function nameOf(node: NodeSpec): string {
  return node.nodeType === 'stream' ? `${node.config.instrument} ${node.config.field}` : kindOf(node);
}

function paramsOf(node: NodeSpec): Params {
  if (node.nodeType === 'stream') return { source: sourceName(node.config) };
  return 'params' in node.config ? node.config.params : { tags: node.config.tags.join(' '), match: node.config.match };
}

function conventionsOf({ feeBps, slippageBps }: AccountTerms, intervalMs: number): Record<string, string> {
  return {
    Decision: 'a target is read at the close of a bar',
    Fill: 'market order, filled whole at the open of the next bar',
    Fee: `${feeBps} bps of the traded value, per side`,
    Slippage: `${slippageBps} bps of the open, against the trade`,
    Amounts: 'exact, in units of 0.00000001; marked at the close',
    Bar: intervalMs > 0 ? `${formatDuration(intervalMs)}, times are those of the open, UTC` : 'times are those of the open, UTC',
    Annualised: 'by the bars per year of the data itself; risk-free rate 0',
  };
}
