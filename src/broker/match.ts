// Where an open order meets a bar. This file is the truth table of the simulated market; `test/broker/match.test.ts` walks it.
//
//   buy (a sale is its mirror image)  at the open                          after the open
//   market, market-on-open            open                                 –
//   market-on-close                   –                                    close, of the day's last bar
//   limit L                           open ≤ L: open, the better price     low ≤ L: L
//   stop S                            open ≥ S: open, the gap is ours      high ≥ S: S
//   trailing stop                     as a stop; its level follows finished bars only, never the bar it is tested on
//   stop-limit S, L                   open ≥ S: from here a limit          high ≥ S: from here a limit that was met at S:
//                                                                          L ≥ S: S;  L < S: L, if close ≤ L proves the way back
//   immediate or cancel, fill or kill  as its row says                     –
//
// X1. Of the way through a bar only this is known: it starts at the open, ends at the close, and touches high and low.
// X2. What helps the strategy needs proof (`low` and `high` of a Span are reached for certain after the order opened), what
//     hurts it needs possibility (`lowest`, `highest`). For an order that was open before the bar the two are the same.
import type { OrderType } from '#domain/order.ts';

/** What is known of the prices while an order was open. */
export interface Span {
  open: number;
  /** Reached for certain after the order opened … */
  high: number;
  low: number;
  /** … and reached at some time in the bar. */
  highest: number;
  lowest: number;
  close: number;
}

/** What of an order decides where it fills. */
export interface Terms {
  readonly type: OrderType;
  readonly isBuy: boolean;
  /** NaN where the type has none. */
  readonly limit: number;
  /** Of a trailing stop the level it stands at. NaN where the type has none. */
  readonly stop: number;
  /** A stop-limit whose stop was met in an earlier bar: a limit. */
  readonly isTriggered: boolean;
}

/** Prices between which, both left out, a bar changes nothing. */
export interface Calm {
  floor: number;
  ceiling: number;
}

/** Sets them to where a bar between them leaves an order as it is that has met a bar before; what waits for the close is not looked at. `extreme`: of a trailing stop the best price it has seen. */
export function keepCalm(calm: Calm, { type, isBuy, limit, stop, extreme, isTriggered }: Terms & { readonly extreme: number }): void {
  calm.floor = -Infinity;
  calm.ceiling = Infinity;
  if (type === 'market-on-close') return;
  if (type === 'market' || type === 'market-on-open') calm.ceiling = -Infinity;
  else if (type === 'limit' || isTriggered) reach(calm, !isBuy, limit);
  else {
    reach(calm, isBuy, stop);
    if (type === 'trailing-stop' || type === 'trailing-stop-percent') reach(calm, !isBuy, extreme);
  }
}

function reach(calm: Calm, isAbove: boolean, price: number): void {
  if (isAbove) calm.ceiling = Math.min(calm.ceiling, price);
  else calm.floor = Math.max(calm.floor, price);
}

/** Price at which an order fills at the first price of the span; NaN when it does not. */
export function priceAtOpen({ type, isBuy, limit, stop, isTriggered }: Terms, open: number): number {
  if (type === 'market' || type === 'market-on-open') return open;
  if (type === 'market-on-close') return Number.NaN;
  if (type === 'limit') return isWithin(isBuy, open, limit) ? open : Number.NaN;
  if (type === 'stop-limit') return (isTriggered || isBeyond(isBuy, open, stop)) && isWithin(isBuy, open, limit) ? open : Number.NaN;
  return isBeyond(isBuy, open, stop) ? open : Number.NaN;
}

/** Price at which an order that did not fill at the open fills later in the span; NaN when it does not, or cannot be shown to. */
export function priceWithin({ type, isBuy, limit, stop, isTriggered }: Terms, span: Span): number {
  const favourable = isBuy ? span.low : span.high;
  if (type === 'limit') return isWithin(isBuy, favourable, limit) ? limit : Number.NaN;
  if (type === 'stop-limit') {
    if (isTriggered || isBeyond(isBuy, span.open, stop)) return isWithin(isBuy, favourable, limit) ? limit : Number.NaN;
    if (!isBeyond(isBuy, isBuy ? span.high : span.low, stop)) return Number.NaN;
    if (isWithin(isBuy, stop, limit)) return stop;
    return isWithin(isBuy, span.close, limit) ? limit : Number.NaN;
  }
  if (type === 'stop' || type === 'trailing-stop' || type === 'trailing-stop-percent') {
    return isBeyond(isBuy, isBuy ? span.highest : span.lowest, stop) ? stop : Number.NaN;
  }
  return Number.NaN;
}

/** True when the stop of a stop-limit was met in the span; it is a limit from then on. */
export function isTriggeredIn({ type, isBuy, stop }: Terms, span: Span): boolean {
  return type === 'stop-limit' && isBeyond(isBuy, isBuy ? span.high : span.low, stop);
}

/** What an order that opened inside a bar, when it stood at `price`, can count on of the rest of the bar. */
export function narrow(span: Span, price: number): void {
  // Coming down to the price, everything below it lies ahead, and coming up everything above it; the close lies ahead always.
  const cameDown = span.open > price;
  const cameUp = span.open < price;
  span.low = cameDown ? Math.min(span.low, price) : Math.min(price, span.close);
  span.high = cameUp ? Math.max(span.high, price) : Math.max(price, span.close);
  span.open = price;
}

/** True where a buyer pays no more, a seller gets no less than the limit. */
function isWithin(isBuy: boolean, price: number, limit: number): boolean {
  return isBuy ? price <= limit : price >= limit;
}

/** True where the price has reached a stop from the side it is waited for. */
function isBeyond(isBuy: boolean, price: number, stop: number): boolean {
  return isBuy ? price >= stop : price <= stop;
}
