// The rows of one group in the cache: a head that all its pages share. `assembly/ring.ts` draws the block that is written here.
// R1. Every column of the group holds the same newest row, `head − 1` rows behind its base; so does every instruction's pointer.
// R2. A slide copies what each column retains. The room between two slides keeps that to COPIES_PER_ROW values per column and row.
import type { Memory } from './memory.ts';
import { Page } from './page.ts';
import type { KernelExports } from './wasm.ts';

const ROOM_ROWS_MIN = 32; // a slide every 32 rows costs less than the rows
/** Copying a value costs a tenth of a nanosecond, and room for as many rows as are retained would double the memory. */
const COPIES_PER_ROW = 4;
const BLOCK_BYTES = 32;
const HEAD = 2;

export class Ring {
  readonly address: number;
  readonly #memory: Memory;
  readonly #slide: KernelExports['page_slide'];
  readonly #pages: Page[] = [];
  readonly #roomRows: number;
  #sliding = 0;

  /** Room for `appendRowsMax` rows at once, in columns that retain `retainedMean` rows on average; `readMax` columns come in row by row. */
  constructor(memory: Memory, exports: KernelExports, retainedMean: number, appendRowsMax: number, readMax: number) {
    this.#memory = memory;
    this.#slide = exports.page_slide;
    this.#roomRows = Math.max(appendRowsMax, ROOM_ROWS_MIN, Math.ceil(retainedMean / COPIES_PER_ROW));
    this.address = memory.allocate(BLOCK_BYTES + readMax * 8);
  }

  /** A page with one column for each of `retains`, the rows before the newest that stay readable in it. */
  page(retains: readonly number[]): Page {
    const page = new Page(this.#memory, this, retains, this.#roomRows);
    this.#pages.push(page);
    return page;
  }

  /**
   * Ends the layout. `firstSegment` runs over a row that comes in alone; `read` are the columns of the source that go to the columns of
   * `page`, out of a row of `width` values at the address that is answered.
   */
  seal(firstSegment: number, page: Page, read: readonly number[], width: number): number {
    const moved = this.#pages.flatMap(({ retains, bases }) => retains.flatMap((retain, column) => (retain > 0 ? [bases[column]!, retain] : [])));
    this.#sliding = this.#memory.allocate(8 + moved.length * 4);
    const intake = this.#memory.allocate(width * 8);
    const { u32 } = this.#memory;
    u32[this.#sliding / 4] = moved.length / 2;
    u32.set(moved, this.#sliding / 4 + 2);
    const columns = read.flatMap((column, k) => [page.bases[k]!, column * 8]);
    u32.set([0, this.#roomRows, this.#sliding, firstSegment, intake, read.length, ...columns], this.address / 4 + HEAD);
    return intake;
  }

  /** Rows behind the bases, the newest included. */
  get head(): number {
    return this.#memory.u32[this.address / 4 + HEAD]!;
  }

  set head(rows: number) {
    this.#memory.u32[this.address / 4 + HEAD] = rows;
  }

  /** Rows of the group so far. */
  get rows(): number {
    return this.#memory.f64[this.address / 8]!;
  }

  set rows(count: number) {
    this.#memory.f64[this.address / 8] = count;
  }

  /** Makes room for `rows` more and answers where the first of them goes, in rows behind the bases. */
  reserve(rows: number): number {
    let at = this.head;
    if (at + rows > this.#roomRows) {
      this.#slide(this.#sliding, at);
      at = 0;
    }
    this.head = at + rows;
    return at;
  }
}
