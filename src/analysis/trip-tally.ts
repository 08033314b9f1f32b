// What is added up over round trips as they finish. Profits are those after fees, in cash; losses are sizes, above zero.
import { known, ratio } from './defined.ts';
import type { RoundTrip } from './round-trip.ts';

/** What a sweep says about round trips, and a single run among more. */
export interface TripRatios {
  /** Round trips finished; one still open at the end is not counted. */
  readonly roundTrips: number;
  /** Share of round trips that made money after fees. */
  readonly hitRatio: number | null;
  /** Money won in winning round trips / money lost in losing ones. */
  readonly profitFactor: number | null;
  /** Mean profit of a round trip after fees, in cash. */
  readonly expectancy: number | null;
  /** Mean profit of a winning round trip / mean loss of a losing one. */
  readonly payoffRatio: number | null;
}

export class TripTally {
  trips = 0;
  wins = 0;
  losses = 0;
  won = 0;
  lost = 0;
  largestWin = 0;
  largestLoss = 0;
  winsInRowMax = 0;
  lossesInRowMax = 0;
  longTrips = 0;
  longWins = 0;
  longProfit = 0;
  shortProfit = 0;
  holdingMs = 0;
  holdingMsMin = Number.POSITIVE_INFINITY;
  holdingMsMax = 0;
  fees = 0;
  wonBeforeFees = 0;
  #winsInRow = 0;
  #lossesInRow = 0;

  add({ side, profit, fees, openedT, closedT }: RoundTrip): void {
    const heldMs = closedT - openedT;
    this.trips++;
    this.#winsInRow = profit > 0 ? this.#winsInRow + 1 : 0;
    this.#lossesInRow = profit < 0 ? this.#lossesInRow + 1 : 0;
    if (profit > 0) {
      this.wins++;
      this.won += profit;
      if (side === 'long') this.longWins++;
      if (profit > this.largestWin) this.largestWin = profit;
      if (this.#winsInRow > this.winsInRowMax) this.winsInRowMax = this.#winsInRow;
    } else if (profit < 0) {
      this.losses++;
      this.lost -= profit;
      if (-profit > this.largestLoss) this.largestLoss = -profit;
      if (this.#lossesInRow > this.lossesInRowMax) this.lossesInRowMax = this.#lossesInRow;
    }
    if (side === 'long') {
      this.longTrips++;
      this.longProfit += profit;
    } else this.shortProfit += profit;
    this.holdingMs += heldMs;
    if (heldMs < this.holdingMsMin) this.holdingMsMin = heldMs;
    if (heldMs > this.holdingMsMax) this.holdingMsMax = heldMs;
    this.fees += fees;
    this.wonBeforeFees += Math.max(profit + fees, 0);
  }
}

export function tripRatios({ trips, wins, won, losses, lost }: TripTally): TripRatios {
  return {
    roundTrips: trips,
    hitRatio: known(wins / trips),
    profitFactor: ratio(won, lost),
    expectancy: known((won - lost) / trips),
    payoffRatio: known(won / wins / (lost / losses)),
  };
}
