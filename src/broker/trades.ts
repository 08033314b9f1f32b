// Fills leave the account as columns; people and files read them as trades.
import type { Trade } from '#domain/order.ts';
import type { Instrument } from './terms.ts';
import { PAPER_OUTPUTS } from './paper.ts';

const FILL = PAPER_OUTPUTS.indexOf('fillQuantity');
const PRICE = PAPER_OUTPUTS.indexOf('fillPrice');
const FEE = PAPER_OUTPUTS.indexOf('fee');

/** Numbers of a fill: time, quantity (buy > 0), price, fee. */
const FIELDS = 4;

/** The fills of a target's account, taken from its rows as they come. A run keeps numbers, and trades are made of them when somebody asks. */
export class Fills {
  #numbers = new Float64Array(FIELDS * 1_024);
  #length = 0;
  #trades: readonly Trade[] | undefined;
  /** Sum of the fees, fill by fill. */
  fees = 0;

  /** The fills among the first `count` rows of the account's columns; `t` holds the rows' open times, UTC ms. */
  take(t: Float64Array, columns: readonly Float64Array[], count: number = t.length): void {
    const fill = columns[FILL]!;
    const price = columns[PRICE]!;
    const fee = columns[FEE]!;
    if (this.#numbers.length < this.#length + FIELDS * count) this.#numbers = longer(this.#numbers, this.#length + FIELDS * count);
    const numbers = this.#numbers;
    let [length, fees] = [this.#length, this.fees];
    for (let row = 0; row < count; row++) {
      const quantity = fill[row]!;
      if (quantity === 0) continue;
      numbers[length] = t[row]!;
      numbers[length + 1] = quantity;
      numbers[length + 2] = price[row]!;
      numbers[length + 3] = fee[row]!;
      fees += fee[row]!;
      length += FIELDS;
    }
    this.#length = length;
    this.fees = fees;
    this.#trades = undefined;
  }

  /** Every fill in order. */
  trades(): readonly Trade[] {
    if (this.#trades) return this.#trades;
    const numbers = this.#numbers;
    const trades: Trade[] = [];
    for (let at = 0; at < this.#length; at += FIELDS) {
      const quantity = numbers[at + 1]!;
      trades.push({ ts: numbers[at]!, side: quantity > 0 ? 'buy' : 'sell', quantity: Math.abs(quantity), price: numbers[at + 2]!, fee: numbers[at + 3]! });
    }
    return (this.#trades = trades);
  }
}

/** The same numbers at the beginning of at least `length` of them, and of twice as many as before. */
function longer(numbers: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const room = new Float64Array(Math.max(2 * numbers.length, length));
  room.set(numbers);
  return room;
}

/** Trades in the units after the last split, so that what was bought before one and sold after it adds up to nothing. The money of each stays. */
export function inLastUnits(trades: readonly Trade[], instruments: readonly Instrument[]): readonly Trade[] {
  const splits = new Map(instruments.map(({ name, actions }) => [name, actions.filter(({ split }) => split !== 1)]));
  if ([...splits.values()].every((list) => list.length === 0)) return trades;
  return trades.map((trade) => {
    const later = (splits.get(trade.instrument ?? '') ?? []).filter(({ ts }) => ts > trade.ts);
    const ratio = later.reduce((product, { split }) => product * split, 1);
    return ratio === 1 ? trade : { ...trade, quantity: trade.quantity * ratio, price: trade.price / ratio };
  });
}
