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
  /** The account's name for the instrument; empty where it trades one. */
  readonly instrument: string;
}

const SCALE = 1e8; // positions are compared in 1e-8 units, in which they are exact

/** Finds the round trips as the trades come by. A trade that goes through zero is cut at zero: its quantity and its fee belong in part to both sides. */
export class TripFinder {
  readonly #instrument: string;
  #trades = 0;
  #position = 0;
  #opening = 0;
  #openedT = 0;
  #openedPosition = 0;
  #openedCash = 0;
  #profit = 0;
  #fees = 0;

  constructor(instrument: string) {
    this.#instrument = instrument;
  }

  /** The next trade, of a quantity above 0 when it buys; answers the round trip it finished, if it did. */
  take(ts: number, quantity: number, price: number, fee: number): RoundTrip | undefined {
    const change = Math.round(Math.abs(quantity) * SCALE) * Math.sign(quantity);
    const cashFlow = 0 - quantity * price - fee;
    const position = this.#position;
    const closes = position !== 0 && Math.sign(change) !== Math.sign(position) && Math.abs(change) >= Math.abs(position);
    const closingShare = closes ? Math.abs(position / change) : 0;
    const trip = closes ? this.#closedBy(ts, cashFlow * closingShare, fee * closingShare) : undefined;
    this.#position = position + change;
    if (closes || position === 0) {
      this.#opening = this.#trades;
      this.#openedT = ts;
      this.#openedPosition = this.#position / SCALE;
      this.#openedCash = cashFlow * (1 - closingShare);
      this.#profit = 0;
      this.#fees = 0;
    }
    this.#profit += cashFlow * (1 - closingShare);
    this.#fees += fee * (1 - closingShare);
    this.#trades++;
    return trip;
  }

  #closedBy(closedT: number, cashFlow: number, fee: number): RoundTrip {
    return {
      side: this.#position > 0 ? 'long' : 'short',
      opening: this.#opening,
      closing: this.#trades,
      openedT: this.#openedT,
      closedT,
      openedPosition: this.#openedPosition,
      openedCash: this.#openedCash,
      profit: this.#profit + cashFlow,
      fees: this.#fees + fee,
      instrument: this.#instrument,
    };
  }
}

/** Finished round trips of one instrument, in order; tripsOf takes several. */
export function roundTripsOf(trades: readonly Trade[], instrument = ''): RoundTrip[] {
  const finder = new TripFinder(instrument);
  const trips: RoundTrip[] = [];
  for (const { ts, side, quantity, price, fee } of trades) {
    const trip = finder.take(ts, side === 'buy' ? quantity : -quantity, price, fee);
    if (trip) trips.push(trip);
  }
  return trips;
}

/** What the cash gains by a trade, its fee included. */
export function cashFlowOf({ side, quantity, price, fee }: Trade): number {
  return (side === 'buy' ? -1 : 1) * quantity * price - fee;
}
