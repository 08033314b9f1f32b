// An order of an account from the moment it is placed until it ends.
import type { OrderRequest, OrderType, TimeInForce } from '#domain/order.ts';
import { exactOf, fromUnits, minus, plus, restOf, times, toUnits, type Units, unitsOfExact } from '#domain/units.ts';
import type { Calm, Span, Terms } from './match.ts';

/** When something takes effect: at the first bar that is neither before the row nor opens before the moment. */
export interface Arrival {
  readonly row: number;
  /** UTC ms. */
  readonly t: number;
}

export interface OrderChange {
  readonly quantity: Units | null;
  readonly limit: number | null;
  readonly stop: number | null;
}

export interface OpenOrder extends Terms {
  readonly id: number;
  readonly instrument: number;
  readonly isBuy: boolean;
  readonly type: OrderType;
  readonly force: TimeInForce;
  /** Units left to fill. 0 for an exit whose entry has not filled. */
  quantity: Units;
  limit: number;
  /** Of a trailing stop the level it stands at now. */
  stop: number;
  /** Distance of a trailing stop, in units of price or of a whole; 0 for other types. */
  trail: Units;
  /** Best price since a trailing stop was placed; NaN for other types. */
  extreme: number;
  readonly untilMs: number;
  arrival: Arrival;
  cancelAt: Arrival | null;
  change: (OrderChange & { readonly at: Arrival }) | null;
  /** Row and day it was decided on, and day of the first bar it met; null before. */
  readonly placedRow: number;
  readonly placedDay: number;
  firstDay: number | null;
  isTriggered: boolean;
  /** Row of its last fill: it fills at most once a bar. */
  filledRow: number | null;
  /** True once a bar has passed over it: it waits in the book. */
  isResting: boolean;
  /** Orders of one pair exclude each other; 0 is no pair. */
  pair: number;
  /** Order whose fills this one closes; it opens as they come. 0 for none. */
  readonly entry: number;
  /** What of it has filled, for fees that are counted by the order. */
  filled: Units;
  value: Units;
  fees: Units;
  /** Set while the bar in which its entry filled goes on. */
  span: Span | null;
  readonly watch: Watch;
}

/** What the book notes of an order, and finds out anew after a restart. */
export interface Watch extends Calm {
  /** False while a bar goes on that changes nothing for it. */
  isStirred: boolean;
  /** Version of the book at which it last came to look different. */
  version: number;
}

type Amount = 'quantity' | 'trail' | 'filled' | 'value' | 'fees';

interface KeptChange extends Omit<OrderChange, 'quantity'> {
  readonly quantity: bigint | null;
  readonly at: Arrival;
}

/** An order as bytes remember it: its amounts are bigint, whatever their size. */
export type KeptOrder = Omit<OpenOrder, 'watch' | 'change' | Amount> & Readonly<Record<Amount, bigint>> & { readonly change: KeptChange | null };

export function keptOrder(order: OpenOrder): KeptOrder {
  const { quantity, trail, filled, value, fees, change } = order;
  const kept = {
    ...order, quantity: exactOf(quantity), trail: exactOf(trail), filled: exactOf(filled), value: exactOf(value), fees: exactOf(fees),
    change: change && { ...change, quantity: change.quantity === null ? null : exactOf(change.quantity) },
    watch: undefined,
  };
  return kept;
}

/** The order that was kept. */
export function takenUp(order: KeptOrder): OpenOrder {
  const { quantity, trail, filled, value, fees, change } = order;
  return {
    ...order, quantity: unitsOfExact(quantity), trail: unitsOfExact(trail), filled: unitsOfExact(filled), value: unitsOfExact(value), fees: unitsOfExact(fees),
    change: change && { ...change, quantity: change.quantity === null ? null : unitsOfExact(change.quantity) },
    watch: newWatch(),
  };
}

/** Of an order that no bar has met yet: there is no bar that changes nothing for it. */
function newWatch(): Watch {
  return { floor: Infinity, ceiling: -Infinity, isStirred: true, version: 0 };
}

type Placed = Pick<OpenOrder, 'id' | 'instrument' | 'isBuy' | 'arrival' | 'placedRow' | 'placedDay' | 'pair' | 'entry'>;

/** An order of a request, with nothing to fill yet: its quantity is 0. */
export function openOrder({ id, instrument, isBuy, arrival, placedRow, placedDay, pair, entry }: Placed, { type, limit, stop, trail = 0, timeInForce = 'gtc', untilMs = Infinity }: OrderRequest<Units>): OpenOrder {
  const priceOf = (units: Units | undefined): number => (units === undefined ? Number.NaN : fromUnits(units));
  return {
    id, instrument, isBuy, arrival, placedRow, placedDay, pair, entry, type, force: timeInForce, quantity: 0, limit: priceOf(limit), stop: priceOf(stop), trail, extreme: Number.NaN, untilMs,
    cancelAt: null, change: null, firstDay: null, isTriggered: false, filledRow: null, isResting: false, filled: 0, value: 0, fees: 0, span: null, watch: newWatch(),
  };
}

/** Moves a trailing stop along after a bar in which it was open; answers whether it moved. */
export function follow(order: OpenOrder, high: number, low: number): boolean {
  if (order.trail === 0) return false;
  const best = order.isBuy ? low : high;
  if (Number.isNaN(best) || (order.isBuy ? best >= order.extreme : best <= order.extreme)) return false;
  order.extreme = best;
  order.stop = levelOf(order);
  return true;
}

/** Where a trailing stop stands for the best price it has seen. */
function levelOf({ type, isBuy, trail, extreme }: OpenOrder): number {
  const best = toUnits(extreme, 'trailing stop');
  const distance = type === 'trailing-stop' ? trail : times(best, trail);
  return fromUnits(isBuy ? plus(best, distance) : minus(best, distance));
}

/** Restates an order after a split of `ratio` new units for one old: prices to the nearest 1e-8, quantities down to whole lots. FINRA rule 5330. */
export function splitOrder(order: OpenOrder, ratio: number, lot: Units): void {
  const newUnits = (units: Units): Units => {
    const restated = toUnits(fromUnits(units) * ratio, 'quantity after a split');
    return minus(restated, restOf(restated, lot));
  };
  const newPrice = (price: number): number => fromUnits(toUnits(price / ratio, 'price after a split'));
  if (!Number.isNaN(order.limit)) order.limit = newPrice(order.limit);
  if (!Number.isNaN(order.stop)) order.stop = newPrice(order.stop);
  if (!Number.isNaN(order.extreme)) order.extreme = newPrice(order.extreme);
  if (order.type === 'trailing-stop') order.trail = toUnits(fromUnits(order.trail) / ratio, 'distance after a split');
  order.quantity = newUnits(order.quantity);
  order.filled = newUnits(order.filled);
}
