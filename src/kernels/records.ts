// Records of a few doubles each in one growing block: what an operator keeps by the thousand. A record is named by the place of its first cell.

const RECORDS_INITIAL = 16;

export class Records {
  /** Replaced when the block grows, so never kept across a take(). */
  cells: Float64Array;
  readonly #width: number;
  #free: number[] = [];
  #end = 0;

  /** Records of `width` doubles. */
  constructor(width: number) {
    this.#width = width;
    this.cells = new Float64Array(RECORDS_INITIAL * width);
  }

  /** A record of zeros. */
  take(): number {
    const free = this.#free.pop();
    if (free !== undefined) {
      this.cells.fill(0, free, free + this.#width);
      return free;
    }
    if (this.#end === this.cells.length) {
      const wider = new Float64Array(2 * this.cells.length);
      wider.set(this.cells);
      this.cells = wider;
    }
    this.#end += this.#width;
    return this.#end - this.#width;
  }

  /** Gives a record back. */
  release(at: number): void {
    this.#free.push(at);
  }

  clear(): void {
    this.#free = [];
    this.#end = 0;
    this.cells.fill(0);
  }
}
