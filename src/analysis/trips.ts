// The round trips of an account. What it holds of one instrument says nothing about what it holds of another, so each has trips of its own.
import type { Trade } from '#domain/order.ts';
import { type Excursion, excursionsOf, type PricePath } from './excursion.ts';
import { type RoundTrip, roundTripsOf } from './round-trip.ts';

export interface Trip extends RoundTrip {
  /** Absent where the prices on the way are not known. */
  readonly excursion?: Excursion;
}

/** Prices on the way, by the account's name for the instrument: empty where it trades one. Of a split instrument in the units of its last trade, as the trades are. */
export type PricePaths = ReadonlyMap<string, PricePath>;

/** A trade with its money in the account's currency, at the rate of its row. */
export function inOwnMoney(trade: Trade): Trade {
  const { rate } = trade;
  return rate === undefined ? trade : { ...trade, price: trade.price * rate, fee: trade.fee * rate };
}

/** Finished round trips of every instrument, in the order they ended, their money in the account's currency. `opening` and `closing` count the trades of the instrument. */
export function tripsOf(trades: readonly Trade[], paths: PricePaths): Trip[] {
  const first = trades[0]?.instrument ?? '';
  if (trades.every(({ instrument = '' }) => instrument === first)) return tripsOfOne(first, trades, paths.get(first));
  const groups = Map.groupBy(trades, ({ instrument = '' }) => instrument);
  return [...groups].flatMap(([instrument, own]) => tripsOfOne(instrument, own, paths.get(instrument))).toSorted((a, b) => a.closedT - b.closedT);
}

function tripsOfOne(instrument: string, trades: readonly Trade[], path: PricePath | undefined): Trip[] {
  const hasRates = trades.some(({ rate }) => rate !== undefined);
  const trips = roundTripsOf(hasRates ? trades.map(inOwnMoney) : trades, instrument);
  if (!path) return trips;
  // Prices on the way are the instrument's own, and so are the trades they are held against.
  const excursions = excursionsOf(hasRates ? roundTripsOf(trades, instrument) : trips, trades, path);
  return trips.map((trip, k) => ({ ...trip, excursion: excursions[k]! }));
}
