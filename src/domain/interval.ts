// An interval is the width of a bar. Its canonical form uses the largest unit that divides it, so 60s and 1m are one interval.
import { Fault } from './fault.ts';

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const INTERVAL_MS_MAX = UNIT_MS.d;

/** Canonical text of an interval: `1s` … `1d`. */
export type Interval = string & { readonly interval: unique symbol };

/** Reads `30s`, `1m`, `4h`, `1d` and answers the canonical form. Throws INTERVAL_INVALID naming `where`. */
export function interval(text: unknown, where = 'interval'): Interval {
  const cure = 'give a whole number and a unit from one second to one day, for example "1m", "4h" or "1d"';
  if (text === undefined || text === null || text === '') {
    throw new Fault('INTERVAL_INVALID', `${where}: the interval is missing`, { cure });
  }
  const parts = typeof text === 'string' ? /^([1-9]\d{0,7})([smhd])$/.exec(text) : null;
  const ms = parts ? Number(parts[1]) * UNIT_MS[parts[2] as keyof typeof UNIT_MS] : 0;
  if (ms === 0 || ms > INTERVAL_MS_MAX) {
    throw new Fault('INTERVAL_INVALID', `${where}: ${typeof text === 'string' ? JSON.stringify(text) : `a ${typeof text}`} is not an interval`, { cure, data: { value: text } });
  }
  for (const unit of ['d', 'h', 'm'] as const) {
    if (ms % UNIT_MS[unit] === 0) return `${ms / UNIT_MS[unit]}${unit}` as Interval;
  }
  return `${ms / UNIT_MS.s}s` as Interval;
}

/** Width in milliseconds. */
export function intervalMs(value: Interval): number {
  return Number(value.slice(0, -1)) * UNIT_MS[value.slice(-1) as keyof typeof UNIT_MS];
}
