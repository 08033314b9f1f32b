// Books what happens to orders: takes from the bar's volume, prices, charges, writes the event down. It keeps the sums of the row.
import { ORDER_TYPES, TIMES_IN_FORCE } from '#domain/order.ts';
import { exactOf, fromUnits, minus, negative, plus, restOf, sizeOf, times, toUnits, type Units, unitsOfExact } from '#domain/units.ts';
import { worseTick } from './costs.ts';
import type { EventTape, Reason } from './event-tape.ts';
import type { Ledger } from './ledger.ts';
import type { OpenOrder } from './open-order.ts';
import type { Terms } from './terms.ts';

export interface TellerState {
  /** Calendar month, and the value traded in it, in the account's currency. */
  readonly month: number;
  readonly monthValue: bigint;
}

export class Teller {
  readonly #terms: Terms;
  readonly #ledger: Ledger;
  readonly #tape: EventTape;
  /** Of the bar: volume of each instrument, and what of it is left for us, where that is limited; null until somebody asks. */
  readonly #volumes: Float64Array;
  readonly #volumesLeft: (Units | null)[];
  #month = Number.NaN;
  #monthValue: Units = 0;
  /** Units filled on the row, signed, and the last price; fees, carry and slippage in the account's currency. */
  filled: Units = 0;
  fillPrice = Number.NaN;
  fee: Units = 0;
  carry: Units = 0;
  slippage: Units = 0;
  /** Whether cash or a position has changed on the row by what is no fill, and so no event. */
  hasMoved = false;

  constructor(terms: Terms, ledger: Ledger, tape: EventTape) {
    this.#terms = terms;
    this.#ledger = ledger;
    this.#tape = tape;
    this.#volumes = new Float64Array(terms.instruments.length);
    this.#volumesLeft = terms.instruments.map(() => 0);
  }

  beginRow(): void {
    this.filled = this.fee = this.carry = this.slippage = 0;
    this.fillPrice = Number.NaN;
    this.hasMoved = false;
  }

  /** The value traded in a month counts from the first row of its first day. */
  beginDay(t: number): void {
    const date = new Date(t);
    const month = date.getUTCFullYear() * 12 + date.getUTCMonth();
    if (month === this.#month) return;
    this.#month = month;
    this.#monthValue = 0;
  }

  beginBar(instrument: number, volume: number): void {
    this.#volumes[instrument] = volume;
    this.#volumesLeft[instrument] = null;
  }

  /** True when all of an order could be filled now. */
  canFillAll({ instrument, quantity }: OpenOrder): boolean {
    return this.#terms.participation === null || this.#left(instrument, this.#terms.participation) >= quantity;
  }

  /** Fills what it can of an order at a market price; answers the units filled. An order that is rejected has nothing left after it. */
  fill(order: OpenOrder, marketPrice: number, isMaker: boolean): Units {
    const { instrument, isBuy } = order;
    const { participation, leverage, instruments, fee: feeOf } = this.#terms;
    const left = participation === null ? order.quantity : this.#left(instrument, participation);
    const quantity = left < order.quantity ? left : order.quantity;
    if (quantity <= 0) return 0;
    const market = toUnits(marketPrice, 'price');
    const price = this.#priceOf(order, market, quantity, isMaker);
    const signed = isBuy ? quantity : negative(quantity);
    const excess = leverage === null ? 0 : this.#ledger.beyond(leverage, instrument, signed, price);
    if (excess > 0) {
      this.#tape.ended(order, 'rejected', fromUnits(order.quantity), 'not enough margin', fromUnits(excess));
      order.quantity = 0;
      return 0;
    }
    const signedValue = times(price, signed);
    const value = sizeOf(signedValue);
    const fee = feeOf({ value, quantity, isMaker, filledBefore: order.filled, valueBefore: order.value, feesBefore: order.fees, monthValue: this.#monthValue });
    this.#ledger.trade(instrument, signed, price, signedValue, fee);
    if (participation !== null) this.#volumesLeft[instrument] = minus(left, quantity);
    order.quantity = minus(order.quantity, quantity);
    order.filled = plus(order.filled, quantity);
    order.value = plus(order.value, value);
    order.fees = plus(order.fees, fee);
    const { currency } = instruments[instrument]!;
    this.#monthValue = plus(this.#monthValue, this.#ledger.converted(currency, value));
    this.filled = plus(this.filled, signed);
    this.fillPrice = fromUnits(price);
    this.fee = plus(this.fee, this.#ledger.converted(currency, fee));
    if (price !== market) this.slippage = plus(this.slippage, this.#ledger.converted(currency, times(minus(price, market), signed)));
    this.#tape.filled(order, fromUnits(quantity), this.fillPrice, fromUnits(fee));
    return quantity;
  }

  /** Says that an order is open, or open for other terms than before. */
  opened(order: OpenOrder, kind: 'placed' | 'replaced'): void {
    const { type, force, quantity, limit, stop, trail, untilMs } = order;
    this.#tape.placed(order, kind, ORDER_TYPES.indexOf(type), TIMES_IN_FORCE.indexOf(force), fromUnits(quantity), limit, trail === 0 ? stop : fromUnits(trail), untilMs);
  }

  ended(order: OpenOrder, kind: 'cancelled' | 'expired', reason: Reason): void {
    this.#tape.ended(order, kind, fromUnits(order.quantity), reason);
  }

  /** Adds money that no trade brought. */
  take(currency: number, amount: Units): void {
    if (amount === 0) return;
    this.hasMoved = true;
    this.#ledger.carry(currency, amount);
    this.carry = plus(this.carry, this.#ledger.converted(currency, amount));
  }

  snapshot(): TellerState {
    return { month: this.#month, monthValue: exactOf(this.#monthValue) };
  }

  restore({ month, monthValue }: TellerState): void {
    this.#month = month;
    this.#monthValue = unitsOfExact(monthValue);
  }

  /** What of a bar's volume is left for us. */
  #left(instrument: number, participation: Units): Units {
    const known = this.#volumesLeft[instrument]!;
    if (known !== null) return known;
    const share = times(toUnits(Math.max(this.#volumes[instrument]!, 0), 'volume'), participation);
    const { lot } = this.#terms.instruments[instrument]!;
    return (this.#volumesLeft[instrument] = lot === 1 ? share : minus(share, restOf(share, lot)));
  }

  /** A taker pays slippage, on ticks; nobody goes beyond his limit. */
  #priceOf({ instrument, isBuy, type, limit }: OpenOrder, market: Units, quantity: Units, isMaker: boolean): Units {
    if (isMaker) return market;
    let worse: Units = 0;
    for (const slippage of this.#terms.slippages) worse = plus(worse, slippage(market, quantity, this.#volumes[instrument]!));
    if (worse === 0) return market;
    const price = worseTick(isBuy, isBuy ? plus(market, worse) : minus(market, worse), this.#terms.instruments[instrument]!.tick);
    if (type !== 'limit' && type !== 'stop-limit') return price;
    const most = toUnits(limit, 'limit');
    return (isBuy ? price < most : price > most) ? price : most;
  }
}
