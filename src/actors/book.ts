// What an account did, along the rows of the source it trades.
import { FillTape } from '#broker/fill-tape.ts';
import { PAPER_OUTPUTS } from '#broker/paper.ts';
import type { Fills } from '#domain/fills.ts';
import type { Rows } from '#kernels/plan.ts';

export interface Curve {
  /** Equity after each row; before the account's first row it is its cash. */
  readonly equity: Float64Array;
  /** Rows that ended with a position. */
  readonly rowsHeld: number;
  readonly cash0: number;
  /** Sums over all rows, in the account's own currency: fees, and what positions and cash brought beside their prices (a borrow fee below zero, a dividend above). */
  readonly fees: number;
  readonly carry: number;
  /** What fills cost beside the market's price at their moment; undefined where the account does not tell. */
  readonly slippage?: number;
  /** Time of the first row after which the account's cash was below nothing; undefined where it never was. */
  readonly owesFrom?: number;
  /** After each row, the price of the one instrument's currency in the account's, where that is another one. */
  readonly rate?: Float64Array;
}

export class Book {
  readonly #t: Float64Array;
  /** What is kept of every row: equity, the position where fills do not tell it, and the rate where there is one. */
  readonly #kept: readonly { readonly column: number; readonly values: Float64Array }[];
  readonly #fills = new FillTape();
  readonly #cash0: number;
  /** Columns that are summed up: fee, carry, slippage; -1 for those the account has not. */
  readonly #summed: readonly number[];
  readonly #sums = [0, 0, 0];
  /** Whether its rows tell of fills, one at most each. */
  readonly #tellsFills: boolean;
  readonly #cash: number;
  /** Of an account whose rows do not tell of fills, those that ended with a position. */
  #rowsHeld = 0;
  #owesFrom: number | undefined;
  #row = 0;

  /** `outputs` are those of the account; the fills of an account by orders are read by an EventLog. */
  constructor(cash0: number, t: Float64Array, outputs: readonly string[] = PAPER_OUTPUTS) {
    this.#cash0 = cash0;
    const rate = outputs.includes('position') ? outputs.indexOf('rate0') : -1;
    const position = Math.max(outputs.indexOf('position'), outputs.indexOf('exposure'));
    this.#tellsFills = outputs.length === PAPER_OUTPUTS.length;
    const columns = [outputs.indexOf('equity'), ...(this.#tellsFills ? [] : [position]), ...(rate < 0 ? [] : [rate])];
    this.#kept = columns.map((column) => ({ column, values: new Float64Array(t.length) }));
    this.#summed = ['fee', 'carry', 'slippage'].map((output) => outputs.indexOf(output));
    this.#cash = outputs.indexOf('cash');
    this.#t = t;
  }

  take(rows: Pick<Rows, 't' | 'columns' | 'count'>): void {
    if (rows.count === 0) return;
    this.#carryTo(rows.t[0]!);
    const first = this.#row;
    let places: Int32Array | undefined;
    // Times only rise, so when first and last row lie as far apart here as there, all rows between are the same ones.
    if (this.#t[first + rows.count - 1] === rows.t[rows.count - 1]) {
      for (const { column, values } of this.#kept) values.set(rows.columns[column]!.subarray(0, rows.count), first);
      this.#row += rows.count;
    } else {
      // An account that joins sources skips rows of the traded one; it stands still there.
      places = new Int32Array(rows.count);
      for (let k = 0; k < rows.count; k++) {
        this.#carryTo(rows.t[k]!);
        places[k] = this.#row;
        for (const { column, values } of this.#kept) values[this.#row] = rows.columns[column]![k]!;
        this.#row++;
      }
    }
    if (this.#tellsFills) {
      this.#fills.take(rows.t, rows.columns, rows.count, first, places);
      this.#sums[0] = this.#fills.fees; // of such an account only fills cost anything
      this.#owesFrom = this.#fills.owesFrom;
      return;
    }
    this.#rowsHeld += heldIn(rows.columns[this.#kept[1]!.column]!, rows.count);
    this.#owesFrom ??= firstBelowZero(rows, this.#cash);
    for (const [k, column] of this.#summed.entries()) if (column >= 0) this.#sums[k]! += sumOf(rows.columns[column]!, rows.count);
  }

  close(): Curve {
    this.#carryTo(Number.POSITIVE_INFINITY);
    const equity = this.#kept[0]!.values;
    const rate = this.#kept[this.#tellsFills ? 1 : 2]?.values;
    const [fees, carry, slippage] = this.#sums as [number, number, number];
    const rowsHeld = this.#tellsFills ? this.#fills.rowsHeld(this.#t.length) : this.#rowsHeld;
    return { equity, rowsHeld, cash0: this.#cash0, fees, carry, ...(this.#summed[2]! >= 0 && { slippage }), ...(this.#owesFrom !== undefined && { owesFrom: this.#owesFrom }), ...(rate && { rate }) };
  }

  /** Position after each row; before the account's first row it is nothing. With several instruments it is the value of all of them, unsigned. */
  positions(): Float64Array {
    return this.#tellsFills ? this.#fills.positionsAt(this.#t) : this.#kept[1]!.values;
  }

  /** Fills that its rows tell of, in order. */
  fills(): Fills {
    return this.#fills.fills();
  }

  /** Goes on to the row of time `t`, with everything as it was. */
  #carryTo(t: number): void {
    for (; this.#row < this.#t.length && this.#t[this.#row]! < t; this.#row++) {
      for (const [k, { values }] of this.#kept.entries()) values[this.#row] = this.#row > 0 ? values[this.#row - 1]! : k === 0 ? this.#cash0 : 0;
      if (!this.#tellsFills) this.#rowsHeld += Number(this.#kept[1]!.values[this.#row] !== 0);
    }
  }
}

function heldIn(position: Float64Array, count: number): number {
  let held = 0;
  for (let row = 0; row < count; row++) held += Number(position[row] !== 0);
  return held;
}

function sumOf(column: Float64Array, count: number): number {
  let sum = 0;
  for (let row = 0; row < count; row++) sum += column[row]!;
  return sum;
}

function firstBelowZero({ t, columns, count }: Pick<Rows, 't' | 'columns' | 'count'>, column: number): number | undefined {
  const values = columns[column]!;
  for (let row = 0; row < count; row++) if (values[row]! < 0) return t[row]!;
  return undefined;
}
