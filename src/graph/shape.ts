// Readers of plain data from outside. Each answers a fresh, typed copy or a Fault that names the place, so nothing unread gets through.
import { Fault, type FaultCode, type FaultDetails } from '#domain/fault.ts';

/** Longest text anybody may put into a name, a tag, an instrument: it has to fit a subject, a table cell and a log line. */
export const TEXT_LENGTH_MAX = 128;

/** The Fault that says what is wrong at `where`; `facts` are for programs, such as the value that was refused. */
export function refuse(where: string, wrong: string, cure: string, code: FaultCode = 'SPEC_INVALID', facts: FaultDetails['data'] = {}): Fault {
  return new Fault(code, `${where} ${wrong}`, { cure, data: { where, ...facts } });
}

/** Named values nobody has read yet. */
export type Unread = Readonly<Record<string, unknown>>;

/** A record with exactly these keys; `optional` ones may be absent. */
export function readRecord(value: unknown, where: string, required: readonly string[], optional: readonly string[] = []): Unread {
  const record = readAnyRecord(value, where);
  for (const key of Object.keys(record)) {
    if (!required.includes(key) && !optional.includes(key)) {
      throw refuse(`${where}.${key}`, 'is not a known field', `the fields are: ${[...required, ...optional].join(', ')}`);
    }
  }
  for (const key of required) {
    if (!Object.hasOwn(record, key)) throw refuse(`${where}.${key}`, 'is missing', 'give it a value');
  }
  return record;
}

export function readAnyRecord(value: unknown, where: string): Unread {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refuse(where, `is ${describe(value)}, not a record`, 'give a record of named values');
  }
  return value as Record<string, unknown>;
}

export function readList<T>(value: unknown, where: string, read: (item: unknown, where: string) => T): T[] {
  if (!Array.isArray(value)) throw refuse(where, `is ${describe(value)}, not a list`, 'give a list');
  return Array.from(value, (item: unknown, at) => read(item, `${where}[${at}]`));
}

/** A list whose items are all different. */
export function readSet(value: unknown, where: string, read: (item: unknown, where: string) => string): string[] {
  const items = readList(value, where, read);
  const twice = items.find((item, at) => items.indexOf(item) !== at);
  if (twice !== undefined) throw refuse(where, `holds ${describe(twice)} twice`, 'give each once');
  return items;
}

/** Text people read: not empty, at most 128 characters, nothing invisible. */
export function readText(value: unknown, where: string): string {
  if (typeof value !== 'string' || value.trim() === '') {
    throw refuse(where, `is ${describe(value)}, not a text`, 'give a text that is not empty', 'SPEC_INVALID', { value });
  }
  if (value !== value.trim()) throw refuse(where, `is ${describe(value)}, with blanks around it`, 'leave the blanks out');
  if (value.length > TEXT_LENGTH_MAX) throw refuse(where, `is ${value.length} characters long`, `shorten it to ${TEXT_LENGTH_MAX}`);
  // Control characters and half surrogates look like nothing, print as anything, and would still make another NodeID.
  if (/\p{Cc}/u.test(value) || !value.isWellFormed()) {
    throw refuse(where, `is ${describe(value)}, which holds characters that cannot be shown`, 'use plain text');
  }
  return value;
}

/** The name of an output, an input or a parameter, as code would write it. */
export function readWord(value: unknown, where: string): string {
  const word = readText(value, where);
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(word)) {
    throw refuse(where, `is ${describe(word)}, not a plain name`, 'use letters, digits and _, starting with a letter');
  }
  return word;
}

export function readOneOf<const T extends string>(value: unknown, where: string, known: readonly T[]): T {
  const found = known.find((item) => item === value);
  if (found === undefined) throw refuse(where, `is ${describe(value)}`, `use one of: ${known.join(', ')}`);
  return found;
}

/** How a value looks in a message: short, quoted when it is a text. */
export function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a record' : `a ${typeof value}`;
}
