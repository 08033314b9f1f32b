// The open orders of an account, and what one bar does to those of one instrument.
//
// B1. An order meets only bars that begin after it arrived: nothing is filled with data of the bar it was decided on.
// B2. First everything that fills at the open, in the order it was placed; then, inside the bar, the worst for the account at the
//     bar's close first, because the way through the bar is not known; at last what fills at the close. So of a stop and a target
//     in one bar the stop is hit, and of two entries that exclude each other the one that looks worse at the close.
// B3. With a known way (`path`) the bar is three straight legs, and what lies nearer on a leg comes first.
// B4. A fill takes as much off the other orders of its pair; what is left with nothing is cancelled.
// B5. Exits open with the fills of their entry, for as much as has filled, and see only the rest of that bar (match.ts, X2).
// B6. Of an order that has met a bar the prices that change nothing for it are known: a bar between them, as is the rule, leaves it unstirred, and
//     one that stirs no order of an instrument asks none. Whatever changes an order forgets them.
// Absent: money (teller.ts).
import { Fault } from '#domain/fault.ts';
import { minus, plus, type Units } from '#domain/units.ts';
import { type Calm, isTriggeredIn, keepCalm, narrow, priceAtOpen, priceWithin, type Span } from './match.ts';
import { type Arrival, follow, keptOrder, type KeptOrder, type OpenOrder, type OrderChange, splitOrder, takenUp } from './open-order.ts';
import type { Day } from './session.ts';
import type { BarValues } from './account-columns.ts';
import type { Reason } from './event-tape.ts';
import type { Teller } from './teller.ts';

/** Venues keep a few hundred orders of one account. Who has more has forgotten them, and pays for each at every close, for the orders function is shown them all. */
const ORDERS_OPEN_MAX = 4_096;

export interface BookBar extends BarValues {
  row: number;
  /** Open time, UTC ms. */
  t: number;
  day: Day;
  /** True for the last bar of its day. */
  isLast: boolean;
}

export class Book {
  /** In the order they were placed; an order whose quantity is 0 waits for its entry. */
  #orders: OpenOrder[] = [];
  /** Changes with every change of an open order. */
  version = 0;
  /** False when no open order has an end or a wish that time brings about. */
  #isTimed = false;
  /** By B6, for all orders of each instrument. */
  readonly #calm: readonly Calm[];
  readonly #teller: Teller;
  readonly #span: Span = { open: 0, high: 0, low: 0, highest: 0, lowest: 0, close: 0 };

  constructor(teller: Teller, instruments: number) {
    this.#teller = teller;
    this.#calm = Array.from({ length: instruments }, () => ({ floor: -Infinity, ceiling: Infinity }));
  }

  get orders(): readonly OpenOrder[] {
    return this.#orders;
  }

  /** Throws ORDER_REFUSED beyond ORDERS_OPEN_MAX. */
  add(order: OpenOrder): void {
    if (this.#orders.length === ORDERS_OPEN_MAX) {
      throw new Fault('ORDER_REFUSED', `${ORDERS_OPEN_MAX} orders are open already`, { cure: 'cancel those that wait in vain, or give orders an end: timeInForce or until' });
    }
    this.#changed(order);
    this.#orders.push(order);
    this.#isTimed ||= isTimed(order);
  }

  /** By B6: a whole bar between these prices that is not the last of its day is calm, it changes nothing for any open order of the instrument. */
  calmOf(instrument: number): Readonly<Calm> {
    return this.#calm[instrument]!;
  }

  /** The open orders as they are remembered. */
  snapshot(): readonly KeptOrder[] {
    return this.#orders.map(keptOrder);
  }

  restore(orders: readonly KeptOrder[]): void {
    this.#orders = orders.map(takenUp);
    this.#orders.forEach((order) => this.#changed(order));
    this.#isTimed = this.#orders.some(isTimed);
  }

  /** Has an order cancelled once a wish has arrived; until then it is only not shown any more. */
  cancelAt(order: OpenOrder, arrival: Arrival): void {
    this.#changed(order);
    order.cancelAt ??= arrival;
    this.#isTimed = true;
  }

  changeAt(order: OpenOrder, change: OrderChange, at: Arrival): void {
    order.change = { ...change, at };
    this.#isTimed = true;
  }

  cancel(order: OpenOrder, reason: Reason): void {
    this.#end(order, 'cancelled', reason);
  }

