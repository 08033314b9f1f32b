// Rows that wait: those of one side of a join for the others, and those an operator made for their place in a page.
import type { RowSink } from './plan-types.ts';

const ROWS_INITIAL = 64;
/** A column before its first row: most of a large plan's never have one. */
const EMPTY = new Float64Array(0);

/** Rows in order of t, each t and some columns, that wait to be taken from the front. */
export class Waiting implements RowSink {
  columns: Float64Array[];
  start = 0;
  end = 0;

  constructor(columnCount: number) {
    this.columns = Array.from({ length: columnCount }, () => EMPTY);
  }

  get count(): number {
    return this.end - this.start;
  }

  get bytes(): number {
    return this.columns.length * this.columns[0]!.byteLength;
  }

  /** Adds `count` rows; `read(k)` gives column k of them. */
  push(count: number, read: (column: number) => Float64Array): void {
    this.#makeRoom(count);
    this.columns.forEach((column, k) => column.set(read(k), this.end));
    this.end += count;
  }

  /** Adds one row. */
  add(t: number, values: ArrayLike<number>): void {
    this.#makeRoom(1);
    this.columns[0]![this.end] = t;
    for (let k = 1; k < this.columns.length; k++) this.columns[k]![this.end] = values[k - 1]!;
    this.end++;
  }

  /** Drops the rows up to a time. */
  dropThrough(t: number): void {
    while (this.start < this.end && this.columns[0]![this.start]! <= t) this.start++;
  }

  /** Replaces everything by these rows. */
  refill(columns: readonly Float64Array[]): void {
    [this.start, this.end] = [0, 0];
    this.push(columns[0]!.length, (k) => columns[k]!);
  }

  /** Slides what waits to the front, into twice the room if the old would be more than half full. */
  #makeRoom(count: number): void {
    if (this.end + count <= this.columns[0]!.length) return;
    let room = Math.max(ROWS_INITIAL, this.columns[0]!.length);
    while (room < 2 * (this.count + count)) room *= 2;
    this.columns = this.columns.map((column) => {
      const waiting = column.subarray(this.start, this.end);
      if (room === column.length) {
        column.copyWithin(0, this.start, this.end);
        return column;
      }
      const wider = new Float64Array(room);
      wider.set(waiting);
      return wider;
    });
    this.end = this.count;
    this.start = 0;
  }
}
