// What the finished round trips say about a run. Profits are those after fees, in cash; losses are sizes, above zero.
import type { Fills } from '#domain/fills.ts';
import { known, ratio } from './defined.ts';
import { eachRoundTrip } from './round-trip.ts';
import { type TripRatios, tripRatios, TripTally } from './trip-tally.ts';
import type { Trip } from './trips.ts';

export interface TripMetrics extends TripRatios {
  /** Expectancy / mean loss: what a round trip earns for each unit it risks. Tharp (2006), "Trade Your Way to Financial Freedom", with the mean loss as the risk R. */
  readonly expectancyRatio: number | null;
  /** h − (1 − h) / payoff ratio, where h is the hit ratio: the share of the account to risk. Kelly (1956), as Vince (1990) applies it to trades. */
  readonly kelly: number | null;
  /** √n × mean / standard deviation of the profits of n round trips: the system quality number. Tharp (2008), "Definitive Guide to Position Sizing", n not cut at 100. */
  readonly systemQuality: number | null;
  readonly averageWin: number | null;
  readonly averageLoss: number | null;
  readonly largestWin: number | null;
  readonly largestLoss: number | null;
  /** Longest runs of winning and of losing round trips; one that ends even ends both. */
  readonly winsInRowMax: number;
  readonly lossesInRowMax: number;
  /** Time from the first fill of a round trip to its last: mean, shortest and longest. */
  readonly holdingMs: number | null;
  readonly holdingMsMin: number | null;
  readonly holdingMsMax: number | null;
  /** Mean over round trips of the largest loss, and of the largest profit, that stood on the way, in cash; excursion.ts says at which prices. Sweeney (1996), "Maximum Adverse Excursion". */
  readonly adverseExcursion: number | null;
  readonly favourableExcursion: number | null;
  /** Round trips that were long, and that were short: how many, what they earned together, and the share that made money. */
  readonly longTrips: number;
  readonly longProfit: number;
  readonly longHitRatio: number | null;
  readonly shortTrips: number;
  readonly shortProfit: number;
  readonly shortHitRatio: number | null;
  /** Fees of all round trips / what those that made money before fees made before fees. */
  readonly feeRatio: number | null;
}

/** Of the round trips of some fills. Excursions need the prices on the way of every trip, `found`, and are null without them. */
export function tripMetrics(fills: Fills, found: readonly Trip[] = []): TripMetrics {
  const tally = new TripTally();
  const spread = new Spread();
  eachRoundTrip(fills, (trips, count) => {
    tally.add(trips, count);
    spread.add(trips.profit, count);
  });
  const [adverse, favourable] = (['adverse', 'favourable'] as const).map((side) => (found.length === 0 ? Number.NaN : found.reduce((sum, trip) => sum + (trip.excursion?.[side] ?? Number.NaN), 0))) as [number, number];
  const { trips, wins, won, losses, lost, largestWin, largestLoss, winsInRowMax, lossesInRowMax, holdingMs, holdingMsMin, holdingMsMax, fees, wonBeforeFees, longTrips, longProfit, longWins, shortProfit } = tally;
  const shortTrips = trips - longTrips;
  const [averageWin, averageLoss] = [won / wins, lost / losses];
  const hitRatio = wins / trips;
  const expectancy = (won - lost) / trips;
  return {
    ...tripRatios(tally),
    expectancyRatio: known(expectancy / averageLoss),
    kelly: known(hitRatio - ((1 - hitRatio) * averageLoss) / averageWin),
    systemQuality: ratio(Math.sqrt(trips) * expectancy, spread.deviation),
    averageWin: known(averageWin),
    averageLoss: known(averageLoss),
    largestWin: wins > 0 ? known(largestWin) : null,
    largestLoss: losses > 0 ? known(largestLoss) : null,
    winsInRowMax,
    lossesInRowMax,
    holdingMs: ratio(holdingMs, trips),
    holdingMsMin: known(holdingMsMin),
    holdingMsMax: trips > 0 ? holdingMsMax : null,
    adverseExcursion: known(adverse / trips),
    favourableExcursion: known(favourable / trips),
    longTrips,
    longProfit,
    longHitRatio: ratio(longWins, longTrips),
    shortTrips,
    shortProfit,
    shortHitRatio: ratio(wins - longWins, shortTrips),
    feeRatio: ratio(fees, wonBeforeFees),
  };
}

/** C3, portion by portion: Chan, Golub and LeVeque (1983), "Algorithms for Computing the Sample Variance", equation 2.1. */
class Spread {
  #count = 0;
  #mean = 0;
  #squares = 0;

  add(values: Float64Array, count: number): void {
    let total = 0;
    for (let k = 0; k < count; k++) total += values[k]!;
    const mean = total / count;
    let squares = 0;
    for (let k = 0; k < count; k++) squares += (values[k]! - mean) ** 2;
    const apart = mean - this.#mean;
    const share = count / (this.#count + count);
    this.#squares += squares + apart * apart * this.#count * share;
    this.#mean += apart * share;
    this.#count += count;
  }

  get deviation(): number {
    return Math.sqrt(this.#squares / (this.#count - 1));
  }
}
