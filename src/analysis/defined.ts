// By C4 of metrics.ts, a figure that is not defined is null. The sums here are for what is short; long columns have loops of their own.

/** A figure, or null when it is no finite number. */
export function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Null for a divisor of zero as well. */
export function ratio(dividend: number, divisor: number): number | null {
  return divisor === 0 ? null : known(dividend / divisor);
}

/** By C7 of metrics.ts. */
export function returnOf(before: number, after: number): number {
  return before > 0 ? after / before - 1 : Number.NaN;
}

export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let k = 0; k < values.length; k++) total += values[k]!;
  return total;
}

/** NaN for no values. */
export function mean(values: ArrayLike<number>): number {
  return sum(values) / values.length;
}
