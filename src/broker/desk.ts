// What a strategy's orders function sees of an instrument and says of it, and how what it says becomes orders: buy, sell, moveTo, cancel, replace.
// D1. Quantities go down to whole lots, limits to the tick that is no better for the market than asked, stops to the later tick.
// D2. What cannot be an order (a NaN price, a stop-limit without a stop) is a mistake of the strategy and throws; what risk rules refuse is an event.
import { Fault } from '#domain/fault.ts';
import { rateOfBps } from '#domain/money.ts';
import type { OrderRequest, OrderType, Side, TimeInForce } from '#domain/order.ts';
import { fromUnits, minus, restOf, sizeOf, toUnits, type Units, unitsOfExact } from '#domain/units.ts';
import { worseTick } from './costs.ts';
import type { OpenOrder } from './open-order.ts';
import type { Exit, OrderAccount } from './order-account.ts';

/** How an order is placed; nothing given is a market order at the next open. */
export interface OrderOptions {
  /** Worst price taken. */
  readonly limit?: number;
  /** Price at which it becomes a market order, or with a limit a limit order. */
  readonly stop?: number;
  /** A stop that follows the best price at this distance: in money, or in percent of the price. */
  readonly trail?: number;
  readonly trailPercent?: number;
  /** `open` waits for the first price of the next day, `close` for the last of a day. */
  readonly at?: 'open' | 'close';
  /** A limit of time; an order is good till it is cancelled when left out. */
  readonly timeInForce?: Exclude<TimeInForce, 'gtd'>;
  /** Moment it ends at: UTC ms. */
  readonly until?: number;
  /** Closes what this order opens at a better price, or at a worse one; when both are given each excludes the other. */
  readonly takeProfit?: number;
  readonly stopLoss?: number;
  /** A stop loss that follows. */
  readonly trailingLoss?: number;
  readonly trailingLossPercent?: number;
  /** Number of an open order: a fill of either takes as much off the other. */
  readonly pairWith?: number;
}

/** An open order as a strategy sees it. */
export interface OrderView {
  readonly id: number;
  readonly side: Side;
  readonly type: OrderType;
  /** Units left to fill; 0 for an exit whose entry has not filled. */
  readonly quantity: number;
  /** NaN where the type has none. */
  readonly limit: number;
  /** Of a trailing stop the level it stands at. */
  readonly stop: number;
}

export interface BarView {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** What a strategy sees of an instrument, and how it orders. */
export interface InstrumentView {
  readonly bar: BarView;
  /** Units held, short below 0, and the average price they were bought or sold at (NaN without any). */
  readonly position: number;
  readonly entryPrice: number;
  /** Open orders, in the order they were placed. */
  readonly orders: readonly OrderView[];
  /** Places an order for `quantity` units. Answers its number, or 0 when there is none: nothing was left after rounding to lots, or a risk rule refused it. */
  readonly buy: (quantity: number, options?: OrderOptions) => number;
  readonly sell: (quantity: number, options?: OrderOptions) => number;
  /** Places a market order for what is missing to a position, unless one is under way. */
  readonly moveTo: (position: number) => number;
  /** Cancels an order, or all of the instrument. An order that is not open any more is no mistake: it may just have filled. */
  readonly cancel: (id?: number) => void;
  /** Changes quantity, limit or stop of an open order, which loses its place in the book. */
  readonly replace: (id: number, change: Change) => void;
}

type Change = Pick<OrderOptions, 'limit' | 'stop'> & { readonly quantity?: number };

/** Names of OrderOptions, in the order a caller gives their values in. */
export const OPTION_NAMES = ['limit', 'stop', 'trail', 'trailPercent', 'at', 'timeInForce', 'until', 'takeProfit', 'stopLoss', 'trailingLoss', 'trailingLossPercent', 'pairWith'] as const satisfies readonly (keyof OrderOptions)[];
/** What of an open order can be changed. */
export const CHANGE_NAMES = ['quantity', 'limit', 'stop'] as const satisfies readonly (keyof Change)[];
const FORCES = new Set(['gtc', 'day', 'ioc', 'fok']);

/** The verbs of one instrument of an account. What it is given may be anything: an author's JavaScript has no types. */
export class Desk {
  readonly #account: OrderAccount;
  readonly #instrument: number;

