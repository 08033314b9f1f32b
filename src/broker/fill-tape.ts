// What an account filled, from its rows: numbers in columns.
import type { Fills } from '#domain/fills.ts';
import type { Instrument } from './terms.ts';
import { PAPER_OUTPUTS } from './paper.ts';

const FILL = PAPER_OUTPUTS.indexOf('fillQuantity');
const PRICE = PAPER_OUTPUTS.indexOf('fillPrice');
const FEE = PAPER_OUTPUTS.indexOf('fee');
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
  #length = 0;
  /** Sum of the fees, fill by fill. */
  fees = 0;
  /** Time of the first fill that left the account less than no cash. */
  owesFrom: number | undefined;

  /** The fills among the first `count` rows of the account's columns; `t` holds the rows' open times, UTC ms. */
  take(t: Float64Array, columns: readonly Float64Array[], count: number = t.length): void {
    const fill = columns[FILL]!;
    const price = columns[PRICE]!;
    const fee = columns[FEE]!;
    const cash = columns[CASH]!;
    for (let first = 0; first < count; first += ROWS_MAX) {
      const end = Math.min(first + ROWS_MAX, count);
      let filled = 0;
      for (let row = first; row < end; row++) {
        rows[filled] = row;
        filled += Number(fill[row] !== 0); // a branch here is one no processor foretells
      }
      if (this.#ts.length < this.#length + filled) this.#widen(this.#length + filled);
      const [ts, quantity, prices, paid] = [this.#ts, this.#quantity, this.#price, this.#fee];
      let [length, fees] = [this.#length, this.fees];
      for (let k = 0; k < filled; k++) {
        const row = rows[k]!;
        ts[length] = t[row]!;
        quantity[length] = fill[row]!;
        prices[length] = price[row]!;
        paid[length] = fee[row]!;
        fees += fee[row]!;
        length++;
        if (cash[row]! < 0) this.owesFrom ??= t[row]!;
      }
      this.#length = length;
      this.fees = fees;
    }
  }

  /** All so far, as views that hold until more are taken. */
  fills(): Fills {
    const [ts, quantity, price, fee] = [this.#ts, this.#quantity, this.#price, this.#fee].map((column) => column.subarray(0, this.#length)) as [Float64Array, Float64Array, Float64Array, Float64Array];
    return { ts, quantity, price, fee, names: [''] };
  }

  #widen(length: number): void {
    [this.#ts, this.#quantity, this.#price, this.#fee] = [this.#ts, this.#quantity, this.#price, this.#fee].map((column) => {
      const room = new Float64Array(Math.max(WIDENING * column.length, length)); // what is not written to is no memory yet
      room.set(column);
      return room;
    }) as [Float64Array<ArrayBuffer>, Float64Array<ArrayBuffer>, Float64Array<ArrayBuffer>, Float64Array<ArrayBuffer>];
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
