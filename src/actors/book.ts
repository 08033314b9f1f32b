// What an account did, along the rows of the source it trades.
import { PAPER_OUTPUTS } from '#broker/paper.ts';
import { tradesOf } from '#broker/trades.ts';
import type { Trade } from '#domain/order.ts';
import type { Rows } from '#kernels/plan.ts';

const POSITION = PAPER_OUTPUTS.indexOf('position');
const EQUITY = PAPER_OUTPUTS.indexOf('equity');

export interface Curve {
  /** Equity and position after each row; before the account's first row they are its cash and nothing. */
  readonly equity: Float64Array;
  readonly position: Float64Array;
  readonly trades: readonly Trade[];
  readonly cash0: number;
}

export class Book {
  readonly #t: Float64Array;
  readonly #equity: Float64Array;
  readonly #position: Float64Array;
  readonly #trades: Trade[] = [];
  readonly #cash0: number;
  #row = 0;

  constructor(cash0: number, t: Float64Array) {
    this.#cash0 = cash0;
    this.#t = t;
    this.#equity = new Float64Array(t.length).fill(cash0);
    this.#position = new Float64Array(t.length);
  }

  take(rows: Pick<Rows, 't' | 'columns' | 'count'>): void {
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

  close(): Curve {
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
