// Stands in a plan where a trial's account would, reads what the account would read, and keeps the trial's ledgers.
import { firstRowAtOrAfter } from '#analysis/row-search.ts';
import { Unmoved } from '#actors/unmoved.ts';
import { AccountRoom } from '#kernels/account-room.ts';
import type { HostNode } from '#kernels/plan.ts';
import type { KernelExports } from '#kernels/wasm.ts';
import type { Ledger, Outcome } from './ledger.ts';
import type { RowSpan } from './span.ts';

/** Where the traders of a plan take turns. */
export interface Desk {
  room?: AccountRoom;
}

export class Trader extends Unmoved implements HostNode {
  readonly lookback = 0;
  readonly #t: Float64Array;
  readonly #spans: readonly RowSpan[];
  readonly #open: (span: RowSpan) => Ledger;
  readonly #desk: Desk;
  readonly #ledgers: (Ledger | undefined)[];
  readonly #outcomes: (Outcome | undefined)[];
  #isUnfit = false;
  /** The row of the traded source that comes next. */
  #row = 0;

  /** `t` are the times of the source it trades. Pieces must not cross a border of a span; `open` begins a ledger. */
  constructor(t: Float64Array, spans: readonly RowSpan[], open: (span: RowSpan) => Ledger, desk: Desk) {
    super();
    this.#t = t;
    this.#spans = spans;
    this.#open = open;
    this.#desk = desk;
    this.#ledgers = spans.map(() => undefined);
    this.#outcomes = spans.map(() => undefined);
  }

  /** Reads what the account reads, and the time of the source it trades. */
  run(inputs: readonly Float64Array[], _outputs: readonly Float64Array[], count: number, kernels: KernelExports): void {
    if (this.#isUnfit) return;
    const t = inputs[3]!;
    const first = firstRowAtOrAfter(this.#t, t[0]!, this.#row);
    const hasSkipped = first > this.#row && this.#ledgers.some((ledger) => ledger !== undefined);
    this.#row = first + count;
    // An account that joins sources may skip rows of the one it trades; what it holds is marked on them all the same, which needs the curve.
    if (hasSkipped || this.#t[first + count - 1] !== t[count - 1]) {
      this.#isUnfit = true;
      return;
    }
    this.#turnTo(first);
    if (this.#desk.room?.buffer !== t.buffer) this.#desk.room = new AccountRoom(t.buffer);
    for (const ledger of this.#ledgers) ledger?.take(inputs, first, count, this.#desk.room, kernels);
  }

  /** Closes the ledgers whose span is over and opens those whose span has begun. */
  #turnTo(row: number): void {
    for (let k = 0; k < this.#spans.length; k++) {
      const { from, to } = this.#spans[k]!;
      const ledger = this.#ledgers[k];
      if (ledger && row >= to) {
        this.#outcomes[k] = ledger.close();
        this.#ledgers[k] = undefined;
      } else if (!ledger && row >= from && row < to) this.#ledgers[k] = this.#open(this.#spans[k]!);
    }
  }

  /** One outcome per span; undefined where the trial has to be run again with its curve kept. A trial that never got a row has none. */
  outcomes(): readonly (Outcome | undefined)[] {
    if (this.#isUnfit) return this.#spans.map(() => undefined);
    this.#turnTo(Number.POSITIVE_INFINITY);
    return this.#outcomes;
  }
}
