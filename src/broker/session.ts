// The days of a market: which day a moment belongs to, and when that day closes.
import type { SessionTerms } from '#domain/account-terms.ts';
import { Fault } from '#domain/fault.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** A day by its number (days since 1970 of its local date) and the moment it closes, UTC ms. */
export interface Day {
  readonly number: number;
  readonly closesMs: number;
}

/** Days of a session; without terms a day is a UTC date and closes with it. Throws PARAM_INVALID for an unknown zone or time. */
export class Session {
  readonly #zone: Intl.DateTimeFormat | undefined;
  readonly #closesAtMs: number;
  #day: Day = { number: Number.NaN, closesMs: Number.NaN };
  /** The moments for which `#day` is known to be the answer. */
  #from = Infinity;
  #to = -Infinity;

  constructor(terms?: SessionTerms) {
    this.#closesAtMs = terms ? timeOfDay(terms.closes) : DAY_MS;
    this.#zone = terms && zoneOf(terms.timeZone);
  }

  /** The day of a moment, UTC ms. */
  dayOf(t: number): Day {
    if (t >= this.#from && t < this.#to) return this.#day;
    const offset = this.#offsetAt(t);
    const number = Math.floor((t + offset) / DAY_MS);
    // A clock that is set changes the offset inside a day: its close is read with the offset of the close.
    const closesLocalMs = number * DAY_MS + this.#closesAtMs;
    const closesMs = closesLocalMs - this.#offsetAt(closesLocalMs - offset);
    this.#day = { number, closesMs };
    // Zones change on whole hours at night, so the answer is only kept for this hour where there is a zone.
    const spanMs = this.#zone ? 3_600_000 : DAY_MS;
    this.#from = Math.floor(t / spanMs) * spanMs;
    this.#to = this.#from + spanMs;
    return this.#day;
  }

  /** Local time less UTC. */
  #offsetAt(t: number): number {
    if (!this.#zone) return 0;
    const part = Object.fromEntries(this.#zone.formatToParts(t).map(({ type, value }) => [type, Number(value)])) as Record<string, number>;
    const local = Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second);
    return Math.round((local - t) / MINUTE_MS) * MINUTE_MS;
  }
}

function zoneOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
  } catch (cause) {
    throw new Fault('PARAM_INVALID', `session.timeZone: ${timeZone} is no time zone`, { cure: 'give an IANA name such as America/New_York', data: { param: 'session.timeZone', value: timeZone }, cause });
  }
}

function timeOfDay(text: string): number {
  const [, hours, minutes] = /^(\d\d):(\d\d)$/.exec(text) ?? [];
  const ms = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
  if (hours !== undefined && ms > 0 && ms <= DAY_MS && Number(minutes) < 60) return ms;
  throw new Fault('PARAM_INVALID', `session.closes: ${text} is no time of a day`, { cure: 'give HH:MM of local time, such as 16:00', data: { param: 'session.closes', value: text } });
}
