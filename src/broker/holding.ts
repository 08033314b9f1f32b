// What holding costs or earns, as money added to cash. Amounts are in the instrument's currency, 1e-8 units.
import { negative, plus, times, toUnits, type Units } from '#domain/units.ts';
import { partOfYear, type Terms } from './terms.ts';

/** Borrow for a short position over the time since the last bar, and the row's funding, both on the last price. */
export function holdingCost({ borrow }: Terms, position: Units, mark: number, elapsedMs: number, fundingRate: number): Units {
  const isFunded = fundingRate !== 0 && Number.isFinite(fundingRate);
  const isBorrowed = borrow !== 0 && position < 0 && elapsedMs > 0;
  if (!isFunded && !isBorrowed) return 0;
  const value = times(position, toUnits(mark, 'mark'));
  const funding = isFunded ? negative(times(value, toUnits(fundingRate, 'funding'))) : 0;
  return plus(funding, isBorrowed ? partOfYear(times(value, borrow), elapsedMs) : 0);
}

/** Interest on cash that is owed. */
export function interestOn({ interest }: Terms, cash: Units, elapsedMs: number): Units {
  return cash < 0 ? partOfYear(times(cash, interest), elapsedMs) : 0;
}
