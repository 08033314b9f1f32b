// The round trips of an account with what stood on the way. What it holds of one instrument says nothing about what it holds of another, so each has trips of its own.
import { type Fills, fillsOfInstrument, inOwnMoney } from '#domain/fills.ts';
import { type Excursion, excursionsOf, type PricePath } from './excursion.ts';
import { type RoundTrip, roundTripsOf } from './round-trip.ts';

export interface Trip extends RoundTrip {
  /** Absent where the prices on the way are not known. */
  readonly excursion?: Excursion;
}

/** Prices on the way, by the account's name for the instrument: empty where it trades one. Of a split instrument in the units of its last fill, as the fills are. */
export type PricePaths = ReadonlyMap<string, PricePath>;

/** Finished round trips of every instrument, in the order they ended, their money in the account's currency. `opening` and `closing` count the fills of the instrument. */
export function tripsOf(fills: Fills, paths: PricePaths): Trip[] {
  const [first, ...others] = fills.names.map((name, place) => tripsOfOne(fillsOfInstrument(fills, place), paths.get(name)));
  return others.length === 0 ? first! : [first!, ...others].flat().toSorted((a, b) => a.closedT - b.closedT);
}

function tripsOfOne(fills: Fills, path: PricePath | undefined): Trip[] {
  const trips = roundTripsOf(inOwnMoney(fills));
  if (!path) return trips;
  // Prices on the way are the instrument's own, and so are the fills they are held against.
  const excursions = excursionsOf(fills.rate ? roundTripsOf(fills) : trips, fills, path);
  return trips.map((trip, k) => ({ ...trip, excursion: excursions[k]! }));
}
