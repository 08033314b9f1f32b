// The batch run: rows through the plan in chunks, everything a strategy did collected. It is the truth that live, restarted
// and moved runs are compared with, and it runs the same plan over the same account as they do.
// T1. Rows enter in the order of their times, source by source, so what joins them is never far behind.
// T2. History is not kept in what the hot path touches: outputs go to the caller chunk by chunk.
import { PAPER_OUTPUTS } from '#broker/paper.ts';
import { tradesOf } from '#broker/trades.ts';
import { type BarColumns, type SourceID, sourceId, sourceName } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import { type AccountSpec, type DeclaredNode, kindOf } from '#domain/node-spec.ts';
import type { Trade } from '#domain/order.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import type { Rows } from '#kernels/plan.ts';
import { assemble, type Assembly, termsOf } from './assemble.ts';
import { silenceFault } from './silence.ts';

const CHUNK_ROWS = 4_096;
const POSITION = PAPER_OUTPUTS.indexOf('position');
const EQUITY = PAPER_OUTPUTS.indexOf('equity');

export interface BacktestOptions {
  /** Called for every node that fired in a chunk; the views are valid during the call. */
  readonly onRows?: (node: DeclaredNode, rows: Rows) => void;
  /** Rows done of all rows. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface BacktestRun {
  /** Rows of the traded source, or of the first one when nothing is traded. */
  readonly bars: number;
  readonly t: Float64Array;
  /** Equity and position after each row; before the account's first row they are its cash and nothing. */
  readonly equity: Float64Array;
  readonly position: Float64Array;
  readonly trades: readonly Trade[];
  readonly cash0: number;
  /** Row of the traded source at which the account could act first; 0 when nothing is traded. */
  readonly warmup: number;
}

/** Runs a strategy over the rows of its sources. Throws DATA_SOURCE_UNBOUND, COMPUTE_FAILED, and what its declaration throws. */
export function runBacktest(spec: StrategySpec, data: ReadonlyMap<SourceID, BarColumns>, options: BacktestOptions = {}): BacktestRun {
  const assembly = assemble(spec.nodes, CHUNK_ROWS);
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
  const book = account && new Book(account, t);
  const total = [...sources.keys()].reduce((sum, id) => sum + data.get(id)![0]!.length, 0);
  let done = 0;
  for (const { id, from, to } of chunks(sources.keys(), data)) {
    plan.append(id, data.get(id)!, from, to);
    failOnSilence(assembly, spec, data.get(id)![0]!);
    if (book) book.take(plan.rowsOf(account.id));
    if (options.onRows) for (const node of computed) reportRows(node, plan.rowsOf(node.id), options.onRows);
    done += to - from;
    options.onProgress?.(done, total);
  }
  return { bars: t.length, t, warmup: account ? plan.warmup(account.id) : 0, ...(book ? book.close() : { equity: new Float64Array(0), position: new Float64Array(0), trades: [], cash0: 0 }) };
}

function reportRows(node: DeclaredNode, rows: Rows, onRows: NonNullable<BacktestOptions['onRows']>): void {
  if (rows.count > 0) onRows(node, rows);
}

/** What the account did, along the rows of the traded source. */
class Book {
  readonly #t: Float64Array;
  readonly #equity: Float64Array;
  readonly #position: Float64Array;
  readonly #trades: Trade[] = [];
  readonly #cash0: number;
  #row = 0;

  constructor(account: DeclaredNode, t: Float64Array) {
    this.#cash0 = termsOf(account.spec as AccountSpec).cash;
    this.#t = t;
    this.#equity = new Float64Array(t.length).fill(this.#cash0);
    this.#position = new Float64Array(t.length);
  }

  take(rows: Rows): void {
    if (rows.count === 0) return;
    const equity = rows.columns[EQUITY]!.subarray(0, rows.count);
    const position = rows.columns[POSITION]!.subarray(0, rows.count);
    this.#carryTo(rows.t[0]!);
    // Times only rise, so when first and last row lie as far apart here as there, all rows between are the same ones.
    if (this.#t[this.#row + rows.count - 1] === rows.t[rows.count - 1]) {
      this.#equity.set(equity, this.#row);
      this.#position.set(position, this.#row);
      this.#row += rows.count;
    } else {
      // An account that joins sources skips rows of the traded one; it stands still there.
      for (let k = 0; k < rows.count; k++) {
        this.#carryTo(rows.t[k]!);
        this.#equity[this.#row] = equity[k]!;
        this.#position[this.#row] = position[k]!;
        this.#row++;
      }
    }
    for (const trade of tradesOf(rows.t, rows.columns, rows.count)) this.#trades.push(trade);
  }

  close(): Pick<BacktestRun, 'equity' | 'position' | 'trades' | 'cash0'> {
    this.#carryTo(Number.POSITIVE_INFINITY);
    return { equity: this.#equity, position: this.#position, trades: this.#trades, cash0: this.#cash0 };
  }

  /** Goes on to the row of time `t`, with equity and position as they were. */
  #carryTo(t: number): void {
    for (; this.#row < this.#t.length && this.#t[this.#row]! < t; this.#row++) {
      if (this.#row === 0) continue;
      this.#equity[this.#row] = this.#equity[this.#row - 1]!;
      this.#position[this.#row] = this.#position[this.#row - 1]!;
    }
  }
}

/** By T1, the pieces to append: always of the source that is furthest behind, up to where the next one stands. */
function* chunks(ids: Iterable<string>, data: ReadonlyMap<string, BarColumns>): Generator<{ id: SourceID; from: number; to: number }> {
  const cursors = [...ids].map((id) => ({ id: id as SourceID, t: data.get(id)![0]!, from: 0 }));
  for (;;) {
    const left = cursors.filter(({ t, from }) => from < t.length).toSorted((a, b) => a.t[a.from]! - b.t[b.from]!);
    const [first, second] = left;
    if (!first) return;
    let to = Math.min(first.t.length, first.from + CHUNK_ROWS);
    if (second) {
      const limit = second.t[second.from]!;
      let end = first.from + 1;
      while (end < to && first.t[end]! <= limit) end++;
      to = end;
    }
    yield { id: first.id, from: first.from, to };
    first.from = to;
  }
}

function failOnSilence({ silenceable, computed, plan }: Assembly, spec: StrategySpec, t: Float64Array): void {
  for (const [id, { silence }] of silenceable) {
    if (!silence) continue;
    const node = computed.find((each) => each.id === id)!;
    const row = plan.warmup(id) + silence.row;
    const bar = row < t.length ? `, the bar of ${new Date(t[row]!).toISOString()}` : '';
    throw silenceFault(`strategy ${spec.name}, node ${node.name ?? `${kindOf(node.spec)} ${id.slice(0, 8)}`}`, silence, `row ${row + 1} of the data${bar}`);
  }
}
