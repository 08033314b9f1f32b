// Stands in a plan where a trial's account would, reads what the account would read, and keeps the trial's ledgers.
import { firstRowAtOrAfter } from '#analysis/row-search.ts';
import type { HostNode } from '#kernels/plan.ts';
import { type Ledger, type Outcome, type Scratch, scratchFor, type Visits } from './ledger.ts';
import type { Market } from './market.ts';
import type { RowSpan } from './span.ts';

/** Room that the traders of a thread share, one piece at a time. */
export interface Desk {
  readonly visits: Visits;
  readonly scratch: Scratch;
}

export function deskFor(rowsMax: number): Desk {
  const column = (): Float64Array => new Float64Array(rowsMax);
  return { visits: { count: 0, rows: new Int32Array(rowsMax), inputs: [column(), column(), column()] }, scratch: scratchFor(rowsMax) };
}

export class Trader implements HostNode {
  readonly lookback = 0;
  readonly #market: Market;
  readonly #spans: readonly RowSpan[];
  readonly #open: (span: RowSpan) => Ledger;
  readonly #desk: Desk;
  readonly #ledgers: (Ledger | undefined)[];
  readonly #outcomes: (Outcome | undefined)[];
  #isUnfit = false;
  /** The market's row that comes next. */
  #row = 0;
  #target = Number.NaN;
  /** Whether the row before changed the target, so that its order fills on this one. */
  #isDue = false;

  /** Pieces must not cross a border of a span; `open` begins a ledger. */
  constructor(market: Market, spans: readonly RowSpan[], open: (span: RowSpan) => Ledger, desk: Desk) {
    this.#market = market;
    this.#spans = spans;
    this.#open = open;
    this.#desk = desk;
    this.#ledgers = spans.map(() => undefined);
    this.#outcomes = spans.map(() => undefined);
  }

  /** Reads what the account reads, and the time of the source it trades. */
  run([open, close, target, t]: readonly Float64Array[], _outputs: readonly Float64Array[], count: number): void {
    if (this.#isUnfit) return;
    const rows = this.#market.t;
    const first = firstRowAtOrAfter(rows, t![0]!, this.#row);
    const hasSkipped = first > this.#row && this.#ledgers.some((ledger) => ledger !== undefined);
    this.#row = first + count;
    // An account that joins sources may skip rows of the one it trades; what it holds is marked on them all the same, which needs the curve.
    if (hasSkipped || rows[first + count - 1] !== t![count - 1]) {
      this.#isUnfit = true;
      return;
    }
    this.#turnTo(first);
    this.#visit(open!, close!, target!, count);
    for (const ledger of this.#ledgers) ledger?.take(this.#desk.visits, first, count);
  }

  /** Closes the ledgers whose span is over and opens those whose span has begun. */
  #turnTo(row: number): void {
    for (let k = 0; k < this.#spans.length; k++) {
      const { from, to } = this.#spans[k]!;
      const ledger = this.#ledgers[k];
      if (ledger && row >= to) {
        this.#outcomes[k] = ledger.close();
        this.#ledgers[k] = undefined;
      } else if (!ledger && row >= from && row < to) {
        this.#ledgers[k] = this.#open(this.#spans[k]!);
        // A new account sees the target that stands as a new one.
        this.#target = Number.NaN;
      }
    }
  }

  /** By L1 of ledger.ts, the rows that change the target and the rows behind them. */
  #visit(open: Float64Array, close: Float64Array, target: Float64Array, count: number): void {
    const { visits } = this.#desk;
    const { rows, inputs } = visits;
    let held = this.#target;
    let isDue = Number(this.#isDue);
    let visited = 0;
    for (let row = 0; row < count; row++) {
      const value = target[row]!;
      const hasTurned = Number(value !== held);
      rows[visited] = row;
      visited += hasTurned | isDue; // a branch here is one no processor foretells
      isDue = hasTurned;
      held = value;
    }
    this.#target = held;
    this.#isDue = isDue === 1;
    visits.count = visited;
    const [opens, closes, targets] = inputs as [Float64Array, Float64Array, Float64Array];
    for (let k = 0; k < visited; k++) {
      const row = rows[k]!;
      opens[k] = open[row]!;
      closes[k] = close[row]!;
      targets[k] = target[row]!;
    }
  }

  /** One outcome per span; undefined where the trial has to be run again with its curve kept. A trial that never got a row has none. */
  outcomes(): readonly (Outcome | undefined)[] {
    if (this.#isUnfit) return this.#spans.map(() => undefined);
    this.#turnTo(Number.POSITIVE_INFINITY);
    return this.#outcomes;
  }

  snapshot(): Uint8Array {
    throw new Error('a search is never moved');
  }

  restore(): void {
    throw new Error('a search is never moved');
  }
}
