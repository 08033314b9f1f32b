// How far a round trip stood against and in favour of its holder on the way: Sweeney (1996), "Maximum Adverse Excursion".
//
// The profit of a trip on the way is its cash so far, fees included, plus its position at some price. It is looked at
//   E1. at the price of each fill, after it, and
//   E2. at the high and the low of every bar that ends with a position of the trip, its first bar included: a fill is taken
//       to come before both, which for fills at the open is so and for others is the careful side.
import type { Fills } from '#domain/fills.ts';
import type { RoundTrip } from './round-trip.ts';
import { firstRowAtOrAfter } from './row-search.ts';

export interface PricePath {
  /** Open times of the rows, UTC ms, strictly rising. */
  readonly t: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
}

export interface Excursion {
  /** Largest loss and largest profit on the way, in cash; 0 where there was none. */
  readonly adverse: number;
  readonly favourable: number;
}

/** One for each trip of the fills of one instrument, in their order. A row whose price is NaN says nothing. */
export function excursionsOf(trips: readonly RoundTrip[], { ts, quantity, price, fee }: Fills, path: PricePath): Excursion[] {
  const stretch = { row: 0, highest: 0, lowest: 0 };
  return trips.map(({ opening, closing, openedPosition, openedCash, profit }) => {
    let cash = openedCash;
    let position = openedPosition;
    // By E1, the last fill: what it leaves is the profit.
    let worst = Math.min(profit, 0);
    let best = Math.max(profit, 0);
    for (let k = opening; k < closing; k++) {
      if (k > opening) {
        cash += 0 - quantity[k]! * price[k]! - fee[k]!;
        position += quantity[k]!;
      }
      walk(stretch, path, ts[k]!, price[k]!, ts[k + 1]!);
      worst = Math.min(worst, cash + position * (position > 0 ? stretch.lowest : stretch.highest));
      best = Math.max(best, cash + position * (position > 0 ? stretch.highest : stretch.lowest));
    }
    return { adverse: 0 - worst, favourable: best };
  });
}

/** By E1 and E2, the extremes of a fill's price and of all prices from its bar to the one before `untilT`. Goes on from the row it came to. */
function walk(stretch: { row: number; highest: number; lowest: number }, { t, high, low }: PricePath, ts: number, price: number, untilT: number): void {
  const from = firstRowAtOrAfter(t, ts, stretch.row);
  const to = firstRowAtOrAfter(t, untilT, from);
  let highest = price;
  let lowest = price;
  for (let row = from; row < to; row++) {
    if (high[row]! > highest) highest = high[row]!;
    if (low[row]! < lowest) lowest = low[row]!;
  }
  stretch.row = to;
  stretch.highest = highest;
  stretch.lowest = lowest;
}

/** Prices from before splits in the units of after the last: `split` new units for one old, for bars that open at or after `ts`, UTC ms. */
export function pathInLastUnits(path: PricePath, splits: readonly { readonly ts: number; readonly split: number }[]): PricePath {
  if (splits.length === 0) return path;
  const factors = path.t.map((time) => splits.reduce((factor, { ts, split }) => (ts > time ? factor * split : factor), 1));
  const restated = (prices: Float64Array): Float64Array => prices.map((price, row) => price / factors[row]!);
  return { t: path.t, high: restated(path.high), low: restated(path.low) };
}
