// The smallest readers of a row, on bytes: where a field ends, and the common ways to write a time.
// The time readers answer NaN when the digits are not there; whether the field ends behind them is the caller's to check.
import { civilDays } from './timestamp.ts';

export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const QUOTE = 34;
export const DASH = 45;
export const POINT = 46;
export const ZERO = 48;
const COLON = 58;
const LETTER_T = 84;
const LETTER_Z = 90;
const UTC_OFFSET = [...Buffer.from('+00:00')];
const DAY_MS = 86_400_000;

/** End of a field that begins at `at`: its separator or line feed, quotes respected. */
export function fieldEnd(block: Buffer, at: number, separator: number): number {
  let quoted = false;
  for (let byte = block[at]!; byte !== LF && (quoted || byte !== separator); byte = block[++at]!) if (byte === QUOTE) quoted = !quoted;
  return at;
}

/** True for a date at block[at] that a time of day follows. */
export function isTimed(block: Buffer, at: number): boolean {
  return block[at + 10] === SPACE || block[at + 10] === LETTER_T;
}

/** `2024-01-31`, and when it is timed `2024-01-31 09:30:00`, with T or a blank. */
export function isoMs(block: Buffer, at: number, timed: boolean): number {
  if (block[at + 7] !== DASH) return Number.NaN;
  const days = civilDays(twoDigits(block, at) * 100 + twoDigits(block, at + 2), twoDigits(block, at + 5), twoDigits(block, at + 8));
  if (!timed) return days * DAY_MS;
  if (block[at + 13] !== COLON || block[at + 16] !== COLON) return Number.NaN;
  return days * DAY_MS + dayTimeMs(twoDigits(block, at + 11), twoDigits(block, at + 14), twoDigits(block, at + 17));
}

/** `20240131 093000`. */
export function compactMs(block: Buffer, at: number): number {
  const days = civilDays(twoDigits(block, at) * 100 + twoDigits(block, at + 2), twoDigits(block, at + 4), twoDigits(block, at + 6));
  return days * DAY_MS + dayTimeMs(twoDigits(block, at + 9), twoDigits(block, at + 11), twoDigits(block, at + 13));
}

function dayTimeMs(hours: number, minutes: number, seconds: number): number {
  return hours < 24 && minutes < 60 && seconds < 60 ? ((hours * 60 + minutes) * 60 + seconds) * 1_000 : Number.NaN;
}

/** The place behind a tail that says nothing new about a time: a fraction of zeros, then `Z` or `+00:00`. */
export function afterZeroTail(block: Buffer, at: number): number {
  let end = at;
  if (block[end] === POINT && block[end + 1] === ZERO) for (end++; block[end] === ZERO; end++);
  if (block[end] === LETTER_Z) return end + 1;
  return UTC_OFFSET.every((byte, k) => block[end + k] === byte) ? end + UTC_OFFSET.length : end;
}

function twoDigits(block: Buffer, at: number): number {
  const tens = block[at]! - ZERO;
  const ones = block[at + 1]! - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}
