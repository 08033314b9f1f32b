// From trades to round trips: what was won or lost between two moments of being flat. They come as columns: an object for each would be most of what a search
// over many trades waits for.
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

/** A value of each finished round trip in every column; the side is that of the position. */
export type TripColumns = { readonly [K in Exclude<keyof RoundTrip, 'side' | 'instrument'>]: Float64Array };

const SCALE = 1e8; // positions are compared in 1e-8 units, in which they are exact
/** Fills taken at once. */
const FILLS_MAX = 1_024;

const column = (): Float64Array => new Float64Array(FILLS_MAX);
/** Those that were finished last: all finders of a thread take turns with this room. */
const finished: TripColumns = { opening: column(), closing: column(), openedT: column(), closedT: column(), openedPosition: column(), openedCash: column(), profit: column(), fees: column() };

/** Finds the round trips as the fills come by. A fill that goes through zero is cut at zero: its quantity and its fee belong in part to both sides. */
export class TripFinder {
  #fills = 0;
  #position = 0;
  #opening = 0;
  #openedT = 0;
  #openedPosition = 0;
  #openedCash = 0;
  #profit = 0;
  #fees = 0;

  /** Those the last fills finished, until any finder takes more. */
  get trips(): TripColumns {
    return finished;
  }

  /** Fills `from` … `to − 1`, at most 1,024, of a quantity above 0 where they buy; answers how many round trips they finished. */
  take({ ts, quantity, price, fee }: Pick<Fills, 'ts' | 'quantity' | 'price' | 'fee'>, from: number, to: number): number {
    const { opening: openings, closing: closings, openedT: openedTs, closedT: closedTs, openedPosition: openedPositions, openedCash: openedCashes, profit: profits, fees: feesPaid } = finished;
    let count = 0;
    let [fills, position, opening] = [this.#fills, this.#position, this.#opening];
    let [openedT, openedPosition, openedCash, profit, fees] = [this.#openedT, this.#openedPosition, this.#openedCash, this.#profit, this.#fees];
    for (let k = from; k < to; k++) {
      const change = Math.floor(quantity[k]! * SCALE + 0.5);
      const paid = fee[k]!;
      const cashFlow = 0 - quantity[k]! * price[k]! - paid;
      const closes = position * change < 0 && Math.abs(change) >= Math.abs(position);
      const closingShare = closes ? Math.abs(position / change) : 0;
      if (closes) {
        openings[count] = opening;
        closings[count] = fills;
        openedTs[count] = openedT;
        closedTs[count] = ts[k]!;
        openedPositions[count] = openedPosition;
        openedCashes[count] = openedCash;
        profits[count] = profit + cashFlow * closingShare;
        feesPaid[count] = fees + paid * closingShare;
        count++;
      }
      const isOpening = closes || position === 0;
      position += change;
      if (isOpening) {
        opening = fills;
        openedT = ts[k]!;
        openedPosition = position / SCALE;
        openedCash = cashFlow * (1 - closingShare);
        profit = 0;
        fees = 0;
      }
      profit += cashFlow * (1 - closingShare);
      fees += paid * (1 - closingShare);
      fills++;
    }
    [this.#fills, this.#position, this.#opening] = [fills, position, opening];
    [this.#openedT, this.#openedPosition, this.#openedCash, this.#profit, this.#fees] = [openedT, openedPosition, openedCash, profit, fees];
    return count;
  }
}

/** Shows the finished round trips in the order they end, each portion until the next. An instrument has trips of its own, and they count its own fills. */
export function eachRoundTrip(fills: Fills, visit: (trips: TripColumns, count: number, instrument: string) => void): void {
  const { ts, instrument, names } = fills;
  const finders = names.map(() => new TripFinder());
  // Fills of several instruments come one by one, so that trips come in the order they end.
  const portion = names.length > 1 ? 1 : FILLS_MAX;
  for (let from = 0; from < ts.length; from += portion) {
    const place = instrument?.[from] ?? 0;
    const finder = finders[place]!;
    const count = finder.take(fills, from, Math.min(from + portion, ts.length));
    if (count > 0) visit(finder.trips, count, names[place]!);
  }
}

/** The same as objects. */
export function roundTripsOf(fills: Fills): RoundTrip[] {
  const found: RoundTrip[] = [];
  eachRoundTrip(fills, (trips, count, instrument) => {
    for (let k = 0; k < count; k++) {
      const openedPosition = trips.openedPosition[k]!;
      found.push({
        side: openedPosition > 0 ? 'long' : 'short',
        opening: trips.opening[k]!,
        closing: trips.closing[k]!,
        openedT: trips.openedT[k]!,
        closedT: trips.closedT[k]!,
        openedPosition,
        openedCash: trips.openedCash[k]!,
        profit: trips.profit[k]!,
        fees: trips.fees[k]!,
        instrument,
      });
    }
  });
  return found;
}