  constructor(account: OrderAccount, instrument: number) {
    this.#account = account;
    this.#instrument = instrument;
  }

  moveTo(position: number): number {
    const change = minus(toUnits(number('moveTo', position), 'moveTo'), this.#account.position(this.#instrument));
    if (change === 0) return 0;
    for (const { instrument, type, cancelAt } of this.#account.orders) if (instrument === this.#instrument && type === 'market' && cancelAt === null) return 0;
    const request: OrderRequest<Units> = { side: change > 0 ? 'buy' : 'sell', quantity: this.#lots(sizeOf(change)), type: 'market', timeInForce: 'gtc', limit: undefined, stop: undefined, trail: undefined, untilMs: undefined };
    return this.#ask(request, NO_EXITS, null);
  }

  cancel(id?: number): void {
    for (const order of this.#open()) if (id === undefined || order.id === id) this.#account.cancel(order);
  }

  replace(id: number, { quantity, limit, stop }: Change): void {
    const order = this.#open().find((each) => each.id === id);
    if (!order) return;
    const priced = (name: string, price: number | undefined, up: boolean): number | null => (price === undefined ? null : fromUnits(this.#ticks(name, price, up)));
    this.#account.replace(order, {
      quantity: quantity === undefined ? null : this.#lots(toUnits(positive('quantity', quantity), 'quantity')),
      limit: priced('limit', limit, !order.isBuy),
      stop: priced('stop', stop, order.isBuy),
    });
  }

  /** Those of its open orders that no wish to cancel is on its way to. */
  #open(): OpenOrder[] {
    return this.#account.orders.filter(({ instrument, cancelAt }) => instrument === this.#instrument && cancelAt === null);
  }

  place(side: Side, quantity: number, options: OrderOptions): number {
    const units = this.#lots(toUnits(positive(`${side}: quantity`, quantity), 'quantity'));
    const isBuy = side === 'buy';
    const { limit, stop, trail, trailPercent, timeInForce, until, pairWith } = options;
    const type = typeOf(side, options);
    if (timeInForce !== undefined && !FORCES.has(timeInForce)) throw mistake(side, `timeInForce ${timeInForce as string}`, 'is not known', 'use gtc, day, ioc or fok, or until');
    if ((timeInForce === 'ioc' || timeInForce === 'fok') && type !== 'market' && type !== 'limit') throw mistake(side, `a ${type} order`, `cannot be ${timeInForce}`, 'it waits for a price, so give it another time in force');
    if (until !== undefined && timeInForce !== undefined) throw mistake(side, 'until and timeInForce', 'are both given', 'give one of them');
    const paired = pairWith === undefined ? null : (this.#open().find(({ id }) => id === pairWith) ?? null);
    if (pairWith !== undefined && !paired) throw mistake(side, `pairWith ${pairWith}`, 'names no open order', 'pair with an order that is open');
    // Every request has all names, so that whoever reads one knows where they stand.
    const request: OrderRequest<Units> = {
      side, quantity: units, type,
      timeInForce: until === undefined ? (timeInForce ?? 'gtc') : 'gtd',
      limit: limit === undefined ? undefined : this.#ticks(`${side}: limit`, limit, !isBuy),
      stop: stop === undefined ? undefined : this.#ticks(`${side}: stop`, stop, isBuy),
      trail: trail !== undefined ? toUnits(positive(`${side}: trail`, trail), 'trail') : trailPercent !== undefined ? percent(`${side}: trailPercent`, trailPercent) : undefined,
      untilMs: until === undefined ? undefined : number(`${side}: until`, until),
    };
    return this.#ask(request, this.#exitsOf(isBuy, options), paired);
  }

  #ask(request: OrderRequest<Units>, exits: readonly Exit[], pairWith: OpenOrder | null): number {
    if (request.quantity === 0) return 0;
    return this.#account.place({ instrument: this.#instrument, request, exits, pairWith });
  }

  #exitsOf(isBuy: boolean, { takeProfit, stopLoss, trailingLoss, trailingLossPercent }: OrderOptions): readonly Exit[] {
    if (takeProfit === undefined && stopLoss === undefined && trailingLoss === undefined && trailingLossPercent === undefined) return NO_EXITS;
    const losses = [stopLoss, trailingLoss, trailingLossPercent].filter((loss) => loss !== undefined);
    if (losses.length > 1) throw mistake(isBuy ? 'buy' : 'sell', 'stopLoss, trailingLoss and trailingLossPercent', 'exclude each other', 'give one of them');
    const exits: Exit[] = [];
    const add = (type: Exit['type'], limit: Units | undefined, stop: Units | undefined, trail: Units | undefined): number => exits.push({ type, limit, stop, trail });
    if (takeProfit !== undefined) add('limit', this.#ticks('takeProfit', takeProfit, isBuy), undefined, undefined);
    if (stopLoss !== undefined) add('stop', undefined, this.#ticks('stopLoss', stopLoss, !isBuy), undefined);
    if (trailingLoss !== undefined) add('trailing-stop', undefined, undefined, toUnits(positive('trailingLoss', trailingLoss), 'trailingLoss'));
    if (trailingLossPercent !== undefined) add('trailing-stop-percent', undefined, undefined, percent('trailingLossPercent', trailingLossPercent));
    return exits;
  }

  #lots(units: Units): Units {
    const { lot } = this.#account.terms.instruments[this.#instrument]!;
    return lot === 1 ? units : minus(units, restOf(units, lot));
  }

  /** By D1. */
  #ticks(name: string, price: number, up: boolean): Units {
    const { tick } = this.#account.terms.instruments[this.#instrument]!;
    return worseTick(up, toUnits(number(name, price), name), tick);
  }
}

const NO_EXITS: readonly Exit[] = Object.freeze([]);

function typeOf(side: Side, { limit, stop, trail, trailPercent, at }: OrderOptions): OrderType {
  const given = Number(stop !== undefined) + Number(trail !== undefined) + Number(trailPercent !== undefined) + Number(at !== undefined);
  if (given > 1 || (given === 1 && limit !== undefined && stop === undefined)) throw mistake(side, 'stop, trail, trailPercent and at', 'exclude each other, and only stop goes with a limit', 'give one of them');
  if (at !== undefined && at !== 'open' && at !== 'close') throw mistake(side, `at ${String(at)}`, 'is not known', 'use open or close');
  if (at !== undefined) return at === 'open' ? 'market-on-open' : 'market-on-close';
  if (trail !== undefined) return 'trailing-stop';
  if (trailPercent !== undefined) return 'trailing-stop-percent';
  if (stop !== undefined) return limit === undefined ? 'stop' : 'stop-limit';
  return limit === undefined ? 'market' : 'limit';
}

function number(name: string, value: number): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const cure = typeof value === 'number' ? 'check what it was computed from: values are NaN while they warm up' : 'give a number; options come behind it, as in buy(10, { limit: 99 })';
  throw new Fault('PARAM_INVALID', `${name} is ${String(value)}, not a number`, { cure });
}

function positive(name: string, value: number): number {
  if (number(name, value) >= 0) return value;
  throw new Fault('PARAM_INVALID', `${name} is ${value}, below 0`, { cure: 'the side says buy or sell; give how much' });
}

/** Percent as a part of a whole, in 1e-8. */
function percent(name: string, value: number): Units {
  if (positive(name, value) > 0 && value < 100) return unitsOfExact(rateOfBps(Math.round(value * 1e6) / 1e4, name));
  throw new Fault('PARAM_INVALID', `${name} is ${value}`, { cure: 'give percent, more than 0 and less than 100' });
}

/** What to say of an option that is none of a verb's. */
export function unknownOption(verb: Side | 'replace', name: string): Fault {
  if (verb === 'replace') return mistake(verb, name, 'cannot be changed', `${CHANGE_NAMES.join(', ')} can; for anything else cancel the order and place another`);
  return mistake(verb, name, 'is no option of an order', `the options are ${OPTION_NAMES.join(', ')}`);
}

function mistake(verb: Side | 'replace', what: string, why: string, cure: string): Fault {
  return new Fault('PARAM_INVALID', `${verb}: ${what} ${why}`, { cure });
}
