// What happened to every order of an account by orders, read from its rows as any reader of the log would.
// W1. The run keeps numbers in one growing block, and makes events of them when somebody asks: objects by the million would be what a fast run waits for.
import { EventDecoder, isFill, orderOf, RAW_FIELDS, readTape } from '#broker/event-tape.ts';
import { doubled } from '#domain/doubled.ts';
import type { Fills } from '#domain/fills.ts';
import type { OrderEvent } from '#domain/order.ts';
import type { Rows } from '#kernels/plan.ts';
import type { OrdersNode } from './orders.ts';

/** Time, signed quantity, price, fee, instrument, order and rate of each fill. */
type FillColumns = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];

export class EventLog {
  readonly #node: OrdersNode;
  readonly #instruments: readonly string[];
  /** Times of the account's rows from its first on: an event may be told some rows late. */
  readonly #times: Float64Array;
  /** Of each instrument the prices of its currency on those rows; undefined for the account's own. */
  readonly #rates: readonly ({ readonly column: number; readonly values: Float64Array } | undefined)[];
  #firstRow = 0;
  #rows = 0;
  #raw = new Float64Array(RAW_FIELDS * 1_024);
  #length = 0;
  /** While rows come there is time for it: whoever asks for the fills waits for the last of them. */
  #fills = Array.from({ length: 7 }, () => new Float64Array(1_024)) as unknown as FillColumns;
  #filled = 0;

  /** `rowsMax` is how many rows it may ever be shown. */
  constructor(node: OrdersNode, rowsMax: number) {
    this.#node = node;
    this.#instruments = node.terms.instruments.map(({ name }) => name);
    this.#times = new Float64Array(rowsMax);
    this.#rates = this.#instruments.map((_, k) => {
      const column = node.outputs.indexOf(`rate${k}`);
      return column < 0 ? undefined : { column, values: new Float64Array(rowsMax) };
    });
  }

  take(rows: Rows): void {
    if (rows.count === 0) return;
    if (this.#rows === 0) this.#firstRow = rows.first;
    this.#times.set(rows.t.subarray(0, rows.count), this.#rows);
    for (const rate of this.#rates) rate?.values.set(rows.columns[rate.column]!.subarray(0, rows.count), this.#rows);
    this.#rows += rows.count;
    this.#read(rows);
  }

  /** Reads what the rows so far had no place for, as the rows after them would tell it. */
  close(): void {
    const columns = this.#node.leftover();
    const { length } = columns[0]!;
    this.#read({ first: this.#firstRow + this.#rows, count: length, t: new Float64Array(length), columns });
  }

  /** Every event in order. */
  events(): OrderEvent[] {
    const decoder = new EventDecoder(this.#instruments);
    const raw = this.#raw;
    for (let at = 0; at < this.#length; at += RAW_FIELDS) decoder.take(raw[at]!, raw[at + 1]!, raw[at + 2]!, raw[at + 3]!, raw[at + 4]!, raw[at + 5]!);
    return decoder.events;
  }

  /** Every fill in order, as views that hold until more rows are taken. */
  fills(): Fills {
    const [ts, quantity, price, fee, instrument, order, rate] = this.#fills.map((column) => column.subarray(0, this.#filled)) as unknown as FillColumns;
    const isForeign = this.#rates.some((each) => each !== undefined);
    return { ts, quantity, price, fee, instrument, names: this.#instruments, order, ...(isForeign && { rate }) };
  }

  #read(rows: Rows): void {
    readTape(rows, this.#node.outputs, (row) => this.#times[row - this.#firstRow]!, (row, ts, head, quantity, price, amount) => this.#keep(row, ts, head, quantity, price, amount));
  }

  #keep(row: number, ts: number, head: number, quantity: number, price: number, amount: number): void {
    if (this.#length === this.#raw.length) this.#raw = doubled(this.#raw);
    const raw = this.#raw;
    raw[this.#length++] = row;
    raw[this.#length++] = ts;
    raw[this.#length++] = head;
    raw[this.#length++] = quantity;
    raw[this.#length++] = price;
    raw[this.#length++] = amount;
    if (isFill(head)) this.#keepFill(row, ts, head, quantity, price, amount);
  }

  #keepFill(row: number, time: number, head: number, size: number, filledAt: number, paid: number): void {
    if (this.#filled === this.#fills[0].length) this.#fills = this.#fills.map(doubled) as unknown as FillColumns;
    const [ts, quantity, price, fee, instrument, order, rate] = this.#fills;
    const of = orderOf(head);
    const k = this.#filled++;
    ts[k] = time;
    quantity[k] = of.isBuy ? size : -size;
    price[k] = filledAt;
    fee[k] = paid;
    instrument[k] = of.instrument;
    order[k] = of.order;
    rate[k] = this.#rates[of.instrument]?.values[row - this.#firstRow] ?? Number.NaN;
  }
}
