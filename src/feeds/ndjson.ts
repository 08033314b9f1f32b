// Bars as records: one JSON object per line. The first one names the columns; what a later one does not have is missing there.
import { Fault } from '#domain/fault.ts';
import { named } from './header.ts';
import { Rows, type RowTerms } from './rows.ts';

/** True for text that begins with an object. */
export function isRecords(block: Buffer): boolean {
  return /^\s*\{/.test(block.toString('utf8', 0, Math.min(block.length, 64)));
}

export class RecordLines {
  readonly #path: string;
  readonly #terms: RowTerms;
  #names: readonly string[] | undefined;
  #line = 0;
  #linesBefore = 0;
  rows: Rows | undefined;

  constructor(path: string, terms: RowTerms) {
    this.#path = path;
    this.#terms = terms;
  }

  take(block: Buffer, to: number): void {
    const lines = block.toString('utf8', 0, to).split('\n');
    lines.pop(); // what is behind the last line feed
    this.#linesBefore = this.#line;
    const texts = lines.map((line) => this.#textOf(line));
    const scanned = Buffer.from(`${texts.join('\n')}\n`);
    if (texts.length > 0) this.rows?.scan(scanned, 0, scanned.length);
  }

  /** A record as a line of fields. */
  #textOf(line: string): string {
    this.#line++;
    if (line.trim() === '') return '';
    const record = this.#parsed(line);
    this.#names ??= this.#begin(record);
    return this.#names.map((name) => fieldOf(record[name])).join(',');
  }

  #parsed(line: string): Record<string, unknown> {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (cause) {
      throw this.#refuse(`is no JSON: ${(cause as Error).message}`, 'mend or remove the line; a file that ends in the middle of a record was cut off', cause);
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.#refuse(`is ${JSON.stringify(value).slice(0, 80)}, not an object`, 'write each bar as an object, such as {"ts":1704067200000,"open":1,"high":2,"low":1,"close":2,"volume":3}');
    return value as Record<string, unknown>;
  }

  #begin(record: Record<string, unknown>): readonly string[] {
    const names = Object.keys(record);
    // Rows count the lines of the blocks they are shown; blank ones may have come before.
    this.rows = new Rows(this.#path, named(this.#path, names, ',', this.#line), this.#linesBefore, this.#terms);
    return names;
  }

  #refuse(what: string, cure: string, cause?: unknown): Fault {
    return new Fault('DATA_ROW_INVALID', `${this.#path}, line ${this.#line}: ${what}`, { cure, data: { path: this.#path, line: this.#line }, cause });
  }
}

/** A value as the field of a line; what is not there is an empty one. */
export function fieldOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'bigint') return value.toString();
  const text = typeof value === 'string' ? value : value instanceof Date ? value.toISOString() : (JSON.stringify(value) ?? '');
  return /[",\n]/.test(text) ? `"${text.replaceAll(/["\n]/g, ' ')}"` : text;
}
