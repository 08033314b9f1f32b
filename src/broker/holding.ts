// What holding costs or earns, as money added to cash. Amounts are in the instrument's currency, 1e-8 units.
import { multiply, unitsOf } from '#domain/money.ts';
import { partOfYear, type Terms } from './terms.ts';

/** Borrow for a short position over the time since the last bar, and the row's funding, both on the last price. */
export function holdingCost({ borrow }: Terms, position: bigint, mark: number, elapsedMs: number, fundingRate: number): bigint {
  const isFunded = fundingRate !== 0 && Number.isFinite(fundingRate);
  const isBorrowed = borrow !== 0n && position < 0n && elapsedMs > 0;
  if (!isFunded && !isBorrowed) return 0n;
  const value = multiply(position, unitsOf(mark, 'mark'));
  const funding = isFunded ? -multiply(value, unitsOf(fundingRate, 'funding')) : 0n;
  return funding + (isBorrowed ? partOfYear(multiply(value, borrow), elapsedMs) : 0n);
}

/** Interest on cash that is owed. */
export function interestOn({ interest }: Terms, cash: bigint, elapsedMs: number): bigint {
  return cash < 0n ? partOfYear(multiply(cash, interest), elapsedMs) : 0n;
}
