// Times as the common exports write them, to UTC ms. A time without a zone is UTC.
//
//   epoch        1704067200 · 1704067200000 · …000000 (µs) · …000000000 (ns), told apart by magnitude; a fraction is allowed
//   year first   2024-01-31 · 2024/1/31 · 2024.01.31 · 20240131 · 20240131093000
//   month first  1/31/2024
//   day first    31.01.2024
//   then         T or blanks, 9:30 · 09:30:00 · 09:30:00.250 · 0930 · 093000 · 11-PM · 9:30 AM, and Z · UTC · GMT · +01:00 · -0500
const DATE = /^(?:(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})(\d{2})(\d{2})|(\d{1,2})\/(\d{1,2})\/(\d{4})|(\d{1,2})\.(\d{1,2})\.(\d{4}))(?:(?:T|\s+|\s*,\s*|(?<=^\d{8})(?=\d{6}$))(.+))?$/i;
const CLOCK = /^(?:(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,9}))?)?|(\d{2})(\d{2})(\d{2})?|(\d{1,2}))(?:[\s-]*([ap]m))?\s*(?:(Z|UTC|GMT)|([+-])(\d{2}):?(\d{2})?)?$/i;
const EPOCH = /^-?\d+(?:\.\d*)?$/;

const DAY_MS = 86_400_000;
// Bar times in seconds reach 1e11 in the year 5138 and in milliseconds left it in 1973; the same holds for the units above.
const EPOCH_SECONDS_MAX = 1e11;
const EPOCH_MS_MAX = 1e14;
const EPOCH_US_MAX = 1e17;
/** What a Date can say, either side of 1970. */
export const TIME_MS_MAX = 8.64e15;

/** Epoch seconds, ms, µs or ns, by magnitude, to whole ms; NaN when that is no time a date can say. */
export function epochMs(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude < EPOCH_SECONDS_MAX) return Math.round(value * 1_000);
  if (magnitude < EPOCH_MS_MAX) return Math.round(value);
  const ms = Math.round(magnitude < EPOCH_US_MAX ? value / 1_000 : value / 1_000_000);
  return Math.abs(ms) <= TIME_MS_MAX ? ms : Number.NaN;
}

/** Days from 1970-01-01 to a civil date, NaN when there is no such date. Source: Howard Hinnant, "chrono-compatible low-level date algorithms". */
export function civilDays(year: number, month: number, day: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const last = month === 2 ? (leap ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  if (month < 1 || month > 12 || day < 1 || day > last) return Number.NaN;
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

/** UTC ms of any form above; NaN when it is none of them or no such time exists. */
export function timestampOfText(text: string): number {
  const trimmed = text.trim();
  const date = DATE.exec(trimmed);
  if (!date) return EPOCH.test(trimmed) ? epochMs(Number(trimmed)) : Number.NaN;
  const [, y1, , m1, d1, y2, m2, d2, m3, d3, y3, d4, m4, y4, clock] = date;
  const days = civilDays(Number(y1 ?? y2 ?? y3 ?? y4), Number(m1 ?? m2 ?? m3 ?? m4), Number(d1 ?? d2 ?? d3 ?? d4));
  return days * DAY_MS + (clock === undefined ? 0 : clockMs(clock));
}

/** Ms since midnight UTC of a time of day; NaN when it is none. "24:00" and leap seconds are none. */
export function clockMs(text: string): number {
  const parts = CLOCK.exec(text.trim());
  if (!parts) return Number.NaN;
  const [, h1, m1, s1, fraction, h2, m2, s2, h3, half, , sign, zoneHours, zoneMinutes] = parts;
  let hours = Number(h1 ?? h2 ?? h3);
  const minutes = Number(m1 ?? m2 ?? 0);
  const seconds = Number(s1 ?? s2 ?? 0);
  if (h3 !== undefined && half === undefined) return Number.NaN;
  if (half !== undefined) {
    if (hours < 1 || hours > 12) return Number.NaN;
    hours = (hours % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  }
  if (hours > 23 || minutes > 59 || seconds > 59) return Number.NaN;
  const zone = zoneHours === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(zoneHours) * 60 + Number(zoneMinutes ?? 0)) * 60_000;
  const ms = fraction === undefined ? 0 : Math.round(Number(`0.${fraction}`) * 1_000);
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000 + ms - zone;
}
