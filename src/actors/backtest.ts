// The batch run: rows through the plan in chunks, everything a strategy did collected. It is the truth that live, restarted
// and moved runs are compared with, and it runs the same plan over the same account as they do.
// T1. History is not kept in what the hot path touches: outputs go to the caller chunk by chunk.
import { type BarColumns, type SourceID, sourceId, sourceName } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import { type Fills, NO_FILLS, tradesOf } from '#domain/fills.ts';
import { type AccountSpec, type DeclaredNode, kindOf, type NodeID } from '#domain/node-spec.ts';
import type { OrderEvent, Trade } from '#domain/order.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { authorLine } from '#graph/author.ts';
import type { Rows } from '#kernels/plan.ts';
import { OrdersAhead } from './ahead.ts';
import { type AccountStandIn, assemble, type Assembly, type Counts, termsOf, timeOf } from './assemble.ts';
import { Book, type Curve } from './book.ts';
import { EventLog } from './event-log.ts';
import { pieces } from './pieces.ts';
import { haltFault, type Halting } from './halt.ts';

const CHUNK_ROWS = 4_096;

export interface BacktestOptions {
  /** Called for every node that fired in a chunk; the views are valid during the call. */
  readonly onRows?: (node: DeclaredNode, rows: Rows) => void;
  /** Rows done of all rows. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface BacktestRun extends Curve {
  /** Rows of the traded source, or of the first one when nothing is traded. */
  readonly bars: number;
  readonly t: Float64Array;
  /** After each row, made when first asked for; before the account's first row it is nothing. With several instruments it is the value of all of them, unsigned. */
  readonly position: Float64Array;
  /** Every fill in order: as columns, and as objects, which are made when first asked for. */
  readonly fills: Fills;
  readonly trades: readonly Trade[];
  /** What happened to every order, where the account is asked for orders. */
  readonly events: () => readonly OrderEvent[];
  /** Rows that came late or are missing, by the nodes that count them. */
  readonly counts: ReadonlyMap<NodeID, Counts>;
  /** Row of the traded source at which the account could act first; 0 when nothing is traded. */
  readonly warmup: number;
}

/** Runs a strategy over the rows of its sources. Throws DATA_SOURCE_UNBOUND, COMPUTE_FAILED, and what its declaration throws. */
export function runBacktest(spec: StrategySpec, data: ReadonlyMap<SourceID, BarColumns>, options: BacktestOptions = {}): BacktestRun {
  let ahead: OrdersAhead | undefined;
  const standIn: AccountStandIn = ({ id }, account, inputs) => {
    if (account.code.account !== 'orders') return undefined;
    ahead = new OrdersAhead(account, (rows) => keep({ ...rows, first: plan.warmup(id) + rows.first }));
    return { id, inputs: [timeOf(inputs), ...inputs], outputs: [], host: ahead };
  };
  const assembly = assemble(spec.nodes, CHUNK_ROWS, standIn);
  const { plan, sources, computed } = assembly;
  for (const [id, source] of sources) {
    if (!data.has(id)) {
      throw new Fault('DATA_SOURCE_UNBOUND', `strategy ${spec.name} reads ${sourceName(source)}, and no data was given for it`, {
        cure: `give the bars of ${sourceName(source)}`,
        data: { source: sourceName(source) },
      });
    }
  }
  const traded = spec.target ? sourceId(spec.target.source) : ([...sources.keys()][0] as SourceID);
  const t = data.get(traded)![0]!;
  const account = computed.find((node) => node.id === spec.target?.account);
  const log = ahead && new EventLog(ahead.node, t.length);
  const book = account && new Book(termsOf(account.spec as AccountSpec).cash, t, account.spec.schema.outputs);
  const keep = (rows: Rows): void => {
    book!.take(rows);
    log?.take(rows);
    if (options.onRows) reportRows(account!, rows, options.onRows);
  };
  const halting = new Map<NodeID, Halting>(assembly.halting);
  if (ahead) halting.set(account!.id, ahead);
  const checkHalts = (): void => {
    for (const { halt } of halting.values()) {
      if (!halt) continue;
      ahead?.abandon(); // what it still has may lie before
      failOnHalt({ plan, computed, halting }, spec.name, data);
    }
  };
  const total = [...sources.keys()].reduce((sum, id) => sum + data.get(id)![0]!.length, 0);
  let done = 0;
  for (const { id, from, to } of pieces(sources.keys(), data, CHUNK_ROWS)) {
    plan.append(id, data.get(id)!, from, to, () => {
      checkHalts();
      if (account && !ahead) keep(plan.rowsOf(account.id));
      if (options.onRows) for (const node of computed) if (node !== account) reportRows(node, plan.rowsOf(node.id), options.onRows);
    });
    done += to - from;
    options.onProgress?.(done, total);
  }
  ahead?.close();
  checkHalts();
  log?.close();
  const warmup = account ? plan.warmup(account.id) : 0;
  const curve: Curve = book?.close() ?? { equity: new Float64Array(0), rowsHeld: 0, cash0: 0, fees: 0, carry: 0 };
  const counts = new Map(Array.from(assembly.counting, ([id, node]) => [id, node.counts()]));
  const fills = (log ?? book)?.fills() ?? NO_FILLS;
  plan.end();
  let position: Float64Array | undefined;
  let trades: readonly Trade[] | undefined;
  return {
    bars: t.length,
    t,
    warmup,
    counts,
    ...curve,
    fills,
    get position() {
      return (position ??= book?.positions() ?? new Float64Array(0));
    },
    get trades() {
      return (trades ??= tradesOf(fills));
    },
    events: () => log?.events() ?? [],
  };
}

function reportRows(node: DeclaredNode, rows: Rows, onRows: NonNullable<BacktestOptions['onRows']>): void {
  if (rows.count > 0) onRows(node, rows);
}

/** Throws for the node that stands still at the earliest bar, the first of those that do. */
export function failOnHalt({ halting, computed, plan }: Pick<Assembly, 'halting' | 'computed' | 'plan'>, strategy: string, data: ReadonlyMap<string, BarColumns>): void {
  const halts = [...halting].flatMap(([id, { halt }]) => {
    if (!halt) return [];
    const row = plan.warmup(id) + halt.row;
    const source = plan.sourceOf(id);
    return [{ id, halt, row, t: source === undefined ? undefined : data.get(source)![0]![row]! }];
  });
  const first = halts.toSorted((a, b) => (a.t ?? Infinity) - (b.t ?? Infinity))[0];
  if (!first) return;
  const { id, halt, row, t } = first;
  const node = computed.find((each) => each.id === id)!;
  const bar = t === undefined ? '' : `, the bar of ${new Date(t).toISOString()}`;
  const line = halt.at && 'code' in node.spec && 'source' in node.spec.code ? authorLine(node, node.spec.code.source, halt.at) : undefined;
  throw haltFault(`strategy ${strategy}, node ${node.name ?? `${kindOf(node.spec)} ${id.slice(0, 8)}`}`, halt, `row ${row + 1} of ${t === undefined ? 'its rows' : 'the data'}${bar}`, line);
}
