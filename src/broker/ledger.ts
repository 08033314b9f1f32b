// The books of an account: cash per currency, a position and a mark per instrument, and what all of it is worth.
//
// G1. Amounts are exact: bigint, 1e-8 units. Values for a row are worked out on f64 where that is exact, else on bigint; the bits are the same.
// G2. Cash changes by trades, fees and carry alone (`trade`, `carry`), each of which says its amount.
// G3. equity = Σ cash · rate + Σ position · mark · rate, each product rounded once. The account's own currency is 0 and has no rate.
import { absolute, amountOf, boundedUnits, multiply, safeMultiply, safeOf, safeUnitsOf, SCALE, unitsOf } from '#domain/money.ts';

const SAFE_LIMIT = 2 ** 53;

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
  readonly #cash: bigint[];
  readonly #position: bigint[];
  readonly #cost: bigint[];
  /** The same as f64; NaN beyond 2^53. */
  readonly #cashSafe: Float64Array;
  readonly #positionSafe: Float64Array;
  readonly #positionAmount: Float64Array;
  readonly #costAmount: Float64Array;

  /** `currencyOf[k]` is the currency of instrument k; `cash` is in currency 0. */
  constructor(currencyOf: readonly number[], cash: bigint) {
    this.#currencyOf = currencyOf;
    const currencies = Math.max(...currencyOf, 0) + 1;
    this.marks = new Float64Array(currencyOf.length).fill(Number.NaN);
    this.rates = new Float64Array(currencies).fill(Number.NaN);
    this.#cash = [cash, ...Array.from({ length: currencies - 1 }, () => 0n)];
    this.#position = currencyOf.map(() => 0n);
    this.#cost = currencyOf.map(() => 0n);
    this.#cashSafe = Float64Array.from(this.#cash, safeOf);
    this.#positionSafe = new Float64Array(currencyOf.length);
    this.#positionAmount = new Float64Array(currencyOf.length);
    this.#costAmount = new Float64Array(currencyOf.length);
  }

  position(instrument: number): bigint {
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

  cash(currency: number): bigint {
    return this.#cash[currency]!;
  }

  /** Books a fill of a signed quantity at a price, `value` together and of the quantity's sign, and its fee. Throws MONEY_INVALID beyond 1e18. */
  trade(instrument: number, quantity: bigint, price: bigint, value: bigint, fee: bigint): void {
    const before = this.#position[instrument]!;
    this.carry(this.#currencyOf[instrument]!, -value - fee);
    const after = before + quantity;
    this.#setPosition(instrument, after);
    const cost = this.#cost[instrument]!;
    const grows = before === 0n || before > 0n === quantity > 0n;
    if (grows) this.#setCost(instrument, cost + absolute(value));
    else if (after === 0n) this.#setCost(instrument, 0n);
    else this.#setCost(instrument, after > 0n === before > 0n ? (cost * after) / before : absolute(multiply(price, after)));
  }

  /** Adds money to a currency: a dividend received, a cost paid if negative. */
  carry(currency: number, amount: bigint): void {
    const cash = boundedUnits(this.#cash[currency]! + amount, 'cash');
    this.#cash[currency] = cash;
    this.#cashSafe[currency] = safeOf(cash);
  }

  /** Another number of units for the same cost, after a split. */
  restate(instrument: number, position: bigint): void {
    this.#setPosition(instrument, position);
    if (position === 0n) this.#setCost(instrument, 0n);
  }

  /** All cash in the account's currency, as an amount. */
  cashAmount(): number {
    const own = this.#cashSafe[0]!;
    return this.#cash.length === 1 && own === own ? own / SCALE : amountOf(this.#cashUnits());
  }

  /** G3, as an amount. */
  equityAmount(): number {
    const { marks } = this;
    let sum = this.#cashSafe[0]!;
    if (this.#cash.length === 1) {
      for (let k = 0; k < marks.length; k++) {
        const position = this.#positionSafe[k]!;
        if (position === 0) continue;
        const marked = safeUnitsOf(marks[k]!);
        // Whole positions are the rule, and for them one multiplication is exact.
        const value = Number.isInteger(this.#positionAmount[k]!) ? marked * this.#positionAmount[k]! : safeMultiply(position, marked);
        sum += value;
        if (!(Math.abs(value) < SAFE_LIMIT && Math.abs(sum) < SAFE_LIMIT)) sum = Number.NaN;
      }
      if (sum === sum) return sum / SCALE;
    }
    return amountOf(this.equity());
  }

  equity(): bigint {
    let sum = this.#cashUnits();
    for (let k = 0; k < this.marks.length; k++) sum += this.value(k);
    return boundedUnits(sum, 'equity');
  }

  /** Unsigned value of all positions. */
  exposure(): bigint {
    let sum = 0n;
    for (let k = 0; k < this.marks.length; k++) sum += absolute(this.value(k));
    return sum;
  }

  /** Signed value of a position in the account's currency. An instrument that has no mark yet has no position either. */
  value(instrument: number): bigint {
    const position = this.#position[instrument]!;
    return position === 0n ? 0n : this.converted(this.#currencyOf[instrument]!, multiply(position, unitsOf(this.marks[instrument]!, 'mark')));
  }

  /** An amount of a currency in the account's own. */
  converted(currency: number, amount: bigint): bigint {
    return currency === 0 || amount === 0n ? amount : multiply(amount, unitsOf(this.rates[currency]!, 'rate'));
  }

  /** By how much the value of all positions would be above `leverage` × equity, were a fill booked; not positive where it would not, or where the fill makes the position smaller. */
  beyond(leverage: bigint, instrument: number, quantity: bigint, price: bigint): bigint {
    const before = this.#position[instrument]!;
    if (absolute(before + quantity) <= absolute(before)) return 0n;
    const mark = this.marks[instrument]!;
    this.marks[instrument] = amountOf(price);
    const others = this.exposure() - absolute(this.value(instrument));
    const equity = this.equity();
    this.marks[instrument] = mark;
    return others + absolute(this.converted(this.#currencyOf[instrument]!, multiply(before + quantity, price))) - multiply(equity, leverage);
  }

  snapshot(): LedgerState {
    return { cash: [...this.#cash], position: [...this.#position], cost: [...this.#cost], marks: [...this.marks], rates: [...this.rates] };
  }

  restore({ cash, position, cost, marks, rates }: LedgerState): void {
    this.marks.set(marks);
    this.rates.set(rates);
    cash.forEach((amount, c) => {
      this.#cash[c] = amount;
      this.#cashSafe[c] = safeOf(amount);
    });
    position.forEach((units, k) => this.#setPosition(k, units));
    cost.forEach((value, k) => this.#setCost(k, value));
  }

  #cashUnits(): bigint {
    let sum = this.#cash[0]!;
    for (let c = 1; c < this.#cash.length; c++) sum += this.converted(c, this.#cash[c]!);
    return sum;
  }

  #setCost(instrument: number, value: bigint): void {
    this.#cost[instrument] = value;
    this.#costAmount[instrument] = amountOf(value);
  }

  #setPosition(instrument: number, units: bigint): void {
    this.#position[instrument] = boundedUnits(units, 'position');
    this.#positionSafe[instrument] = safeOf(units);
    this.#positionAmount[instrument] = amountOf(units);
  }
}
