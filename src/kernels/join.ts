// The inner join by t of two or more groups: one row per t that every side has.
// J1. Each side comes in order of t. A row waits until every other side has reached its t; it is emitted when all have it, dropped when one has passed it.
// J2. So rows leave in order of t, and neither what leaves nor its order depends on how the sides' appends interleave.

const ROWS_INITIAL = 64;

/** Rows of one side that wait for the others: t, then the side's columns. */
export class Waiting {
  columns: Float64Array[];
  start = 0;
  end = 0;

  constructor(columnCount: number) {
    this.columns = Array.from({ length: columnCount }, () => new Float64Array(ROWS_INITIAL));
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
  add(values: readonly number[]): void {
    this.#makeRoom(1);
    for (let k = 0; k < values.length; k++) this.columns[k]![this.end] = values[k]!;
    this.end++;
  }

  /** Replaces everything by these rows. */
  refill(columns: readonly Float64Array[]): void {
    [this.start, this.end] = [0, 0];
    this.push(columns[0]!.length, (k) => columns[k]!);
  }

  /** Slides what waits to the front, into twice the room if the old would be more than half full. */
  #makeRoom(count: number): void {
    if (this.end + count <= this.columns[0]!.length) return;
    let room = this.columns[0]!.length;
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

/** Takes every row that all sides have, oldest first; `emit` is called while each side's `start` stands on it. Answers how many there were. */
export function takeCommon(sides: readonly Waiting[], emit: (row: number) => void): number {
  let taken = 0;
  for (;;) {
    let latest = -Infinity;
    for (const side of sides) {
      if (side.start === side.end) return taken;
      latest = Math.max(latest, side.columns[0]![side.start]!);
    }
    let common = true;
    for (const side of sides) {
      const t = side.columns[0]!;
      while (side.start < side.end && t[side.start]! < latest) side.start++;
      if (side.start === side.end) return taken;
      if (t[side.start] !== latest) common = false;
    }
    if (!common) continue;
    emit(taken++);
    for (const side of sides) side.start++;
  }
}
