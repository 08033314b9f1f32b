// The events of an account as columns of its rows: a table of a few places a row, read back by anybody who has the rows.
//
//   place k of a row:  event<k>     0 nothing, else kind + 16·code + 256·force + 2,048·(sale 1) + 4,096·instrument + 2^20·order
//                      quantity<k>  units; of a refusal, what was asked for
//                      price<k>     fill price, limit, or by how much a rule was broken
//                      amount<k>    fee, or stop or distance, or the moment a gtd order ends
//
// E1. Events leave in the order they happened. A row with more of them than places hands the rest to the rows after it, before theirs,
//     behind a `late` mark that says how many rows ago they happened; so columns are few and nothing is lost.
// E2. What has not left is part of the account's state.
import { doubled } from '#domain/doubled.ts';
import { ORDER_ENDS, ORDER_TYPES, type OrderEvent, TIMES_IN_FORCE } from '#domain/order.ts';

/** Columns of one place. */
export const PLACE = ['event', 'quantity', 'price', 'amount'] as const;

/** Kinds are written into logs: never renumber, only add. `until` carries the end of the gtd order placed before it. */
const KINDS = ['', 'late', 'placed', 'replaced', 'filled', ...ORDER_ENDS, 'until'] as const;
type Kind = (typeof KINDS)[number];
const KIND = Object.fromEntries(KINDS.map((kind, k) => [kind, k])) as Readonly<Record<Kind, number>>;

/** Why orders end. Written into logs: never renumber, only add. */
export const REASONS = [
  '', 'by the strategy', 'other side of a pair filled', 'entry ended', 'day over', 'moment passed', 'not filled at once', 'not enough margin',
  'margin call', 'nothing left after a split', 'size', 'position', 'concentration', 'leverage', 'daily loss', 'rate', 'drawdown', 'margin call open',
] as const;
export type Reason = (typeof REASONS)[number];

export const INSTRUMENTS_MAX = 256;
export const ORDERS_MAX = 2 ** 32;
/** A late mark, a gtd order and its moment must fit one row. */
export const PLACES_MIN = 3;
const FIELDS = 5;

/** Names of the columns of `places` places. */
export function tapeColumns(places: number): string[] {
  return Array.from({ length: places }, (_, k) => PLACE.map((name) => `${name}${k + 1}`)).flat();
}

/** What every event says of its order. */
export interface EventOrder {
  readonly id: number;
  readonly instrument: number;
  readonly isBuy: boolean;
}

export class EventTape {
  readonly #places: number;
  /** Five numbers an event: those of its place, and the row it happened on. The first `#length` numbers wait. */
  #waiting = new Float64Array(FIELDS * 32);
  #length = 0;
  #row = 0;

  constructor(places: number) {
    this.#places = places;
  }

  /** The row that what is pushed from now on happens on. */
  set row(row: number) {
    this.#row = row;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  placed(order: EventOrder, kind: 'placed' | 'replaced', type: number, force: number, quantity: number, limit: number, stop: number, untilMs: number): void {
    this.#push(headOf(KIND[kind], order, type, force), quantity, limit, stop);
    if (untilMs !== Infinity) this.#push(headOf(KIND.until, order), 0, 0, untilMs);
  }

  filled(order: EventOrder, quantity: number, price: number, fee: number): void {
    this.#push(headOf(KIND.filled, order), quantity, price, fee);
  }

  ended(order: EventOrder, kind: (typeof ORDER_ENDS)[number], quantity: number, reason: Reason, excess = 0): void {
    const code = REASONS.indexOf(reason);
    this.#push(headOf(KIND[kind], order, code & 15, code >> 4), quantity, excess, 0);
  }

