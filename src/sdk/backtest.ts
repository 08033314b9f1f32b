// A backtest as an author asks for it: a strategy, data for its sources, a span of time; answered with everything it did.
import { type BacktestRun, runBacktest } from '#actors/backtest.ts';
import { withMembers } from '#actors/members.ts';
import { pathInLastUnits } from '#analysis/excursion.ts';
import { formatTime } from '#analysis/format.ts';
import { type Metrics, metrics } from '#analysis/metrics.ts';
import { type Trip, tripsOf } from '#analysis/trips.ts';
import { readTerms } from '#broker/terms.ts';
import { inLastUnits } from '#broker/fill-tape.ts';
import { SystemClock } from '#clock/system.ts';
import { type BarColumns, type Source, type SourceID, sourceId, sourceName } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import { intervalMs } from '#domain/interval.ts';
import { type DeclaredNode, kindOf, type NodeID, type Params } from '#domain/node-spec.ts';
import type { Trade } from '#domain/order.ts';
import type { AccountTerms, StrategySpec } from '#domain/strategy-spec.ts';
import { givenBars } from '#feeds/given.ts';
import { qualityNotes } from '#feeds/quality.ts';
import { readSeries } from '#feeds/series.ts';
import { medianStep } from '#feeds/spacing.ts';
import { label } from '#graph/graph.ts';
import type { Rows } from '#kernels/plan.ts';
import { fingerprintOf, identityOf, type RunIdentity } from './identity.ts';
import type { StrategyParams } from './params.ts';
import type { Strategy } from './strategy.ts';
import { accountOf, tradedSources } from './traded.ts';
import { sourceOf, termsOf } from '#actors/assemble.ts';

/** Bars of one source: a file of CSV or NDJSON, plain or gzip, or Parquet; several such files; or columns `[t, open, high, low, close, volume]`, t in UTC ms rising. */
export type BarData = string | readonly string[] | BarColumns;

export interface BacktestOptions<P extends StrategyParams = StrategyParams> {
  /** First and one past the last moment of the bars used: UTC ms, a Date, or ISO text such as `2020-01-01`. */
  readonly start: number | string | Date;
  readonly end: number | string | Date;
  /** For a strategy with one source its bars; else a record by `venue:instrument:interval` or by instrument. */
  readonly data: BarData | Readonly<Record<string, BarData>>;
  readonly params?: Partial<P>;
  readonly account?: Partial<AccountTerms>;
  /** Takes prices at and below zero in files for what they are: a spread, or crude oil on 2020-04-20. Refused when left out. */
  readonly negativePrices?: boolean;
  /** Strategies whose tagged nodes the tag queries of this one find too. Data has to be given for what those nodes read. */
  readonly beside?: readonly Strategy[];
  /** Called with the rows of every node as they are computed; the views are valid during the call. */
  readonly onRows?: (node: DeclaredNode, rows: Rows) => void;
  /** Share of the work done, 0 … 1, with the name of the step. */
  readonly onProgress?: (step: 'reading' | 'running', done: number, total: number) => void;
}

export interface BacktestResult {
  readonly strategy: string;
  readonly params: Params;
  readonly account: AccountTerms | undefined;
  readonly metrics: Metrics;
  /** Every fill, in order. */
  readonly trades: readonly Trade[];
  /** From flat to flat, of every instrument its own, in the order they ended. */
  readonly trips: readonly Trip[];
  /** Cash plus marked position after the last bar. */
  readonly equityFinal: number;
  readonly bars: number;
  /** Time of the run itself: from parsed columns to metrics. */
  readonly elapsedMs: number;
  readonly nodes: readonly { readonly nodeId: NodeID; readonly kind: string; readonly params: Params; readonly name?: string }[];
  /** What determined the run, part by part. */
  readonly identity: RunIdentity;
  /** SHA-256 over all of it: equal fingerprints mean equal results. */
  readonly fingerprint: string;
  readonly warnings: readonly string[];
  readonly spec: StrategySpec;
  readonly run: BacktestRun;
  /** Bars of what was traded by the account's names for it, `''` where it trades one. Where nothing is traded, those of the first source. */
  readonly instruments: ReadonlyMap<string, BarColumns>;
}