  /** Takes an order out, with the exits of an entry that never filled. */
  remove(order: OpenOrder): void {
    this.#changed(order);
    const left: OpenOrder[] = [];
    for (const each of this.#orders) if (each !== order && !(each.entry === order.id && each.quantity === 0)) left.push(each);
    this.#orders = left; // a new list, for the old one may be walked just now
  }

  /** Puts the change an order waits for into effect. */
  change(order: OpenOrder): void {
    this.#changed(order);
    const { quantity, limit, stop } = order.change!;
    order.change = null;
    if (quantity !== null) order.quantity = quantity;
    if (limit !== null) order.limit = limit;
    if (stop !== null) order.stop = stop;
    order.isResting = false;
    this.#teller.opened(order, 'replaced');
  }

  /** Restates the orders of an instrument after a split. */
  split(instrument: number, ratio: number, lot: Units): void {
    for (const order of this.#orders) {
      if (order.instrument !== instrument) continue;
      const { quantity } = order;
      this.#changed(order);
      splitOrder(order, ratio, lot);
      if (quantity === 0) continue;
      if (order.quantity > 0) this.#teller.opened(order, 'replaced');
      else this.#end(order, 'cancelled', 'nothing left after a split');
    }
  }

  /** Fills the market orders that were placed on a row at its close; their exits wait for the next bar. */
  fillAtClose(instrument: number, row: number, close: number): void {
    for (const order of this.#orders) {
      if (order.instrument === instrument && order.type === 'market' && order.placedRow === row && order.quantity > 0) this.#fill(order, close, false, row);
    }
    for (const order of this.#orders) order.span = null;
  }

  /** Ends what is over before a bar begins, for all instruments: wishes that have arrived, days and moments that have passed. */
  begin(row: number, t: number, day: Day): void {
    if (!this.#isTimed) return;
    this.#isTimed = false;
    for (const order of this.#orders) {
      const { change, cancelAt } = order;
      this.#isTimed ||= isTimed(order);
      if (change && row >= change.at.row && t >= change.at.t) this.change(order);
      if (order.quantity === 0) continue;
      if (cancelAt && row >= cancelAt.row && t >= cancelAt.t) this.#end(order, 'cancelled', 'by the strategy');
      else if (t >= order.untilMs) this.#end(order, 'expired', 'moment passed');
      else if (order.force === 'day' && order.firstDay !== null && day.number > order.firstDay) this.#end(order, 'expired', 'day over');
    }
  }

  /** Plays a bar of one instrument, which is not calm. */
  meet(instrument: number, bar: BookBar): void {
    const { open, high, low, close, path } = bar;
    for (const { instrument: own, watch } of this.#orders) watch.isStirred = own === instrument && !isBetween(watch, bar);
    if (path === 1) this.#legs(bar, [open, high, low, close]);
    else if (path === -1) this.#legs(bar, [open, low, high, close]);
    else {
      this.#set(open, high, low, close);
      this.#atOpen(bar);
      this.#within(bar, false);
      this.#pass(bar, true);
    }
    this.#settle(instrument);
  }

  /** By B3. */
  #legs(bar: BookBar, points: readonly [number, number, number, number]): void {
    for (let leg = 0; leg < 3; leg++) {
      const [from, to] = [points[leg]!, points[leg + 1]!];
      this.#set(from, Math.max(from, to), Math.min(from, to), to);
      if (leg === 0) this.#atOpen(bar);
      this.#within(bar, true);
      this.#pass(bar, leg === 2);
    }
  }

  #set(open: number, high: number, low: number, close: number): void {
    const span = this.#span;
    span.open = open;
    span.high = high;
    span.low = low;
    span.highest = high;
    span.lowest = low;
    span.close = close;
  }

  #spanOf(order: OpenOrder): Span {
    return order.span ?? this.#span;
  }

  #isOpen({ arrival, quantity, type, placedDay }: OpenOrder, { row, t, day }: BookBar): boolean {
    return quantity > 0 && row >= arrival.row && t >= arrival.t && (type !== 'market-on-open' || day.number > placedDay);
  }

