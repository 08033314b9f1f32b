// A trial run with its whole curve kept: slower than a ledger, and able to tell everything a backtest can.
import type { AccountNode } from '#actors/account.ts';
import { accountOf, type AccountStandIn, assemble, termsOf, timeOf } from '#actors/assemble.ts';
import { failOnHalt } from '#actors/backtest.ts';
import { Book, type Curve } from '#actors/book.ts';
import { EventLog } from '#actors/event-log.ts';
import { OrdersNode } from '#actors/orders.ts';
import { Unmoved } from '#actors/unmoved.ts';
import { pieces } from '#actors/pieces.ts';
import type { HaltingNode } from '#actors/halt.ts';
import { metrics } from '#analysis/metrics.ts';
import { inLastUnits } from '#broker/fill-tape.ts';
import type { SourceID } from '#domain/bar.ts';
import type { AccountSpec, DeclaredNode, NodeID } from '#domain/node-spec.ts';
import type { Fills } from '#domain/fills.ts';
import { curveOf } from '#kernels/equity-curve.ts';
import type { HostNode, PlanInput } from '#kernels/plan.ts';
import { pickFigures } from './figures.ts';
import type { Outcome } from './ledger.ts';
import { cutsOf, type Ground, PIECE_ROWS, type RowSpan, rowsOf } from './span.ts';

export interface SpanCurve extends Curve {
  readonly fills: Fills;
  /** Times of the rows of the span. */
  readonly t: Float64Array;
}

/** What an account made of each span. `nodes` are those it stands on, itself among them. Throws what halts one of them. */
export function runCurves(strategy: string, nodes: readonly DeclaredNode[], { data, spans }: Ground): SpanCurve[] {
  let trader: CurveTrader | undefined;
  let account: NodeID | undefined;
  const standIn: AccountStandIn = ({ id }, spec, inputs) => {
    const time = timeOf(inputs) as Extract<PlanInput, { source: string }>;
    const t = data.get(time.source as SourceID)![0]!;
    trader = new CurveTrader(spec, t, spans.map((span) => rowsOf(span, t)));
    account = id;
    return { id, inputs: [time, ...inputs], outputs: [], host: trader };
  };
  const { plan, sources, computed, halting } = assemble(nodes, PIECE_ROWS, standIn);
  for (const { id, from, to } of pieces(sources.keys(), data, PIECE_ROWS, cutsOf(spans))) {
    const bars = data.get(id)!;
    plan.append(id, bars, from, to);
    const accounts = trader!.accounts.map(({ host }): [NodeID, HaltingNode] => [account!, host]);
    failOnHalt({ plan, computed, halting: new Map([...halting, ...accounts]) }, strategy, data);
  }
  plan.end();
  return trader!.curves();
}

/** The figures of a span that a ledger could not tell. */
export function outcomeOf({ t, equity, rowsHeld, fills, cash0 }: SpanCurve): Outcome {
  const { sum, sumError, squares } = curveOf(equity, cash0, () => {});
  return { figures: pickFigures(metrics({ t, equity, rowsHeld, fills, cash0 }), equity.at(-1) ?? cash0), sums: { count: Math.max(equity.length - 1, 0), sum: sum + sumError, squares } };
}

/** One account over one span. */
class SpanAccount {
  readonly host: AccountNode | OrdersNode;
  readonly #book: Book;
  readonly #log: EventLog | undefined;
  readonly #outputs: readonly Float64Array[];
  #rows = 0;

  constructor(spec: AccountSpec, t: Float64Array) {
    this.host = accountOf(spec);
    this.#book = new Book(termsOf(spec).cash, t, spec.schema.outputs);
    this.#log = this.host instanceof OrdersNode ? new EventLog(this.host, t.length) : undefined;
    this.#outputs = spec.schema.outputs.map(() => new Float64Array(PIECE_ROWS));
  }

  /** The time, then what the account reads. */
  take([t, ...inputs]: readonly Float64Array[], count: number): void {
    this.host.run(this.host instanceof OrdersNode ? [t!, ...inputs] : inputs, this.#outputs, count);
    const rows = { first: this.#rows, count, t: t!, columns: this.#outputs };
    this.#book.take(rows);
    this.#log?.take(rows);
    this.#rows += count;
  }

  close(): Omit<SpanCurve, 't'> {
    this.#log?.close();
    const curve = this.#book.close();
    if (!this.#log || !(this.host instanceof OrdersNode)) return { ...curve, fills: this.#book.fills() };
    // As a backtest does, so that a split in the middle of a round trip is none in its metrics.
    return { ...curve, fills: inLastUnits(this.#log.fills(), this.host.terms.instruments) };
  }
}

class CurveTrader extends Unmoved implements HostNode {
  readonly lookback = 0;
  readonly accounts: readonly SpanAccount[];
  readonly #t: Float64Array;
  readonly #spans: readonly RowSpan[];

  constructor(spec: AccountSpec, t: Float64Array, spans: readonly RowSpan[]) {
    super();
    this.#t = t;
    this.#spans = spans;
    this.accounts = spans.map(({ from, to }) => new SpanAccount(spec, t.subarray(from, to)));
  }

  run(inputs: readonly Float64Array[], _outputs: readonly Float64Array[], count: number): void {
    const now = inputs[0]![0]!;
    for (const [k, { from, to }] of this.#spans.entries()) {
      // No piece crosses a border.
      if (to > from && now >= this.#t[from]! && now <= this.#t[to - 1]!) this.accounts[k]!.take(inputs, count);
    }
  }

  curves(): SpanCurve[] {
    return this.accounts.map((account, k) => ({ t: this.#t.subarray(this.#spans[k]!.from, this.#spans[k]!.to), ...account.close() }));
  }
}
