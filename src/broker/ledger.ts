// The books of an account: cash per currency, a position and a mark per instrument, and what all of it is worth.
//
// G1. Amounts are exact: units.ts.
// G2. Cash changes by trades, fees and carry alone (`trade`, `carry`), each of which says its amount.
// G3. equity = Σ cash · rate + Σ position · mark · rate, each product rounded once. The account's own currency is 0 and has no rate.
import { SAFE_LIMIT, safeMultiply, safeUnitsOf, SCALE } from '#domain/money.ts';
import { bounded, exactOf, fromUnits, minus, negative, plus, shareOf, sizeOf, times, toUnits, type Units, unitsOfExact } from '#domain/units.ts';

export interface LedgerState {
  readonly cash: readonly bigint[];
  readonly position: readonly bigint[];
  /** What the positions were bought or sold for: unsigned value of what is held now. */
  readonly cost: readonly bigint[];
  readonly marks: readonly number[];
  readonly rates: readonly number[];
}

export class Ledger {
  /** Last price of each instrument, NaN before the first; price of each currency in the account's own. */
  readonly marks: Float64Array;
  readonly rates: Float64Array;
  readonly #currencyOf: readonly number[];
  readonly #cash: Units[];
  readonly #position: Units[];
  readonly #cost: Units[];
  /** The f64 nearest to them. */
  readonly #positionAmount: Float64Array;
  readonly #costAmount: Float64Array;

  /** `currencyOf[k]` is the currency of instrument k; `cash` is in currency 0. */
  constructor(currencyOf: readonly number[], cash: Units) {
    this.#currencyOf = currencyOf;
    const currencies = Math.max(...currencyOf, 0) + 1;
    this.marks = new Float64Array(currencyOf.length).fill(Number.NaN);
    this.rates = new Float64Array(currencies).fill(Number.NaN);
    this.#cash = [cash, ...Array.from({ length: currencies - 1 }, () => 0)];
    this.#position = currencyOf.map(() => 0);
    this.#cost = currencyOf.map(() => 0);
    this.#positionAmount = new Float64Array(currencyOf.length);
    this.#costAmount = new Float64Array(currencyOf.length);
  }

  position(instrument: number): Units {
    return this.#position[instrument]!;
  }

  positionAmount(instrument: number): number {
    return this.#positionAmount[instrument]!;
  }

  /** Average price of what is held; NaN when nothing is. */
  entryPrice(instrument: number): number {
    const position = this.#positionAmount[instrument]!;
    return position === 0 ? Number.NaN : Math.abs(this.#costAmount[instrument]! / position);
  }

  cash(currency: number): Units {
    return this.#cash[currency]!;
  }

  /** Books a fill of a signed quantity at a price, `value` together and of the quantity's sign, and its fee. Throws MONEY_INVALID beyond 1e18. */
  trade(instrument: number, quantity: Units, price: Units, value: Units, fee: Units): void {
    const before = this.#position[instrument]!;
    this.carry(this.#currencyOf[instrument]!, negative(plus(value, fee)));
    const after = plus(before, quantity);
    this.#setPosition(instrument, after);
    const cost = this.#cost[instrument]!;
    const grows = before === 0 || before > 0 === quantity > 0;
    if (grows) this.#setCost(instrument, plus(cost, sizeOf(value)));
    else if (after === 0) this.#setCost(instrument, 0);
    else this.#setCost(instrument, after > 0 === before > 0 ? shareOf(cost, after, before) : sizeOf(times(price, after)));
  }

  /** Adds money to a currency: a dividend received, a cost paid if negative. */
  carry(currency: number, amount: Units): void {
    this.#cash[currency] = bounded(plus(this.#cash[currency]!, amount), 'cash');
  }

  /** Another number of units for the same cost, after a split. */
  restate(instrument: number, position: Units): void {
    this.#setPosition(instrument, position);
    if (position === 0) this.#setCost(instrument, 0);
  }

  /** All cash in the account's currency, as an amount. */
  cashAmount(): number {
    return fromUnits(this.#cashUnits());
  }

  /** G3, as an amount. */
  equityAmount(): number {
    const { marks } = this;
    const own = this.#cash[0]!;
    if (this.#cash.length === 1 && typeof own === 'number') {
      let sum = own;
      for (let k = 0; k < marks.length; k++) {
        const position = this.#position[k]!;
        if (position === 0) continue;
        sum += typeof position === 'number' ? safeMultiply(safeUnitsOf(marks[k]!), position) : Number.NaN;
        if (!(Math.abs(sum) < SAFE_LIMIT)) sum = Number.NaN;
      }
      if (sum === sum) return sum / SCALE;
    }
    return fromUnits(this.equity());
  }

  equity(): Units {
    let sum = this.#cashUnits();
    for (let k = 0; k < this.marks.length; k++) sum = plus(sum, this.value(k));
    return bounded(sum, 'equity');
  }

  /** Unsigned value of all positions. */
  exposure(): Units {
    let sum: Units = 0;
    for (let k = 0; k < this.marks.length; k++) sum = plus(sum, sizeOf(this.value(k)));
    return sum;
  }

  /** Signed value of a position in the account's currency. An instrument that has no mark yet has no position either. */
  value(instrument: number): Units {
    const position = this.#position[instrument]!;
    return position === 0 ? 0 : this.converted(this.#currencyOf[instrument]!, times(position, toUnits(this.marks[instrument]!, 'mark')));
  }

  /** An amount of a currency in the account's own. */
  converted(currency: number, amount: Units): Units {
    return currency === 0 || amount === 0 ? amount : times(amount, toUnits(this.rates[currency]!, 'rate'));
  }

  /** By how much the value of all positions would be above `leverage` × equity, were a fill booked; not positive where it would not, or where the fill makes the position smaller. */
  beyond(leverage: Units, instrument: number, quantity: Units, price: Units): Units {
    const before = this.#position[instrument]!;
    const after = plus(before, quantity);
    if (sizeOf(after) <= sizeOf(before)) return 0;
    const mark = this.marks[instrument]!;
    this.marks[instrument] = fromUnits(price);
    const others = minus(this.exposure(), sizeOf(this.value(instrument)));
    const equity = this.equity();
    this.marks[instrument] = mark;
    return minus(plus(others, sizeOf(this.converted(this.#currencyOf[instrument]!, times(after, price)))), times(equity, leverage));
  }

  snapshot(): LedgerState {
    return { cash: this.#cash.map(exactOf), position: this.#position.map(exactOf), cost: this.#cost.map(exactOf), marks: [...this.marks], rates: [...this.rates] };
  }

  restore({ cash, position, cost, marks, rates }: LedgerState): void {
    this.marks.set(marks);
    this.rates.set(rates);
    cash.forEach((amount, c) => (this.#cash[c] = unitsOfExact(amount)));
    position.forEach((units, k) => this.#setPosition(k, unitsOfExact(units)));
    cost.forEach((value, k) => this.#setCost(k, unitsOfExact(value)));
  }

  #cashUnits(): Units {
    let sum = this.#cash[0]!;
    for (let c = 1; c < this.#cash.length; c++) sum = plus(sum, this.converted(c, this.#cash[c]!));
    return sum;
  }

  #setCost(instrument: number, value: Units): void {
    this.#cost[instrument] = value;
    this.#costAmount[instrument] = fromUnits(value);
  }

  #setPosition(instrument: number, units: Units): void {
    this.#position[instrument] = bounded(units, 'position');
    this.#positionAmount[instrument] = fromUnits(units);
  }
}
