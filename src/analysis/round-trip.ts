// From trades to round trips: what was won or lost between two moments of being flat.
import type { Trade } from '#domain/order.ts';

export interface RoundTrip {
  /** Times of the first and last fill, UTC ms. */
  readonly openedT: number;
  readonly closedT: number;
  /** What the cash gained from flat to flat, fees included. */
  readonly profit: number;
}

const SCALE = 1e8; // positions are compared in 1e-8 units, in which they are exact

/** Finished round trips, in order. A trade that goes through zero is cut at zero: its quantity and its fee belong in part to both sides. */
export function roundTripsOf(trades: readonly Trade[]): RoundTrip[] {
  const trips: RoundTrip[] = [];
  let position = 0;
  let openedT = 0;
  let profit = 0;
  for (const trade of trades) {
    const change = Math.round(trade.quantity * SCALE) * (trade.side === 'buy' ? 1 : -1);
    const cashFlow = (trade.side === 'buy' ? -1 : 1) * trade.quantity * trade.price - trade.fee;
    if (position === 0) openedT = trade.ts;
    const closes = Math.sign(change) !== Math.sign(position) && Math.abs(change) >= Math.abs(position) && position !== 0;
    if (!closes) {
      profit += cashFlow;
      position += change;
      continue;
    }
    const closingShare = Math.abs(position / change);
    trips.push({ openedT, closedT: trade.ts, profit: profit + cashFlow * closingShare });
    position += change;
    openedT = trade.ts;
    profit = position === 0 ? 0 : cashFlow * (1 - closingShare);
  }
  return trips;
}
