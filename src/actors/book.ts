// What an account did, along the rows of the source it trades.
import { PAPER_OUTPUTS } from '#broker/paper.ts';
import { tradesOf } from '#broker/trades.ts';
import type { Trade } from '#domain/order.ts';
import type { Rows } from '#kernels/plan.ts';

export interface Curve {
  /**
   * Equity and position after each row; before the account's first row they are its cash and nothing. With several instruments the position is the
   * value of all of them, unsigned.
   */
  readonly equity: Float64Array;
  readonly position: Float64Array;
  readonly trades: readonly Trade[];
  readonly cash0: number;
  /** Sums over all rows, in the account's own currency: fees, and what positions and cash brought beside their prices (a borrow fee below zero, a dividend above). */
  readonly fees: number;
  readonly carry: number;
}

export class Book {
  readonly #t: Float64Array;
  readonly #equity: Float64Array;
  readonly #position: Float64Array;
  readonly #trades: Trade[] = [];
  readonly #cash0: number;
  readonly #equityColumn: number;
  readonly #positionColumn: number;
  readonly #feeColumn: number;
  readonly #carryColumn: number;
  readonly #tellsFills: boolean;
  #fees = 0;
  #carry = 0;
  #row = 0;

  /** `outputs` are those of the account; the fills of an account by orders are read by an EventLog. */
  constructor(cash0: number, t: Float64Array, outputs: readonly string[] = PAPER_OUTPUTS) {
    this.#cash0 = cash0;
    this.#equityColumn = outputs.indexOf('equity');
    this.#positionColumn = Math.max(outputs.indexOf('position'), outputs.indexOf('exposure'));
    this.#feeColumn = outputs.indexOf('fee');
    this.#carryColumn = outputs.indexOf('carry');
    this.#tellsFills = outputs.length === PAPER_OUTPUTS.length;
    this.#t = t;
    this.#equity = new Float64Array(t.length).fill(cash0);
    this.#position = new Float64Array(t.length);
  }

  take(rows: Pick<Rows, 't' | 'columns' | 'count'>): void {
    if (rows.count === 0) return;
    const equity = rows.columns[this.#equityColumn]!.subarray(0, rows.count);
    const position = rows.columns[this.#positionColumn]!.subarray(0, rows.count);
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
    this.#fees += sumOf(rows.columns[this.#feeColumn]!, rows.count);
    if (this.#carryColumn >= 0) this.#carry += sumOf(rows.columns[this.#carryColumn]!, rows.count);
    if (!this.#tellsFills) return;
    for (const trade of tradesOf(rows.t, rows.columns, rows.count)) this.#trades.push(trade);
  }

  close(): Curve {
    this.#carryTo(Number.POSITIVE_INFINITY);
    return { equity: this.#equity, position: this.#position, trades: this.#trades, cash0: this.#cash0, fees: this.#fees, carry: this.#carry };
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

function sumOf(column: Float64Array, count: number): number {
  let sum = 0;
  for (let row = 0; row < count; row++) sum += column[row]!;
  return sum;
}
