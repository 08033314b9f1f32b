// Amounts in a simulated account by orders: whole 1e-8 units, as f64 where that is exact and as bigint where it is not.
//
// U1. Below 2^53 an amount is a number, from there on a bigint: of each amount there is one form, so equal amounts are `===`, and both compare by `<`.
// U2. Every result is that of money.ts on bigint, unit for unit, and is never −0. The short way is taken where M2 of money.ts says that it is exact.
import { amountOf, boundedUnits, multiply, multiplyUp, SAFE_LIMIT, safeMultiply, safeMultiplyUp, safeOf, safePart, type SafeRate, safeUnitsOf, SCALE, unitsOf } from './money.ts';

export type Units = number | bigint;

/** By U1. */
export function unitsOfExact(exact: bigint): Units {
  const safe = safeOf(exact);
  return safe === safe ? safe : exact;
}

/** The same units as bigint. */
export function exactOf(units: Units): bigint {
  return BigInt(units);
}

/** The units nearest to an amount. Throws MONEY_INVALID naming `what` as unitsOf does. */
export function toUnits(amount: number, what?: string): Units {
  const safe = safeUnitsOf(amount);
  return safe === safe ? safe : unitsOfExact(unitsOf(amount, what));
}

/** The f64 nearest to the amount. */
export function fromUnits(units: Units): number {
  return typeof units === 'number' ? units / SCALE : amountOf(units);
}

export function plus(a: Units, b: Units): Units {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (sum < SAFE_LIMIT && sum > -SAFE_LIMIT) return sum;
  }
  return unitsOfExact(exactOf(a) + exactOf(b));
}

export function minus(a: Units, b: Units): Units {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (difference < SAFE_LIMIT && difference > -SAFE_LIMIT) return difference;
  }
  return unitsOfExact(exactOf(a) - exactOf(b));
}

export function negative(units: Units): Units {
  return typeof units === 'number' ? 0 - units : -units;
}

/** The size of an amount. */
export function sizeOf(units: Units): Units {
  return units < 0 ? negative(units) : units;
}

/** a × b, to the nearest unit, ties to even. */
export function times(a: Units, b: Units): Units {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = safeMultiply(a, b);
    if (product === product) return product;
  }
  return unitsOfExact(multiply(exactOf(a), exactOf(b)));
}

/** a × b, rounded up to the next unit. */
export function timesUp(a: Units, b: Units): Units {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = safeMultiplyUp(a, b);
    if (product === product) return product;
  }
  return unitsOfExact(multiplyUp(exactOf(a), exactOf(b)));
}

/** `times` a rate. */
export function partOf(units: Units, rate: SafeRate): Units {
  if (typeof units === 'number') {
    const part = safePart(units, rate);
    if (part === part) return part;
  }
  return unitsOfExact(multiply(exactOf(units), BigInt(rate.rate)));
}

/** a · b / c towards zero, in whole units; c is not 0. */
export function shareOf(a: Units, b: Units, c: Units): Units {
  if (typeof a === 'number' && typeof b === 'number' && typeof c === 'number') {
    const product = a * b;
    // No whole number lies between the quotient and the true one, as in safePart.
    if (Math.abs(product) < SAFE_LIMIT) return Math.trunc(product / c) + 0;
  }
  return unitsOfExact((exactOf(a) * exactOf(b)) / exactOf(c));
}

/** What is left over a multiple of `step`, of the sign of the units. */
export function restOf(units: Units, step: Units): Units {
  if (typeof units === 'number' && typeof step === 'number') return (units % step) + 0;
  return unitsOfExact(exactOf(units) % exactOf(step));
}

/** The same units; throws MONEY_INVALID naming `what` when they are beyond UNITS_MAX. */
export function bounded(units: Units, what: string): Units {
  return typeof units === 'number' ? units : boundedUnits(units, what);
}
