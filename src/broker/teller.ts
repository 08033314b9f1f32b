// Books what happens to orders: takes from the bar's volume, prices, charges, writes the event down. It keeps the sums of the row.
import { absolute, amountOf, multiply, unitsOf } from '#domain/money.ts';
import { ORDER_TYPES, TIMES_IN_FORCE } from '#domain/order.ts';
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
  readonly #volumesLeft: (bigint | null)[];
  #month = Number.NaN;
  #monthValue = 0n;
  /** Units filled on the row, signed, and the last price; fees, carry and slippage in the account's currency. */
  filled = 0n;
  fillPrice = Number.NaN;
  fee = 0n;
  carry = 0n;
  slippage = 0n;

  constructor(terms: Terms, ledger: Ledger, tape: EventTape) {
    this.#terms = terms;
    this.#ledger = ledger;
    this.#tape = tape;
    this.#volumes = new Float64Array(terms.instruments.length);
    this.#volumesLeft = terms.instruments.map(() => 0n);
  }

  beginRow(): void {
    this.filled = this.fee = this.carry = this.slippage = 0n;
    this.fillPrice = Number.NaN;
  }

  /** The value traded in a month counts from the first row of its first day. */
  beginDay(t: number): void {
    const date = new Date(t);
    const month = date.getUTCFullYear() * 12 + date.getUTCMonth();
    if (month === this.#month) return;
    this.#month = month;
    this.#monthValue = 0n;
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
  fill(order: OpenOrder, marketPrice: number, isMaker: boolean): bigint {
    const { instrument, isBuy } = order;
    const { participation, leverage, instruments, fee: feeOf } = this.#terms;
    const left = participation === null ? order.quantity : this.#left(instrument, participation);
    const quantity = left < order.quantity ? left : order.quantity;
    if (quantity <= 0n) return 0n;
    const market = unitsOf(marketPrice, 'price');
    const price = this.#priceOf(order, market, quantity, isMaker);
    const signed = isBuy ? quantity : -quantity;
    const excess = leverage === null ? 0n : this.#ledger.beyond(leverage, instrument, signed, price);
    if (excess > 0n) {
      this.#tape.ended(order, 'rejected', amountOf(order.quantity), 'not enough margin', amountOf(excess));
      order.quantity = 0n;
      return 0n;
    }
    const signedValue = multiply(price, signed);
    const value = absolute(signedValue);
    const fee = feeOf({ value, quantity, isMaker, filledBefore: order.filled, valueBefore: order.value, feesBefore: order.fees, monthValue: this.#monthValue });
    this.#ledger.trade(instrument, signed, price, signedValue, fee);
    if (participation !== null) this.#volumesLeft[instrument] = left - quantity;
    order.quantity -= quantity;
    order.filled += quantity;
    order.value += value;
    order.fees += fee;
    const { currency } = instruments[instrument]!;
    this.#monthValue += this.#ledger.converted(currency, value);
    this.filled += signed;
    this.fillPrice = amountOf(price);
    this.fee += this.#ledger.converted(currency, fee);
    if (price !== market) this.slippage += this.#ledger.converted(currency, multiply(price - market, signed));
    this.#tape.filled(order, amountOf(quantity), this.fillPrice, amountOf(fee));
    return quantity;
  }

  /** Says that an order is open, or open for other terms than before. */
  opened(order: OpenOrder, kind: 'placed' | 'replaced'): void {
    const { type, force, quantity, limit, stop, trail, untilMs } = order;
    this.#tape.placed(order, kind, ORDER_TYPES.indexOf(type), TIMES_IN_FORCE.indexOf(force), amountOf(quantity), limit, trail === 0n ? stop : amountOf(trail), untilMs);
  }

  ended(order: OpenOrder, kind: 'cancelled' | 'expired', reason: Reason): void {
    this.#tape.ended(order, kind, amountOf(order.quantity), reason);
  }

  /** Adds money that no trade brought. */
  take(currency: number, amount: bigint): void {
    if (amount === 0n) return;
    this.#ledger.carry(currency, amount);
    this.carry += this.#ledger.converted(currency, amount);
  }

  snapshot(): TellerState {
    return { month: this.#month, monthValue: this.#monthValue };
  }

  restore({ month, monthValue }: TellerState): void {
    this.#month = month;
    this.#monthValue = monthValue;
  }

  /** What of a bar's volume is left for us. */
  #left(instrument: number, participation: bigint): bigint {
    const known = this.#volumesLeft[instrument]!;
    if (known !== null) return known;
    const share = multiply(unitsOf(Math.max(this.#volumes[instrument]!, 0), 'volume'), participation);
    return (this.#volumesLeft[instrument] = share - (share % this.#terms.instruments[instrument]!.lot));
  }

  /** A taker pays slippage, on ticks; nobody goes beyond his limit. */
  #priceOf({ instrument, isBuy, type, limit }: OpenOrder, market: bigint, quantity: bigint, isMaker: boolean): bigint {
    if (isMaker) return market;
    let worse = 0n;
    for (const slippage of this.#terms.slippages) worse += slippage(market, quantity, this.#volumes[instrument]!);
    if (worse === 0n) return market;
    const price = worseTick(isBuy, isBuy ? market + worse : market - worse, this.#terms.instruments[instrument]!.tick);
    if (type !== 'limit' && type !== 'stop-limit') return price;
    const most = unitsOf(limit, 'limit');
    return (isBuy ? price < most : price > most) ? price : most;
  }
}
