// What an account filled, from its rows: numbers in columns.
import type { Fills } from '#domain/fills.ts';
import type { Instrument } from './terms.ts';
import { PAPER_OUTPUTS } from './paper.ts';

const FILL = PAPER_OUTPUTS.indexOf('fillQuantity');
const PRICE = PAPER_OUTPUTS.indexOf('fillPrice');
const FEE = PAPER_OUTPUTS.indexOf('fee');
const POSITION = PAPER_OUTPUTS.indexOf('position');
const CASH = PAPER_OUTPUTS.indexOf('cash');

const FIRST_ROOM = 1_024;
const WIDENING = 4;
const ROWS_MAX = 1_024;
/** Rows that filled: all tapes of a thread take turns with this room. */
const rows = new Int32Array(ROWS_MAX);

/** The fills of a target's account, taken from its rows as they come. */
export class FillTape {
  #ts = new Float64Array(FIRST_ROOM);
  #quantity = new Float64Array(FIRST_ROOM);
  #price = new Float64Array(FIRST_ROOM);
  #fee = new Float64Array(FIRST_ROOM);
  /** After the fill. */
  #position = new Float64Array(FIRST_ROOM);
  #length = 0;
  /** Sum of the fees, fill by fill. */
  fees = 0;
  /** Time of the first fill that left the account less than no cash. */
  owesFrom: number | undefined;

  /** Rows that ended with a position before the fill last taken, and the number of that fill's row. */
  #rowsHeld = 0;
  #lastRow = 0;

  /**
   * The fills among the first `count` rows of the account's columns; `t` holds the rows' open times, UTC ms. Their numbers are those in `places`, or begin with
   * `first`.
   */
  take(t: Float64Array, columns: readonly Float64Array[], count: number = t.length, first = 0, places?: Int32Array): void {
    const fill = columns[FILL]!;
    const price = columns[PRICE]!;
    const fee = columns[FEE]!;
    const position = columns[POSITION]!;
    const cash = columns[CASH]!;
    for (let from = 0; from < count; from += ROWS_MAX) {
      const end = Math.min(from + ROWS_MAX, count);
      let filled = 0;
      for (let row = from; row < end; row++) {
        rows[filled] = row;
        filled += Number(fill[row] !== 0); // a branch here is one no processor foretells
      }
      if (this.#ts.length < this.#length + filled) this.#widen(this.#length + filled);
      const [ts, quantity, prices, paid, positions] = [this.#ts, this.#quantity, this.#price, this.#fee, this.#position];
      let [length, fees, rowsHeld, lastRow] = [this.#length, this.fees, this.#rowsHeld, this.#lastRow];
      let held = length > 0 ? positions[length - 1]! : 0;
      for (let k = 0; k < filled; k++) {
        const row = rows[k]!;
        ts[length] = t[row]!;
        quantity[length] = fill[row]!;
        prices[length] = price[row]!;
        paid[length] = fee[row]!;
        positions[length] = position[row]!;
        const place = places ? places[row]! : first + row;
        rowsHeld += (place - lastRow) * Number(held !== 0);
        held = position[row]!;
        lastRow = place;
        fees += fee[row]!;
        length++;
        if (cash[row]! < 0) this.owesFrom ??= t[row]!;
      }
      [this.#length, this.fees, this.#rowsHeld, this.#lastRow] = [length, fees, rowsHeld, lastRow];
    }
  }

  /** All so far, as views that hold until more are taken. */
  fills(): Fills {
    const [ts, quantity, price, fee] = [this.#ts, this.#quantity, this.#price, this.#fee].map((column) => column.subarray(0, this.#length)) as [Float64Array, Float64Array, Float64Array, Float64Array];
    return { ts, quantity, price, fee, names: [''] };
  }

  /** Of the first `count` rows, how many ended with a position. */
  rowsHeld(count: number): number {
    return this.#rowsHeld + (this.#length > 0 && this.#position[this.#length - 1] !== 0 ? count - this.#lastRow : 0);
  }

  /** Position after each row of the times, which are those of the rows. */
  positionsAt(t: Float64Array): Float64Array {
    const positions = new Float64Array(t.length);
    let held = 0;
    let k = 0;
    for (let row = 0; row < t.length; row++) {
      if (k < this.#length && this.#ts[k] === t[row]) held = this.#position[k++]!; // a row fills once at most
      positions[row] = held;
    }
    return positions;
  }

  #widen(length: number): void {
    const wider = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const room = new Float64Array(Math.max(WIDENING * column.length, length)); // what is not written to is no memory yet
      room.set(column);
      return room;
    };
    this.#ts = wider(this.#ts);
    this.#quantity = wider(this.#quantity);
    this.#price = wider(this.#price);
    this.#fee = wider(this.#fee);
    this.#position = wider(this.#position);
  }
}

/** Fills in the units after the last split, so that what was bought before one and sold after it adds up to nothing. The money of each stays. */
export function inLastUnits(fills: Fills, instruments: readonly Instrument[]): Fills {
  const splits = fills.names.map((name) => (instruments.find((each) => each.name === name)?.actions ?? []).filter(({ split }) => split !== 1));
  if (splits.every((list) => list.length === 0)) return fills;
  const { ts, instrument } = fills;
  const ratios = ts.map((time, k) => splits[instrument?.[k] ?? 0]!.reduce((product, { ts: from, split }) => (from > time ? product * split : product), 1));
  return { ...fills, quantity: fills.quantity.map((quantity, k) => quantity * ratios[k]!), price: fills.price.map((price, k) => price / ratios[k]!) };
}
