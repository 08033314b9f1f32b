// Bytes of whole lines to columns, without a string per field.
//
// R1. A row is kept whole or the file is refused: nothing is repaired, skipped or guessed.
// R2. Times strictly rise, or strictly fall from the first row to the last. Two rows of one time are two opinions, and neither is taken.
// R3. A price is above zero, unless the reader was told that it may be otherwise (a spread; crude oil on 2020-04-20); a volume is not below zero, and the high is not below the low. A close outside low … high is a fact of some
//     vendors' data (an index computed from stale legs); it is counted and reported.
import { Fault } from '#domain/fault.ts';
import { afterZeroTail, compactMs, CR, DASH, fieldEnd, isoMs, isTimed, LF, POINT, QUOTE, SPACE, ZERO } from './bytes.ts';
import { fieldsOf, type Header, ROLE_CLOCK, ROLE_CLOSE, ROLE_HIGH, ROLE_LOW, ROLE_OPEN, ROLE_SKIP, ROLE_TIME, ROLE_VOLUME } from './header.ts';
import { numberOfText, POWERS_OF_TEN } from './number.ts';
import { clockMs, epochMs, timestampOfText } from './timestamp.ts';

const MANTISSA_LIMIT = 2 ** 53;
const FIRST_CAPACITY = 4_096;
const COLUMN_COUNT = 6;
const ROLE_COUNT = 7;

export interface RowTerms {
  /** What every price is above. */
  readonly priceMin: number;
  /** What messages call a row: lines where the file has some. */
  readonly unit?: 'line' | 'row';
}

export class Rows {
  readonly #path: string;
  readonly unit: 'line' | 'row';
  readonly #priceMin: number;
  readonly #header: Header;
  readonly #lastColumn: number;
  #columns: Float64Array[] = Array.from({ length: COLUMN_COUNT }, () => new Float64Array(FIRST_CAPACITY));
  #line: number;
  #lineOfPrevious = 0;
  /** +1 oldest first, -1 newest first, 0 before the second row. */
  #direction = 0;

  count = 0;
  /** Rows whose open or close lies outside low … high, and the line of the first. */
  outsideCount = 0;
  outsideLine = 0;

  /** `line` is the number of lines above the first row. */
  constructor(path: string, header: Header, line: number, { unit = 'line', priceMin }: RowTerms) {
    this.#path = path;
    this.unit = unit;
    this.#priceMin = priceMin;
    this.#header = header;
    this.#line = line;
    this.#lastColumn = header.roles.findLastIndex((role) => role !== ROLE_SKIP);
  }

  get newestFirst(): boolean {
    return this.#direction < 0;
  }

  get hasVolume(): boolean {
    return this.#header.hasVolume;
  }

  /** The bar columns, oldest row first. */
  finish(): Float64Array[] {
    const columns = this.#columns.map((column) => column.slice(0, this.count));
    if (this.newestFirst) for (const column of columns) column.reverse();
    return columns;
  }

