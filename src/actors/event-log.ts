// What happened to every order of an account by orders, read from its rows as any reader of the log would.
import { eventsOf } from '#broker/event-tape.ts';
import { tradeOf } from '#broker/trades.ts';
import type { OrderEvent, Trade } from '#domain/order.ts';
import type { Rows } from '#kernels/plan.ts';
import type { OrdersNode } from './orders.ts';

export class EventLog {
  readonly events: OrderEvent[] = [];
  readonly trades: Trade[] = [];
  readonly #node: OrdersNode;
  readonly #instruments: readonly string[];
  /** Times of the account's rows from its first on: an event may be told some rows late. */
  readonly #times: Float64Array;
  #firstRow = 0;
  #rows = 0;

  /** `rowsMax` is how many rows it may ever be shown. */
  constructor(node: OrdersNode, rowsMax: number) {
    this.#node = node;
    this.#instruments = node.account.terms.instruments.map(({ name }) => name);
    this.#times = new Float64Array(rowsMax);
  }

  take(rows: Rows): void {
    if (rows.count === 0) return;
    if (this.#rows === 0) this.#firstRow = rows.first;
    this.#times.set(rows.t.subarray(0, rows.count), this.#rows);
    this.#rows += rows.count;
    this.#read(rows);
  }

  /** Reads what the rows so far had no place for, as the rows after them would tell it. */
  close(): void {
    const columns = this.#node.account.leftover(this.#node.outputs.length);
    const { length } = columns[0]!;
    this.#read({ first: this.#firstRow + this.#rows, count: length, t: new Float64Array(length), columns });
  }

  #read(rows: Rows): void {
    for (const event of eventsOf(rows, this.#node.outputs, this.#instruments, (row) => this.#times[row - this.#firstRow]!)) {
      this.events.push(event);
      if (event.kind === 'filled') this.trades.push(tradeOf(event));
    }
  }
}
