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

/** Finds the round trips as the trades come by. A trade that goes through zero is cut at zero: its quantity and its fee belong in part to both sides. */
export class TripFinder {
  #trades = 0;
  #position = 0;
  #opening = 0;
  #openedT = 0;
  #openedPosition = 0;
  #openedCash = 0;
  #profit = 0;
  #fees = 0;

  /** The next trade; answers the round trip it finished, if it did. */
  take(trade: Trade): RoundTrip | undefined {
    const change = Math.round(trade.quantity * SCALE) * (trade.side === 'buy' ? 1 : -1);
    const cashFlow = cashFlowOf(trade);
    const position = this.#position;
    const closes = position !== 0 && Math.sign(change) !== Math.sign(position) && Math.abs(change) >= Math.abs(position);
    const closingShare = closes ? Math.abs(position / change) : 0;
    const trip = closes ? this.#closedBy(trade, cashFlow * closingShare, closingShare) : undefined;
    this.#position = position + change;
    if (closes || position === 0) {
      this.#opening = this.#trades;
      this.#openedT = trade.ts;
      this.#openedPosition = this.#position / SCALE;
      this.#openedCash = cashFlow * (1 - closingShare);
      this.#profit = 0;
      this.#fees = 0;
    }
    this.#profit += cashFlow * (1 - closingShare);
    this.#fees += trade.fee * (1 - closingShare);
    this.#trades++;
    return trip;
  }

  #closedBy(trade: Trade, cashFlow: number, share: number): RoundTrip {
    return {
      side: this.#position > 0 ? 'long' : 'short',
      opening: this.#opening,
      closing: this.#trades,
      openedT: this.#openedT,
      closedT: trade.ts,
      openedPosition: this.#openedPosition,
      openedCash: this.#openedCash,
      profit: this.#profit + cashFlow,
      fees: this.#fees + trade.fee * share,
    };
  }
}

/** Finished round trips of one instrument, in order; tripsOf takes several. */
export function roundTripsOf(trades: readonly Trade[]): RoundTrip[] {
  const finder = new TripFinder();
  return trades.map((trade) => finder.take(trade)).filter((trip) => trip !== undefined);
}

/** What the cash gains by a trade, its fee included. */
export function cashFlowOf({ side, quantity, price, fee }: Trade): number {
  return (side === 'buy' ? -1 : 1) * quantity * price - fee;
}
