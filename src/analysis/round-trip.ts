// From trades to round trips: what was won or lost between two moments of being flat.
import type { Trade } from '#domain/order.ts';

export interface RoundTrip {
  readonly side: 'long' | 'short';
  /** Places among the trades of the one that opened it and the one that made it flat. */
  readonly opening: number;
  readonly closing: number;
  /** Times of the two, UTC ms. */
  readonly openedT: number;
  readonly closedT: number;
  /** Signed position after the opening trade, and what the cash gained by it, fee included: a part of both where it closed another trip as well. */
  readonly openedPosition: number;
  readonly openedCash: number;
  /** What the cash gained from flat to flat, fees included. */
  readonly profit: number;
  readonly fees: number;
}

const SCALE = 1e8; // positions are compared in 1e-8 units, in which they are exact

/** Finished round trips, in order. A trade that goes through zero is cut at zero: its quantity and its fee belong in part to both sides. */
export function roundTripsOf(trades: readonly Trade[]): RoundTrip[] {
  const trips: RoundTrip[] = [];
  let position = 0;
  let opening = 0;
  let openedPosition = 0;
  let openedCash = 0;
  let profit = 0;
  let fees = 0;
  for (let k = 0; k < trades.length; k++) {
    const trade = trades[k]!;
    const change = Math.round(trade.quantity * SCALE) * (trade.side === 'buy' ? 1 : -1);
    const cashFlow = cashFlowOf(trade);
    const isFlat = position === 0;
    const closes = !isFlat && Math.sign(change) !== Math.sign(position) && Math.abs(change) >= Math.abs(position);
    const closingShare = closes ? Math.abs(position / change) : 0;
    if (closes) {
      const side = position > 0 ? 'long' : 'short';
      const openedT = trades[opening]!.ts;
      trips.push({ side, opening, closing: k, openedT, closedT: trade.ts, openedPosition, openedCash, profit: profit + cashFlow * closingShare, fees: fees + trade.fee * closingShare });
    }
    position += change;
    if (closes || isFlat) {
      opening = k;
      openedPosition = position / SCALE;
      openedCash = cashFlow * (1 - closingShare);
      profit = 0;
      fees = 0;
    }
    profit += cashFlow * (1 - closingShare);
    fees += trade.fee * (1 - closingShare);
  }
  return trips;
}

/** What the cash gains by a trade, its fee included. */
export function cashFlowOf({ side, quantity, price, fee }: Trade): number {
  return (side === 'buy' ? -1 : 1) * quantity * price - fee;
}
