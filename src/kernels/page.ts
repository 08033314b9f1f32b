// The host's side of a cache page; `assembly/page.ts` draws it and moves its rows.
import { LINE_BYTES, type Memory } from './memory.ts';

const MAGIC = 0x50544d51; // "QMTP"
const HEADER_BYTES = 64;
const SLACK_ROWS_MIN = 32; // a slide every 32 rows costs less than the row itself
const SLACK_ROWS_MAX = 65_536; // for a window of a year, eight values moved per row

export class Page {
  readonly address: number;
  readonly bytes: number;
  readonly columnCount: number;
  /** Rows before the newest that stay readable. */
  readonly retain: number;
  readonly #memory: Memory;
  readonly #strideBytes: number;

  /** A page that keeps `retain` rows while up to `appendRowsMax` more are written at once. */
  constructor(memory: Memory, columnCount: number, retain: number, appendRowsMax: number) {
    const capacity = retain + Math.max(appendRowsMax, Math.min(retain, SLACK_ROWS_MAX), SLACK_ROWS_MIN);
    this.#memory = memory;
    this.#strideBytes = Math.ceil((capacity * 8) / LINE_BYTES) * LINE_BYTES + LINE_BYTES;
    this.columnCount = columnCount;
    this.retain = retain;
    this.bytes = HEADER_BYTES + columnCount * this.#strideBytes;
    this.address = memory.allocate(this.bytes);
    memory.u32.set([MAGIC, columnCount, capacity, retain, 0, this.#strideBytes], this.address >> 2);
  }

  /** Rows in the page, the newest included. */
  get head(): number {
    return this.#memory.u32[(this.address >> 2) + 4]!;
  }

  columnAddress(column: number): number {
    return this.address + HEADER_BYTES + column * this.#strideBytes;
  }

  /** View of `count` rows of a column that end `before` rows before the newest. Valid until the next append. */
  rows(column: number, count: number, before = 0): Float64Array {
    const end = this.columnAddress(column) / 8 + this.head - before;
    return this.#memory.f64.subarray(end - count, end);
  }

  /** Fills an empty page with rows it held before. */
  refill(columns: readonly Float64Array[], count: number): void {
    columns.forEach((values, k) => this.#memory.f64.set(values, this.columnAddress(k) / 8));
    this.#memory.u32[(this.address >> 2) + 4] = count;
  }
}
