// From trades to round trips: what was won or lost between two moments of being flat.
import type { Fills } from '#domain/fills.ts';

export interface RoundTrip {
  readonly side: 'long' | 'short';
  /** Places among the instrument's fills of the one that opened it and the one that made it flat. */
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

/** Finds the round trips as the fills come by. A fill that goes through zero is cut at zero: its quantity and its fee belong in part to both sides. */
export class TripFinder {
  /** The one that was finished last. The next takes its place: an object of its own for each would be most of what a search over many trades throws away. */
  readonly trip: RoundTrip;
  readonly #trip: { -readonly [K in keyof RoundTrip]: RoundTrip[K] };
  #fills = 0;
  #position = 0;
  #opening = 0;
  #openedT = 0;
  #openedPosition = 0;
  #openedCash = 0;
  #profit = 0;
  #fees = 0;

  constructor(instrument: string) {
    this.trip = this.#trip = { side: 'long', opening: 0, closing: 0, openedT: 0, closedT: 0, openedPosition: 0, openedCash: 0, profit: 0, fees: 0, instrument };
  }

  /** The next fill, of a quantity above 0 when it buys; answers whether it finished a round trip. */
  take(ts: number, quantity: number, price: number, fee: number): boolean {
    const change = Math.round(quantity * SCALE);
    const cashFlow = 0 - quantity * price - fee;
    const position = this.#position;
    const closes = position * change < 0 && Math.abs(change) >= Math.abs(position);
    const closingShare = closes ? Math.abs(position / change) : 0;
    if (closes) this.#close(ts, cashFlow * closingShare, fee * closingShare);
    this.#position = position + change;
    if (closes || position === 0) {
      this.#opening = this.#fills;
      this.#openedT = ts;
      this.#openedPosition = this.#position / SCALE;
      this.#openedCash = cashFlow * (1 - closingShare);
      this.#profit = 0;
      this.#fees = 0;
    }
    this.#profit += cashFlow * (1 - closingShare);
    this.#fees += fee * (1 - closingShare);
    this.#fills++;
    return closes;
  }

  #close(closedT: number, cashFlow: number, fee: number): void {
    const trip = this.#trip;
    trip.side = this.#position > 0 ? 'long' : 'short';
    trip.opening = this.#opening;
    trip.closing = this.#fills;
    trip.openedT = this.#openedT;
    trip.closedT = closedT;
    trip.openedPosition = this.#openedPosition;
    trip.openedCash = this.#openedCash;
    trip.profit = this.#profit + cashFlow;
    trip.fees = this.#fees + fee;
  }
}

/** Shows every finished round trip in the order they end, each until the next. An instrument has trips of its own, and they count its own fills. */
export function eachRoundTrip({ ts, quantity, price, fee, instrument, names }: Fills, visit: (trip: RoundTrip) => void): void {
  const finders = names.map((name) => new TripFinder(name));
  for (let k = 0; k < ts.length; k++) {
    const finder = finders[instrument?.[k] ?? 0]!;
    if (finder.take(ts[k]!, quantity[k]!, price[k]!, fee[k]!)) visit(finder.trip);
  }
}
