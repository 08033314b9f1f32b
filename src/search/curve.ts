// A trial run with its whole curve kept: slower than a ledger, and able to tell everything a backtest can.
import { AccountNode } from '#actors/account.ts';
import { type AccountStandIn, assemble, termsOf } from '#actors/assemble.ts';
import { failOnHalt } from '#actors/backtest.ts';
import { Book, type Curve } from '#actors/book.ts';
import { pieces } from '#actors/pieces.ts';
import type { HaltingNode } from '#actors/halt.ts';
import { metrics } from '#analysis/metrics.ts';
import { returnsOf } from '#analysis/return-metrics.ts';
import { ReturnTally } from '#analysis/return-tally.ts';
import { PAPER_OUTPUTS } from '#broker/paper.ts';
import { BAR_COLUMNS, type SourceID } from '#domain/bar.ts';
import type { DeclaredNode, NodeID } from '#domain/node-spec.ts';
import type { AccountTerms } from '#domain/strategy-spec.ts';
import type { HostNode, PlanInput } from '#kernels/plan.ts';
import { pickFigures } from './figures.ts';
import type { Outcome } from './ledger.ts';
import { cutsOf, type Ground, PIECE_ROWS, type RowSpan, rowsOf } from './span.ts';

export interface SpanCurve extends Curve {
  /** Times of the rows of the span. */
  readonly t: Float64Array;
}

/** What an account made of each span. `nodes` are those it stands on, itself among them. Throws what halts one of them. */
export function runCurves(strategy: string, nodes: readonly DeclaredNode[], { data, spans }: Ground): SpanCurve[] {
  let trader: CurveTrader | undefined;
  let account: NodeID | undefined;
  const standIn: AccountStandIn = ({ id }, spec, inputs) => {
    const { source } = inputs[0] as Extract<PlanInput, { source: string }>;
    const t = data.get(source as SourceID)![0]!;
    trader = new CurveTrader(termsOf(spec), t, spans.map((span) => rowsOf(span, t)));
    account = id;
    return { id, inputs: [...inputs, { source, column: BAR_COLUMNS.indexOf('t') }], outputs: [], host: trader };
  };
  const { plan, sources, computed, halting } = assemble(nodes, PIECE_ROWS, standIn);
  for (const { id, from, to } of pieces(sources.keys(), data, PIECE_ROWS, cutsOf(spans))) {
    const bars = data.get(id)!;
    plan.append(id, bars, from, to);
    const accounts = trader!.accounts.map((each): [NodeID, HaltingNode] => [account!, each]);
    failOnHalt({ plan, computed, halting: new Map([...halting, ...accounts]) }, strategy, data);
  }
  return trader!.curves();
}

/** The figures of a span that a ledger could not tell. */
export function outcomeOf({ t, equity, position, trades, cash0 }: SpanCurve): Outcome {
  const returns = returnsOf(equity);
  const tally = new ReturnTally();
  tally.add(returns, returns.length);
  const { sum, squares } = tally;
  return { figures: pickFigures(metrics({ t, equity, position, trades, cash0 }), equity.at(-1) ?? cash0), sums: { count: returns.length, sum, squares } };
}

class CurveTrader implements HostNode {
  readonly lookback = 0;
  readonly accounts: readonly AccountNode[];
  readonly #t: Float64Array;
  readonly #spans: readonly RowSpan[];
  readonly #books: readonly Book[];
  readonly #outputs = PAPER_OUTPUTS.map(() => new Float64Array(PIECE_ROWS));

  constructor(terms: AccountTerms, t: Float64Array, spans: readonly RowSpan[]) {
    this.#t = t;
    this.#spans = spans;
    this.accounts = spans.map(() => new AccountNode(terms));
    this.#books = spans.map(({ from, to }) => new Book(terms.cash, t.subarray(from, to)));
  }

  run(inputs: readonly Float64Array[], _outputs: readonly Float64Array[], count: number): void {
    const t = inputs.at(-1)!;
    for (const [k, { from, to }] of this.#spans.entries()) {
      // No piece crosses a border.
      if (to === from || t[0]! < this.#t[from]! || t[0]! > this.#t[to - 1]!) continue;
      this.accounts[k]!.run(inputs, this.#outputs, count);
      this.#books[k]!.take({ t, columns: this.#outputs, count });
    }
  }

  curves(): SpanCurve[] {
    return this.#books.map((book, k) => ({ t: this.#t.subarray(this.#spans[k]!.from, this.#spans[k]!.to), ...book.close() }));
  }

  snapshot(): Uint8Array {
    throw new Error('a search is never moved');
  }

  restore(): void {
    throw new Error('a search is never moved');
  }
}