/** Runs a strategy over history. Throws what its declaration, its data or its compute functions are refused for. */
export async function backtest<P extends StrategyParams>(strategy: Strategy<P>, options: BacktestOptions<P>): Promise<BacktestResult> {
  const spec = withMembers(strategy.declare(options.params ?? {}, options.account ?? {}), options.beside?.map((other) => other.declare()));
  const warnings: string[] = [];
  const data = await bind(spec, options, warnings);
  const clock = new SystemClock();
  const startedMs = clock.monotonicMs();
  const run = runBacktest(spec, data, {
    ...(options.onRows && { onRows: options.onRows }),
    ...(options.onProgress && { onProgress: (done, total) => options.onProgress!('running', done, total) }),
  });
  if (run.warmup >= run.bars) warnings.push(`${run.bars} ${run.bars === 1 ? 'bar is' : 'bars are'} fewer than the ${run.warmup + 1} the strategy needs before it can decide anything`);
  warnings.push(...unevenRows(spec, run));
  const account = accountOf(spec);
  if (account && run.warmup < run.bars && run.fills.ts.length === 0) warnings.push(`nothing was traded: ${account.code.account === 'orders' ? ordersOf(run) : 'up to the last bar but one the target was 0 or no number'}`);
  if (account?.config.params.fillAt === 'same-close') warnings.push('market orders fill at the very close they were decided on, a price nobody had when he decided');
  if (run.owesFrom !== undefined && account?.config.params.leverage === undefined) {
    const since = formatTime(run.owesFrom, medianStep(run.t));
    warnings.push(`the account owes money from ${since} on: it bought for more cash than it had, and no leverage is declared; an account by orders with leverage: 1 rejects what its equity does not cover, and interestBps is what a loan costs`);
  }
  const traded = [...tradedSources(spec)].map(([name, source]) => [name, data.get(sourceId(source))!] as const);
  const instruments = new Map(traded.length > 0 ? traded : [['', [...data.values()][0]!]]);
  const terms = account?.code.account === 'orders' ? readTerms(account.config.params, intervalMs(account.config.interval)).instruments : [];
  const fills = inLastUnits(run.fills, terms);
  const actionsOf = (name: string) => terms.find((term) => term.name === name)?.actions ?? [];
  const trips = tripsOf(fills, new Map([...instruments].map(([name, [t, , high, low]]) => [name, pathInLastUnits({ t: t!, high: high!, low: low! }, actionsOf(name))])));
  const figures = metrics({ t: run.t, equity: run.equity, rowsHeld: run.rowsHeld, fills, cash0: run.cash0, trips });
  // Who never fell by all he had was never worth nothing; only of the others is the row looked for.
  const ruin = (figures.maxDrawdownRatio ?? 1) < 1 ? -1 : run.equity.findIndex((value) => value <= 0);
  if (ruin >= 0) {
    const since = formatTime(run.t[ruin]!, medianStep(run.t));
    warnings.push(`the account was worth nothing or less at ${since}: a broker would have closed its positions before, as an account with maintenance does; from there it has no returns, and figures made of them are left out`);
  }
  const elapsedMs = clock.monotonicMs() - startedMs;
  const identity = identityOf(spec, sourcesOf(spec), data);
  return {
    strategy: spec.name,
    params: spec.params,
    account: account && termsOf(account),
    metrics: figures,
    trades: run.trades,
    trips,
    equityFinal: run.equity.at(-1) ?? run.cash0,
    bars: run.bars,
    elapsedMs,
    nodes: spec.nodes.map(({ id, spec: node, name }) => ({ nodeId: id, kind: kindOf(node), params: node.nodeType === 'kernel' || node.nodeType === 'custom' || node.nodeType === 'wasm' || node.nodeType === 'account' ? node.config.params : (node.config as unknown as Params), ...(name === undefined ? {} : { name }) })),
    identity,
    fingerprint: fingerprintOf(spec, identity),
    warnings,
    spec,
    run,
    instruments,
  };
}

/** What became of the orders of an account that never traded. */
function ordersOf({ events }: BacktestRun): string {
  const placed = events().filter(({ kind }) => kind === 'placed').length;
  return placed === 0 ? 'no order was placed' : `${placed} ${placed === 1 ? 'order was' : 'orders were'} placed and none filled`;
}

/** What became of rows that were late or missing, node by node. */
function unevenRows({ nodes }: StrategySpec, { counts }: BacktestRun): string[] {
  const rows = (count: number): string => `${count} row${count === 1 ? '' : 's'}`;
  return [...counts].flatMap(([id, { late = 0, missing = 0 }]) => {
    const node = label(nodes.find((each) => each.id === id)!);
    return [...(late > 0 ? [`node ${node}: ${rows(late)} came too late for a window`] : []), ...(missing > 0 ? [`node ${node}: ${rows(missing)} missing between others`] : [])];
  });
}

/** The sources a strategy reads, in the order of its nodes. */
export function sourcesOf(spec: Pick<StrategySpec, 'nodes'>): Source[] {
  const sources = new Map<SourceID, Source>();
  for (const { spec: node } of spec.nodes) {
    if (node.nodeType !== 'stream') continue;
    const source = sourceOf(node);
    sources.set(sourceId(source), source);
  }
  return [...sources.values()];
}

