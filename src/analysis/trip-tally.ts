// What is added up over round trips as they finish. Profits are those after fees, in cash; losses are sizes, above zero.
import { known, ratio } from './defined.ts';
import type { TripColumns } from './round-trip.ts';

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

  /** The first `count` of some trips. */
  add(trips: TripColumns, count: number): void {
    this.#addProfits(trips, count);
    this.#addSides(trips, count);
    this.#addTimes(trips, count);
    this.trips += count;
  }

  #addProfits({ profit, fees: paid }: TripColumns, count: number): void {
    let { wins, losses, won, lost, largestWin, largestLoss, fees, wonBeforeFees } = this;
    let [winsInRow, lossesInRow] = [this.#winsInRow, this.#lossesInRow];
    for (let k = 0; k < count; k++) {
      const value = profit[k]!;
      // Who wins is what no processor foretells, so it takes no branch; halves of |x| ± x are exact.
      const size = Math.abs(value);
      const win = (size + value) / 2;
      const loss = (size - value) / 2;
      const isWin = Number(value > 0);
      const isLoss = Number(value < 0);
      wins += isWin;
      losses += isLoss;
      won += win;
      lost += loss;
      if (win > largestWin) largestWin = win;
      if (loss > largestLoss) largestLoss = loss;
      winsInRow = (winsInRow + 1) * isWin;
      lossesInRow = (lossesInRow + 1) * isLoss;
      if (winsInRow > this.winsInRowMax) this.winsInRowMax = winsInRow;
      if (lossesInRow > this.lossesInRowMax) this.lossesInRowMax = lossesInRow;
      const beforeFees = value + paid[k]!;
      wonBeforeFees += (Math.abs(beforeFees) + beforeFees) / 2;
      fees += paid[k]!;
    }
    this.wins = wins;
    this.losses = losses;
    this.won = won;
    this.lost = lost;
    this.largestWin = largestWin;
    this.largestLoss = largestLoss;
    this.fees = fees;
    this.wonBeforeFees = wonBeforeFees;
    [this.#winsInRow, this.#lossesInRow] = [winsInRow, lossesInRow];
  }

  #addSides({ profit, openedPosition }: TripColumns, count: number): void {
    for (let k = 0; k < count; k++) {
      if (openedPosition[k]! > 0) {
        this.longTrips++;
        this.longWins += Number(profit[k]! > 0);
        this.longProfit += profit[k]!;
      } else this.shortProfit += profit[k]!;
    }
  }

  #addTimes({ openedT, closedT }: TripColumns, count: number): void {
    let { holdingMs, holdingMsMin, holdingMsMax } = this;
    for (let k = 0; k < count; k++) {
      const heldMs = closedT[k]! - openedT[k]!;
      holdingMs += heldMs;
      if (heldMs < holdingMsMin) holdingMsMin = heldMs;
      if (heldMs > holdingMsMax) holdingMsMax = heldMs;
    }
    this.holdingMs = holdingMs;
    this.holdingMsMin = holdingMsMin;
    this.holdingMsMax = holdingMsMax;
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
