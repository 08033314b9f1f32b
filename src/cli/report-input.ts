// A backtest's result as the report and the terminal summary want it.
import { firstRowAtOrAfter } from '#analysis/row-search.ts';
import { summary } from '#analysis/summary.ts';
import { type BarColumns, sourceName } from '#domain/bar.ts';
import { kindOf, type NodeID, type NodeSpec, type Params, type StreamSpec, upstreamsOf } from '#domain/node-spec.ts';
import type { Trade } from '#domain/order.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { medianStep } from '#feeds/spacing.ts';
import type { GraphNode } from '#report/graph.ts';
import type { HeatMapInput } from '#report/heat-map.ts';
import { report } from '#report/page.ts';
import type { InstrumentBars } from '#report/series.ts';
import type { Cost } from '#report/tables.ts';
import { type BacktestResult, sourcesOf } from '#sdk/backtest.ts';
import { accountOf, tradedSources } from '#sdk/traded.ts';
import { conventionsOf } from './conventions.ts';

export interface ReportExtras {
  /** Data files, as they were named. */
  readonly files: readonly string[];
  /** Other strategies; nodes they share with this one are marked. */
  readonly beside: readonly StrategySpec[];
  readonly search?: HeatMapInput;
}

function common({ strategy, params, spec, run, metrics, warnings }: BacktestResult) {
  const traded = [...tradedSources(spec).values()];
  const source = (traded.length > 0 ? traded : [sourcesOf(spec)[0]!]).map(sourceName).join(', ');
  return { title: strategy, params, source, intervalMs: medianStep(run.t), t: run.t, equity: run.equity, metrics, warnings };
}

/** The page of `--report`. */
export function reportOf(result: BacktestResult, { files, beside, search }: ReportExtras): string {
  const { spec, run, trades, trips, account, fingerprint, instruments } = result;
  const { target } = spec;
  const shared = common(result);
  // A strategy that trades nothing has a report too: of its prices and its graph, with an account that stays at nothing.
  const equity = target ? run.equity : new Float64Array(run.t.length);
  const position = target ? run.position : equity;
  const bars = [...instruments].map(([name, columns]) => alongRows(name === '' ? (target?.source ?? sourcesOf(spec)[0]!).instrument : name, columns, run.t));
  // Of one instrument the position is in its units, of several already their value.
  const exposure = position.map((held, row) => (instruments.size > 1 ? held : held * bars[0]!.close[row]! * (result.run.rate?.[row] ?? 1)) / equity[row]!);
  return report({
    ...shared,
    equity,
    exposure,
    instruments: bars,
    trades,
    trips,
    cash: account?.cash ?? 0,
    costs: costsOf(result),
    nodes: graphOf(spec, beside),
    ...(search && { search }),
    conventions: conventionsOf(accountOf(result.spec), shared.intervalMs),
    fingerprint: { data: files.join(', '), run: fingerprint, ...(target && { account: target.account }), ...(target?.ref && { target: target.ref.node }) },
  });
}

export function summaryOf(result: BacktestResult, colour: boolean): string {
  const { Fill, Fee, Slippage } = conventionsOf(accountOf(result.spec), 0);
  const rules = [...(Fill === undefined ? [] : [Fill]), ...(Fee === undefined ? [] : [`fee ${Fee} · slippage ${Slippage}`])];
  return summary({ ...common(result), cash: result.account?.cash ?? 0, rules, elapsedMs: result.elapsedMs }, { colour });
}

/** Bars along the rows of the run. What came since the row before it is one bar; a row without any has none. */
function alongRows(name: string, columns: BarColumns, t: Float64Array): InstrumentBars {
  const [own, open, high, low, close] = columns as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  if (own.length === t.length && own.every((time, row) => time === t[row])) return { name, open, high, low, close };
  const bars = { open: new Float64Array(t.length).fill(Number.NaN), high: new Float64Array(t.length).fill(Number.NaN), low: new Float64Array(t.length).fill(Number.NaN), close: new Float64Array(t.length).fill(Number.NaN) };
  let at = 0;
  t.forEach((time, row) => {
    const from = at;
    while (at < own.length && own[at]! <= time) at++;
    if (from === at) return;
    bars.open[row] = open[from]!;
    bars.high[row] = high.subarray(from, at).reduce((a, b) => Math.max(a, b));
    bars.low[row] = low.subarray(from, at).reduce((a, b) => Math.min(a, b));
    bars.close[row] = close[at - 1]!;
  });
  return { name, ...bars };
}

/** In the account's currency. An account of a target has market orders only, which are due at the open of their bar. */
function costsOf({ trades, run, instruments }: BacktestResult): Cost[] {
  const slippage = run.slippage ?? againstOpens(trades, [...instruments.values()][0]!);
  return [
    { label: 'Fees', amount: run.fees, hint: 'of all fills' },
    { label: 'Slippage', amount: slippage, hint: 'of all fills, against the market’s price at their moment' },
    ...(run.carry === 0 ? [] : [{ label: 'Carry', amount: -run.carry, hint: 'borrow fees, interest and funding, less dividends' }]),
  ];
}

function againstOpens(trades: readonly Trade[], [t, open]: BarColumns): number {
  let row = 0;
  let sum = 0;
  for (const { ts, side, quantity, price } of trades) {
    row = firstRowAtOrAfter(t!, ts, row);
    sum += (side === 'buy' ? 1 : -1) * (price - open![row]!) * quantity;
  }
  return sum;
}

/** The DAG with what people call its nodes. */
function graphOf(spec: StrategySpec, beside: readonly StrategySpec[]): GraphNode[] {
  const others = beside.filter(({ name }) => name !== spec.name).map(({ name, nodes }) => ({ name, ids: new Set(nodes.map(({ id }) => id)) }));
  const sharedWith = (ids: readonly NodeID[]): string[] => others.filter((other) => ids.some((id) => other.ids.has(id))).map(({ name }) => name);
  const fields = Map.groupBy(spec.nodes.filter(({ spec: { nodeType } }) => nodeType === 'stream'), ({ spec: node }) => (node.nodeType === 'stream' ? sourceName(node.config) : ''));
  const sources = [...fields].map(([source, nodes]): GraphNode => {
    const ids = nodes.map(({ id, spec: node }) => [node.nodeType === 'stream' ? node.config.field : '', id] as const);
    const [venue, instrument, interval] = source.split(':');
    return { ids: Object.fromEntries(ids), name: instrument!, kind: 'stream', params: { venue: venue!, interval: interval! }, reads: [], sharedWith: sharedWith(nodes.map(({ id }) => id)) };
  });
  const computed = spec.nodes.flatMap(({ id, spec: node, name }): GraphNode[] =>
    node.nodeType === 'stream' ? [] : [{ ids: { '': id }, name: name ?? kindOf(node), kind: node.nodeType, params: paramsOf(node), reads: [...new Set(upstreamsOf(node).map((upstream) => upstream.node))], sharedWith: sharedWith([id]) }],
  );
  return [...sources, ...computed];
}

function paramsOf({ config }: Exclude<NodeSpec, StreamSpec>): Params {
  return 'params' in config ? config.params : { tags: config.tags.join(' '), match: config.match };
}