/** Bars for every source of a strategy, cut to the span asked for. */
export async function bind(spec: Pick<StrategySpec, 'name' | 'nodes'>, options: Pick<BacktestOptions, 'data' | 'start' | 'end' | 'negativePrices' | 'onProgress'>, warnings: string[]): Promise<Map<SourceID, BarColumns>> {
  const { data, start, end } = options;
  const sources = sourcesOf(spec);
  if (typeof data !== 'string' && (typeof data !== 'object' || data === null)) throw new Fault('DATA_SOURCE_UNBOUND', `data is ${data === null ? 'null' : typeof data}`, { cure: 'give files, columns, or a record of them by the names of what the strategy reads' });
  const single = typeof data === 'string' || Array.isArray(data);
  if (single && sources.length > 1) {
    throw new Fault('DATA_SOURCE_UNBOUND', `strategy ${spec.name} reads ${sources.length} sources (${sources.map(sourceName).join(', ')}), and ${typeof data === 'string' ? 'one file was given' : 'what was given names none of them'}`, {
      cure: `name a file for each, for example --data ${sources[0]!.instrument}=first.csv --data ${sources[1]!.instrument}=second.csv`,
    });
  }
  const named = single ? undefined : (data as Readonly<Record<string, BarData>>);
  const unknown = Object.keys(named ?? {}).find((key) => !sources.some((source) => key === sourceName(source) || key === source.instrument));
  if (unknown !== undefined) {
    throw new Fault('DATA_SOURCE_UNBOUND', `data was given for "${unknown}", which strategy ${spec.name} does not read`, { cure: `it reads ${sources.map(sourceName).join(', ')}` });
  }
  const from = momentOf(start, 'start');
  const to = momentOf(end, 'end');
  if (!(from < to)) throw new Fault('PARAM_INVALID', `start ${new Date(from).toISOString()} is not before end ${new Date(to).toISOString()}`, { cure: 'give a span of time with bars in it' });
  const bound = new Map<SourceID, BarColumns>();
  for (const source of sources) {
    if (named && sourceName(source) in named && source.instrument in named) {
      throw new Fault('DATA_SOURCE_UNBOUND', `data was given twice for ${sourceName(source)}, once as "${source.instrument}"`, { cure: 'give it once' });
    }
    const given = named ? (named[sourceName(source)] ?? named[source.instrument]) : (data as BarData);
    if (given === undefined || given === null || given.length === 0) {
      throw new Fault('DATA_SOURCE_UNBOUND', `strategy ${spec.name} reads ${sourceName(source)}, and no data was given for it`, { cure: `add --data ${source.instrument}=<csv>` });
    }
    let columns: BarColumns;
    const files = filesOf(given);
    const whose = files?.join(', ') ?? sourceName(source);
    if (files) {
      const file = await readSeries(files, { ...(options.negativePrices && { negativePrices: true }), ...(options.onProgress && { onProgress: (done, total) => options.onProgress!('reading', done, total) }) });
      warnings.push(...file.warnings);
      if (file.intervalMs > 0 && file.intervalMs !== intervalMs(source.interval)) {
        warnings.push(`${whose}: bars are ${file.intervalMs / 1000} s apart, and the strategy declares ${source.interval}; figures per year follow the data`);
      }
      columns = file.columns;
    } else columns = givenBars(given, sourceName(source), options);
    const cut = span(columns, from, to, sourceName(source));
    warnings.push(...qualityNotes(cut, medianStep(cut[0]!)).map((note) => `${whose}: ${note}`));
    bound.set(sourceId(source), cut);
  }
  return bound;
}

/** The paths, where files are given. */
function filesOf(given: BarData): readonly string[] | undefined {
  if (typeof given === 'string') return [given];
  return typeof given[0] === 'string' ? (given as readonly string[]) : undefined;
}

function span(columns: BarColumns, from: number, to: number, name: string): BarColumns {
  const t = columns[0]!;
  const first = lowerBound(t, from);
  const last = lowerBound(t, to);
  if (first === last) {
    throw new Fault('DATA_SOURCE_UNBOUND', `${name}: no bar lies in the span asked for`, {
      cure: t.length === 0 ? 'the data is empty' : `the data runs from ${new Date(t[0]!).toISOString()} to ${new Date(t.at(-1)!).toISOString()}`,
    });
  }
  return first === 0 && last === t.length ? columns : columns.map((column) => column.subarray(first, last));
}

function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** UTC ms of a moment. */
function momentOf(value: number | string | Date, name: string): number {
  const ms = typeof value === 'number' ? value : new Date(value).getTime();
  if (Number.isNaN(ms)) throw new Fault('PARAM_INVALID', `${name}: ${JSON.stringify(value)} is not a moment`, { cure: 'give UTC ms or ISO text, for example 2020-01-31 or 2020-01-31T14:30:00Z' });
  return ms;
}
