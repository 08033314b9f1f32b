// A page of the cache: the columns of one node, or of a group's own rows, in linear memory.
import { LINE_BYTES, type Memory } from './memory.ts';
import type { Ring } from './ring.ts';

const LINE_ROWS = LINE_BYTES / 8;

export class Page {
  readonly bytes: number;
  /** Of each column the rows before the newest that stay readable. */
  readonly retains: readonly number[];
  /** Addresses of the first row after a slide, one per column; retained rows lie before it. */
  readonly bases: readonly number[];
  readonly #memory: Memory;
  readonly #ring: Ring;

  constructor(memory: Memory, ring: Ring, retains: readonly number[], roomRows: number) {
    this.#memory = memory;
    this.#ring = ring;
    this.retains = retains;
    const lines = (rows: number): number => Math.ceil(rows / LINE_ROWS) * LINE_BYTES;
    const widths = retains.map((retain) => lines(retain) + lines(roomRows) + LINE_BYTES);
    this.bytes = widths.reduce((sum, width) => sum + width, 0);
    let at = memory.allocate(this.bytes);
    this.bases = retains.map((retain, column) => {
      const base = at + lines(retain);
      at += widths[column]!;
      return base;
    });
  }

  get columnCount(): number {
    return this.retains.length;
  }

  /** View of `count` rows of a column that end `before` rows before the newest. Valid until the next append. */
  rows(column: number, count: number, before = 0): Float64Array {
    const end = this.bases[column]! / 8 + this.#ring.head - before;
    return this.#memory.f64.subarray(end - count, end);
  }

  /** Puts back the newest rows of a column, at most as many as it retains, when nothing is behind the bases. */
  refill(column: number, values: Float64Array): void {
    this.#memory.f64.set(values, this.bases[column]! / 8 - values.length);
  }
}