  /** Writes what a row has room for into `numbers` from `at` on, place by place; answers where it ends. What stands behind it in the row is 0. */
  write(numbers: Float64Array, at: number): number {
    const waiting = this.#waiting;
    const end = at + this.#places * PLACE.length;
    let taken = 0;
    let told = this.#row;
    for (; taken < this.#length; taken += FIELDS) {
      const row = waiting[taken + FIELDS - 1]!;
      const next = taken + FIELDS;
      const isContinued = next < this.#length && kindOf(waiting[next]!) === KIND.until;
      if (at + (1 + Number(row !== told) + Number(isContinued)) * PLACE.length > end) break;
      if (row !== told) {
        numbers[at++] = KIND.late;
        numbers[at++] = this.#row - row;
        numbers[at++] = 0;
        numbers[at++] = 0;
        told = row;
      }
      for (let k = 0; k < PLACE.length; k++) numbers[at++] = waiting[taken + k]!;
    }
    if (taken < this.#length) waiting.copyWithin(0, taken, this.#length);
    this.#length -= taken;
    return at;
  }

  /** What waits, as rows of `width` columns that begin with row `row`; the table begins at column `first`. The tape keeps it. */
  leftover(width: number, first: number, row: number): Float64Array[] {
    const rest = new EventTape(this.#places);
    rest.restore(this.snapshot());
    // A row takes one event at least.
    const columns = Array.from({ length: width }, () => new Float64Array(this.#length / FIELDS));
    const numbers = new Float64Array(this.#places * PLACE.length);
    let count = 0;
    for (; !rest.isEmpty; count++) {
      rest.row = row + count;
      const end = rest.write(numbers, 0);
      for (let k = 0; k < end; k++) columns[first + k]![count] = numbers[k]!;
    }
    return columns.map((column) => column.subarray(0, count));
  }

  /** By E2. */
  snapshot(): readonly number[] {
    return [...this.#waiting.subarray(0, this.#length)];
  }

  restore(waiting: readonly number[]): void {
    this.#waiting = new Float64Array(Math.max(this.#waiting.length, waiting.length));
    this.#waiting.set(waiting);
    this.#length = waiting.length;
  }

  #push(head: number, quantity: number, price: number, amount: number): void {
    if (this.#length + FIELDS > this.#waiting.length) this.#waiting = doubled(this.#waiting);
    const at = this.#length;
    const waiting = this.#waiting;
    waiting[at] = head;
    waiting[at + 1] = quantity;
    waiting[at + 2] = price;
    waiting[at + 3] = amount;
    waiting[at + 4] = this.#row;
    this.#length = at + FIELDS;
  }
}

function headOf(kind: number, { id, instrument, isBuy }: EventOrder, code = 0, force = 0): number {
  return kind + 16 * code + 256 * force + (isBuy ? 0 : 2_048) + 4_096 * instrument + 2 ** 20 * id;
}

/** `head % 16`, without the slow division that `%` is on numbers beyond 2^31. */
function kindOf(head: number): number {
  return head - 16 * Math.floor(head / 16);
}

/** Rows of an account as a reader has them: `columns[k]` is output k of the node. */
export interface TapeRows {
  readonly first: number;
  readonly count: number;
  readonly t: Float64Array;
  readonly columns: readonly Float64Array[];
}

/** Numbers of an event as they are read: row, time of its bar, and those of its place. */
export const RAW_FIELDS = 6;

/** Called with the numbers of an event. */
export type RawSink = (row: number, ts: number, head: number, quantity: number, price: number, amount: number) => void;

/** Reads the places of rows in order. `outputs` are the names of the columns; `timeOf` answers the time of a row before these, where an event was late. */
export function readTape(rows: TapeRows, outputs: readonly string[], timeOf: (row: number) => number, sink: RawSink): void {
  const first = outputs.indexOf(`${PLACE[0]}1`);
  const heads = rows.columns[first]!;
  for (let at = 0; at < rows.count; at++) {
    if (!(heads[at]! > 0)) continue; // nothing, or the NaN of a row that was not given out
    let row = rows.first + at;
    for (let column = first; column < rows.columns.length; column += PLACE.length) {
      const head = rows.columns[column]![at]!;
      if (head === 0) break;
      const quantity = rows.columns[column + 1]![at]!;
      if (kindOf(head) === KIND.late) row = rows.first + at - quantity;
      else sink(row, row < rows.first ? timeOf(row) : rows.t[row - rows.first]!, head, quantity, rows.columns[column + 2]![at]!, rows.columns[column + 3]![at]!);
    }
  }
}

/** Whether every event of the rows and those before has been told: a last row that tells none says that none waits. */
export function isToldWhole({ columns, count }: TapeRows, outputs: readonly string[]): boolean {
  return columns[outputs.indexOf(`${PLACE[0]}1`)]![count - 1] === 0;
}

/** The order an event is about. */
export function orderOf(head: number): { readonly order: number; readonly instrument: number; readonly isBuy: boolean } {
  const order = Math.floor(head / 2 ** 20);
  const low = head - order * 2 ** 20; // small enough for whole-number operations
  return { order, instrument: low >>> 12, isBuy: (low & 2_048) === 0 };
}

export function isFill(head: number): boolean {
  return kindOf(head) === KIND.filled;
}

/** Events from their numbers, one after the other. `instruments` are the account's names for them. */
export class EventDecoder {
  readonly events: OrderEvent[] = [];
  readonly #instruments: readonly string[];

  constructor(instruments: readonly string[]) {
    this.#instruments = instruments;
  }

  readonly take: RawSink = (row, ts, head, quantity, price, amount) => {
    const kind = KINDS[kindOf(head)]! as Exclude<Kind, '' | 'late'>;
    const code = Math.floor(head / 16) % 16;
    const force = Math.floor(head / 256) % 8;
    const { order, instrument, isBuy } = orderOf(head);
    const base = { row, ts, order, instrument: this.#instruments[instrument]!, side: isBuy ? 'buy' : 'sell' } as const;
    if (kind === 'filled') this.events.push({ ...base, kind, quantity, price, fee: amount });
    else if (kind === 'placed' || kind === 'replaced') this.events.push({ ...base, kind, type: ORDER_TYPES[code]!, timeInForce: TIMES_IN_FORCE[force]!, quantity, limit: price, stop: amount, untilMs: Infinity });
    else if (kind === 'until') this.#until(amount);
    else this.events.push({ ...base, kind, quantity, reason: REASONS[code + 16 * force]!, excess: price });
  };

  #until(untilMs: number): void {
    const last = this.events.pop()!;
    this.events.push({ ...last, untilMs } as OrderEvent);
  }
}

/** The events of rows, all at once. */
export function eventsOf(rows: TapeRows, outputs: readonly string[], instruments: readonly string[], timeOf: (row: number) => number): OrderEvent[] {
  const decoder = new EventDecoder(instruments);
  readTape(rows, outputs, timeOf, decoder.take);
  return decoder.events;
}
