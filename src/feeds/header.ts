// Which column of a file is which: read from the names in its first line, or, when it has none, taken in the order t, open, high, low, close, volume.
import { Fault } from '#domain/fault.ts';
import { clockMs, timestampOfText } from './timestamp.ts';

/** What a file's column means to a bar; ROLE_SKIP for nothing. The roles from ROLE_OPEN on are bar columns of the same number. */
export const ROLE_SKIP = -1;
export const ROLE_TIME = 0;
export const ROLE_OPEN = 1;
export const ROLE_HIGH = 2;
export const ROLE_LOW = 3;
export const ROLE_CLOSE = 4;
export const ROLE_VOLUME = 5;
/** The time of day, where date and time have a column each. */
export const ROLE_CLOCK = 6;

export interface Header {
  /** Byte that separates fields. */
  readonly separator: number;
  /** A role per column of the file. */
  readonly roles: Int8Array;
  /** The file's own names, for messages; a bar's names when the file has none. */
  readonly names: readonly string[];
  /** False when the first line is already a row. */
  readonly named: boolean;
  readonly hasVolume: boolean;
}

// Names without case, blanks and punctuation, best first. "Adj Close" (adjclose) and "Close time" (closetime) are on no list.
const NAMES: readonly (readonly [role: number, names: readonly string[]])[] = [
  [ROLE_TIME, ['ts', 'timestamp', 'timestamputc', 'timestampms', 'opentime', 'opentimems', 'unix', 'unixtime', 'unixtimestamp', 'epoch', 'datetime', 'datetimeutc',
    'tsevent', 'windowstart', 'barstart', 'start', 'starttime', 'gmttime', 'date', 'time', 't']],
  [ROLE_OPEN, ['open', 'o', '1open', 'openprice', 'priceopen']],
  [ROLE_HIGH, ['high', 'h', '2high', 'highprice', 'pricehigh']],
  [ROLE_LOW, ['low', 'l', '3low', 'lowprice', 'pricelow']],
  [ROLE_CLOSE, ['close', 'c', '4close', 'closeprice', 'priceclose', 'last', 'closelast', 'price']],
  [ROLE_VOLUME, ['volume', 'vol', 'v', '5volume', 'tickvolume', 'tickvol', 'basevolume']],
];
const HEADERLESS_COLUMNS = ['t', 'open', 'high', 'low', 'close', 'volume'] as const;
const HEADERLESS_CURE = 'put a line of names on top, for example ts,open,high,low,close,volume';
const SEPARATORS = [',', ';', '\t'] as const;

/** Takes a line apart at its separator, quotes removed. */
export function fieldsOf(line: string, separator: string): string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (character === separator && !quoted) {
      fields.push(field.trim());
      field = '';
    } else field += character;
  }
  fields.push(field.trim());
  return fields;
}

function looksLikeTime(field: string): boolean {
  return !Number.isNaN(timestampOfText(field));
}

/** Reads the first line of a file, or null for a line of one field: exports carry a title or an address above the names. */
export function readHeader(path: string, line: string, lineNumber: number): Header | null {
  const [separator, fields] = SEPARATORS.map((candidate) => [candidate, fieldsOf(line, candidate)] as const).reduce((best, next) => (next[1].length > best[1].length ? next : best));
  if (fields.length < 2) return null;
  return looksLikeTime(fields[0]!) ? headerless(path, fields, separator, lineNumber) : named(path, fields, separator, lineNumber);
}

function headerless(path: string, fields: readonly string[], separator: string, lineNumber: number): Header {
  const apart = !Number.isNaN(clockMs(fields[1]!)) && fields[1]!.includes(':');
  const offset = apart ? 1 : 0;
  if (fields.length < 5 + offset) {
    throw new Fault('DATA_HEADER_INVALID', `${path}, line ${lineNumber}: no names, and ${fields.length} columns are too few for t, open, high, low, close`, {
      cure: HEADERLESS_CURE,
      data: { path, line: lineNumber, fields },
    });
  }
  const roles = new Int8Array(fields.length).fill(ROLE_SKIP);
  for (let role = ROLE_TIME; role <= ROLE_VOLUME && role + offset < fields.length; role++) roles[role === ROLE_TIME ? 0 : role + offset] = role;
  if (apart) roles[1] = ROLE_CLOCK;
  const names = fields.map((_, column) => (apart && column === 1 ? 'time' : (HEADERLESS_COLUMNS[Math.max(column - offset, 0)] ?? `column ${column + 1}`)));
  return { separator: separator.charCodeAt(0), roles, names, named: false, hasVolume: roles.includes(ROLE_VOLUME) };
}

/** Finds the columns of a bar among names. Throws DATA_HEADER_INVALID for one that is missing. */
export function named(path: string, fields: readonly string[], separator: string, lineNumber: number): Header {
  const keys = fields.map((field) => field.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
  const roles = new Int8Array(fields.length).fill(ROLE_SKIP);
  for (const [role, names] of NAMES) {
    const known = names.find((name) => keys.includes(name));
    let column = known === undefined ? -1 : keys.indexOf(known);
    // "Volume BTC" stands before "Volume USD": the first one counts the instrument.
    if (column < 0 && role === ROLE_VOLUME) column = keys.findIndex((key) => key.startsWith('volume'));
    if (column >= 0) roles[column] = role;
    const twin = keys.indexOf(keys[column]!, column + 1);
    if (column >= 0 && twin >= 0) {
      throw new Fault('DATA_HEADER_INVALID', `${path}, line ${lineNumber}: columns ${column + 1} and ${twin + 1} are both called ${JSON.stringify(fields[twin])}`, {
        cure: 'keep one of the two, or give the other a name of its own',
        data: { path, line: lineNumber, fields },
      });
    }
  }
  const date = keys.indexOf('date');
  const clock = keys.indexOf('time');
  if (roles[date] === ROLE_TIME && clock >= 0) roles[clock] = ROLE_CLOCK;

  const missing = HEADERLESS_COLUMNS.filter((_, role) => role !== ROLE_VOLUME && !roles.includes(role)).map((name) => (name === 't' ? 'time' : name));
  if (missing.length > 0) {
    throw new Fault('DATA_HEADER_INVALID', `${path}, line ${lineNumber}: no column for ${missing.join(', ')} among ${fields.map((field) => JSON.stringify(field)).join(', ')}`, {
      cure: 'name the columns ts, open, high, low, close and volume; other columns are ignored',
      data: { path, line: lineNumber, missing, fields },
    });
  }
  return { separator: separator.charCodeAt(0), roles, names: fields, named: true, hasVolume: roles.includes(ROLE_VOLUME) };
}