  /** Reads the lines of block[from, to); the byte before `to` is a line feed. */
  scan(block: Buffer, from: number, to: number): void {
    const { separator, roles } = this.#header;
    const width = roles.length;
    const cells = new Float64Array(ROLE_COUNT);
    let at = from;
    while (at < to) {
      const lineStart = at;
      this.#line++;
      if (block[at] === LF || (block[at] === CR && block[at + 1] === LF)) {
        at += block[at] === LF ? 1 : 2;
        continue;
      }
      let column = 0;
      for (;;) {
        const role = column < width ? roles[column]! : ROLE_SKIP;
        const fieldStart = at;
        let byte = block[at]!;
        if (role === ROLE_SKIP) {
          let quoted = false;
          while (byte !== LF && (quoted || byte !== separator)) {
            if (byte === QUOTE) quoted = !quoted;
            byte = block[++at]!;
          }
          if (column >= width && at > fieldStart && block[fieldStart] !== CR) throw this.#fieldCount(block, lineStart);
        } else {
          let quoted = byte === QUOTE;
          if (quoted) byte = block[++at]!;
          const numberStart = at;
          // digits, point, digits
          let mantissa = 0;
          let places = 0;
          let digit = byte - ZERO;
          while (digit >= 0 && digit <= 9) {
            mantissa = mantissa * 10 + digit;
            digit = block[++at]! - ZERO;
          }
          let digits = at - numberStart;
          if (digit + ZERO === POINT) {
            const point = at;
            digit = block[++at]! - ZERO;
            while (digit >= 0 && digit <= 9) {
              mantissa = mantissa * 10 + digit;
              digit = block[++at]! - ZERO;
            }
            places = at - point - 1;
            digits += places;
          }
          byte = digit + ZERO;
          if (quoted && byte === QUOTE) {
            quoted = false;
            byte = block[++at]!;
          }
          if (byte === CR && block[at + 1] === LF) byte = block[++at]!;
          const plain = (byte === separator || byte === LF) && !quoted && digits > 0 && places <= 22 && mantissa < MANTISSA_LIMIT;
          if (plain && role !== ROLE_TIME && role !== ROLE_CLOCK) {
            cells[role] = places === 0 ? mantissa : mantissa / POWERS_OF_TEN[places]!;
          } else if (plain && role === ROLE_TIME && mantissa >= 1e8 && !(mantissa >= 1e13 && mantissa < 1e14)) {
            // Eight digits may be a date and fourteen a date and a time; any other number is an epoch.
            cells[ROLE_TIME] = epochMs(places === 0 ? mantissa : mantissa / POWERS_OF_TEN[places]!);
          } else {
            at = role === ROLE_TIME ? this.#readTime(block, fieldStart, at, cells) : this.#readText(block, fieldStart, role, cells);
            byte = block[at]!;
          }
        }
        at++;
        if (byte === LF) break;
        column++;
      }
      if (column < this.#lastColumn) throw this.#fieldCount(block, lineStart);
      this.#keep(cells, block, lineStart);
    }
  }

  /** A time that is no plain number; its leading digits end at `at`. Answers where the field ends. */
  #readTime(block: Buffer, fieldStart: number, at: number, cells: Float64Array): number {
    let ms = Number.NaN;
    let end = at;
    if (block[at] === DASH && at - fieldStart === 4) {
      const timed = isTimed(block, fieldStart);
      ms = isoMs(block, fieldStart, timed);
      end = timed ? afterZeroTail(block, fieldStart + 19) : fieldStart + 10;
    } else if (block[at] === SPACE && at - fieldStart === 8) {
      ms = compactMs(block, fieldStart);
      end = fieldStart + 15;
    }
    if (block[end] === CR && block[end + 1] === LF) end++;
    if (Number.isNaN(ms) || (block[end] !== this.#header.separator && block[end] !== LF)) return this.#readText(block, fieldStart, ROLE_TIME, cells);
    cells[ROLE_TIME] = ms;
    return end;
  }

  /** Any field, by way of a string. Answers where it ends. */
  #readText(block: Buffer, fieldStart: number, role: number, cells: Float64Array): number {
    const end = fieldEnd(block, fieldStart, this.#header.separator);
    const text = block.toString('utf8', fieldStart, end).replaceAll('"', '');
    cells[role] = role === ROLE_TIME ? timestampOfText(text) : role === ROLE_CLOCK ? clockMs(text) : numberOfText(text);
    return end;
  }

  #keep(cells: Float64Array, block: Buffer, lineStart: number): void {
    const t = cells[ROLE_TIME]! + cells[ROLE_CLOCK]!;
    const open = cells[ROLE_OPEN]!;
    const high = cells[ROLE_HIGH]!;
    const low = cells[ROLE_LOW]!;
    const close = cells[ROLE_CLOSE]!;
    const volume = cells[ROLE_VOLUME]!;
    // A NaN fails every comparison.
    const priceMin = this.#priceMin;
    if (!(t === t && open > priceMin && high >= low && low > priceMin && close > priceMin && volume >= 0)) throw this.#badRow(cells, block, lineStart);
    const at = this.count;
    if (at > 0) this.#order(t);
    if (open > high || open < low || close > high || close < low) {
      if (this.outsideCount++ === 0) this.outsideLine = this.#line;
    }
    if (at === this.#columns[0]!.length) this.#grow();
    const columns = this.#columns;
    columns[ROLE_TIME]![at] = t;
    columns[ROLE_OPEN]![at] = open;
    columns[ROLE_HIGH]![at] = high;
    columns[ROLE_LOW]![at] = low;
    columns[ROLE_CLOSE]![at] = close;
    columns[ROLE_VOLUME]![at] = volume;
    this.count = at + 1;
    this.#lineOfPrevious = this.#line;
  }

  #grow(): void {
    this.#columns = this.#columns.map((column) => {
      const larger = new Float64Array(column.length * 2);
      larger.set(column);
      return larger;
    });
  }

  #order(t: number): void {
    const previous = this.#columns[ROLE_TIME]![this.count - 1]!;
    const step = Math.sign(t - previous);
    if (step !== 0 && (step === this.#direction || this.#direction === 0)) {
      this.#direction = step;
      return;
    }
    const times = `${new Date(t).toISOString()} on ${this.unit} ${this.#line}`;
    const before = `${new Date(previous).toISOString()} on ${this.unit} ${this.#lineOfPrevious}`;
    const data = { path: this.#path, line: this.#line, t, previousLine: this.#lineOfPrevious, previousT: previous };
    if (step === 0) {
      throw new Fault('DATA_ROW_INVALID', `${this.#path}, ${this.unit} ${this.#line}: duplicate time: ${times} repeats ${before}`, {
        cure: 'keep one row per time; if the rows are right, their times were cut short (to the day?) when the file was written',
        data,
      });
    }
    throw new Fault('DATA_ROW_INVALID', `${this.#path}, ${this.unit} ${this.#line}: out of order: ${times} comes after ${before}, in a file that is ${this.newestFirst ? 'newest' : 'oldest'} first`, {
      cure: 'sort the rows by time',
      data,
    });
  }

  #fault(line: number, column: string, text: string, why: string, cure: string): Fault {
    return new Fault('DATA_ROW_INVALID', `${this.#path}, ${this.unit} ${line}, column ${column}: ${text === '' ? 'nothing there' : JSON.stringify(text)}, ${why}`, {
      cure,
      data: { path: this.#path, line, column, text },
    });
  }

  #lineText(block: Buffer, lineStart: number): string {
    return block.toString('utf8', lineStart, block.indexOf(LF, lineStart)).trimEnd();
  }

  #fieldCount(block: Buffer, lineStart: number): Fault {
    const text = this.#lineText(block, lineStart);
    const found = fieldsOf(text, String.fromCharCode(this.#header.separator)).length;
    const wanted = this.#header.roles.length;
    return new Fault('DATA_ROW_INVALID', `${this.#path}, ${this.unit} ${this.#line}: ${found} fields where the first line has ${wanted}: ${JSON.stringify(text.slice(0, 200))}`, {
      cure: found < wanted ? 'complete or remove the row; a file that ends in the middle of a row was cut off' : 'quote a field that holds a separator, or write numbers without separators for thousands',
      data: { path: this.#path, line: this.#line, found, wanted },
    });
  }

  /** Finds what is wrong with a row that failed the check in `#keep`. */
  #badRow(cells: Float64Array, block: Buffer, lineStart: number): Fault {
    const fields = fieldsOf(this.#lineText(block, lineStart), String.fromCharCode(this.#header.separator));
    const { roles, names } = this.#header;
    for (const [column, role] of roles.entries()) {
      const value = cells[role]!;
      const refuse = (why: string, cure: string): Fault => this.#fault(this.#line, names[column]!, fields[column] ?? '', why, cure);
      if (role === ROLE_SKIP) continue;
      if (role === ROLE_TIME || role === ROLE_CLOCK) {
        if (Number.isNaN(value)) return refuse('is not a time', 'write epoch seconds or milliseconds, 2024-01-31, 2024-01-31 09:30:00, 20240131 093000 or 1/31/2024; no zone means UTC');
      } else if (Number.isNaN(value)) {
        return refuse('is not a number', 'write a plain decimal such as 1234.5; fill or remove rows without a value');
      } else if (role === ROLE_VOLUME ? value < 0 : value <= this.#priceMin) {
        return role === ROLE_VOLUME ? refuse('is a volume below zero', 'correct or remove the row') : refuse('is a price that is not above zero', 'correct or remove the row, or allow such prices where they are real: negativePrices, or --negative-prices');
      }
    }
    const high = roles.indexOf(ROLE_HIGH);
    const order = this.#header.named ? '' : '; this file has no line of names, so its columns were taken as t, open, high, low, close, volume, and some exports write open, close, high, low';
    return this.#fault(this.#line, names[high]!, fields[high] ?? '', `is a high below the low ${fields[roles.indexOf(ROLE_LOW)]}`, `correct or remove the row${order}`);
  }
}