  /** Orders that an earlier one fills or ends leave the list while it is walked, and exits it opens stand behind it. */
  #atOpen(bar: BookBar): void {
    for (const order of this.#orders) {
      if (!order.watch.isStirred || !this.#isOpen(order, bar)) continue;
      const price = order.span ? Number.NaN : priceAtOpen(order, this.#span.open);
      if (price === price && (order.force !== 'fok' || this.#teller.canFillAll(order))) this.#fill(order, price, order.isResting && order.type === 'limit', bar.row);
      if ((order.force === 'ioc' || order.force === 'fok') && order.quantity > 0) this.#end(order, 'cancelled', 'not filled at once');
    }
  }

  /** By B2 and B3. An order that has filled in part has taken what the bar had for it. */
  #within(bar: BookBar, isKnown: boolean): void {
    for (;;) {
      let next: OpenOrder | undefined;
      let at = 0;
      let rank = Infinity;
      for (const order of this.#orders) {
        if (!order.watch.isStirred || order.filledRow === bar.row || !this.#isOpen(order, bar)) continue;
        const span = this.#spanOf(order);
        const first = order.span ? priceAtOpen(order, span.open) : Number.NaN;
        const price = first === first ? first : priceWithin(order, span);
        if (price !== price) continue;
        const orderRank = isKnown ? Math.abs(price - this.#span.open) : order.isBuy ? span.close - price : price - span.close;
        if (orderRank < rank) [next, at, rank] = [order, price, orderRank];
      }
      if (!next) return;
      this.#fill(next, at, next.type === 'limit' || next.isTriggered, bar.row);
    }
  }

  /** What a stretch of the way leaves behind: stops that were met, trailing stops that moved along; at the close, what waits for it fills and the bar is part of every order's past. */
  #pass(bar: BookBar, isClose: boolean): void {
    for (const order of this.#orders) {
      const { watch } = order;
      if (!watch.isStirred || !this.#isOpen(order, bar)) continue;
      const span = this.#spanOf(order);
      if (isTriggeredIn(order, span)) order.isTriggered = true;
      if (follow(order, span.high, span.low)) watch.version = ++this.version;
      order.span = null;
      if (!isClose) continue;
      order.firstDay ??= bar.day.number;
      order.isResting = true;
      keepCalm(watch, order);
      if (order.type === 'market-on-close' && bar.isLast) this.#fill(order, bar.close, false, bar.row);
    }
  }

  /** By B6. */
  #settle(instrument: number): void {
    const calm = this.#calm[instrument]!;
    calm.floor = -Infinity;
    calm.ceiling = Infinity;
    for (const { instrument: own, quantity, watch } of this.#orders) {
      if (own !== instrument || quantity === 0) continue;
      calm.floor = Math.max(calm.floor, watch.floor);
      calm.ceiling = Math.min(calm.ceiling, watch.ceiling);
    }
  }

  /** By B6. */
  #changed({ instrument, watch }: OpenOrder): void {
    watch.version = ++this.version;
    watch.isStirred = true;
    watch.ceiling = this.#calm[instrument]!.ceiling = -Infinity;
  }

  #fill(order: OpenOrder, price: number, isMaker: boolean, row: number): void {
    this.#changed(order);
    order.filledRow = row; // also where the bar had nothing for it: it is not asked again
    const filled = this.#teller.fill(order, price, isMaker);
    if (filled === 0) {
      if (order.quantity === 0) this.#leave(order);
      return;
    }
    // By B4.
    if (order.pair !== 0) {
      for (const other of this.#orders) {
        if (other === order || other.pair !== order.pair || other.quantity === 0) continue;
        if (other.quantity > filled) {
          other.quantity = minus(other.quantity, filled);
          this.#changed(other);
          this.#teller.opened(other, 'replaced');
        } else this.#end(other, 'cancelled', 'other side of a pair filled');
      }
    }
    // By B5.
    for (const exit of this.#orders) {
      if (exit.entry !== order.id) continue;
      this.#changed(exit);
      const kind = exit.quantity === 0 ? 'placed' : 'replaced';
      exit.quantity = plus(exit.quantity, filled);
      exit.span = { ...this.#spanOf(order) };
      if (exit.span.open !== price) narrow(exit.span, price);
      if (exit.trail !== 0) follow(exit, price, price);
      this.#teller.opened(exit, kind);
    }
    if (order.quantity === 0) this.#leave(order);
  }

  #end(order: OpenOrder, kind: 'cancelled' | 'expired', reason: Reason): void {
    this.#teller.ended(order, kind, reason);
    order.quantity = 0;
    this.#leave(order);
  }

  /** An exit that has nothing left stays for as long as its entry may still fill. */
  #leave(order: OpenOrder): void {
    if (order.entry === 0 || !this.#orders.some((each) => each.id === order.entry)) this.remove(order);
  }
}

/** True for a bar between the prices, which is not the last of its day: what waits for the close is stirred by that. */
function isBetween({ floor, ceiling }: Calm, { low, high, isLast }: BookBar): boolean {
  return low > floor && high < ceiling && !isLast;
}

function isTimed({ change, cancelAt, untilMs, force }: OpenOrder): boolean {
  return change !== null || cancelAt !== null || untilMs !== Infinity || force === 'day';
}
