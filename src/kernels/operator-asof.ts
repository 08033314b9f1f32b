// The as-of join: each row of the left side with the newest right row that is known by then.
// J1. A left row waits until the right side is complete up to it, so neither what leaves nor its order depends on how the sides come in.
// J2. A right row at t is known at t + lag: a bar of an hour is known to the minutes only when it is over. So nothing looks ahead.
// J3. A left row before the first right row is left out.
import type { RowMaker, RowSink } from './plan-types.ts';
import { bytesOfDoubles, doublesOfBytes } from './state-doubles.ts';
import { Waiting } from './waiting.ts';

const LEFT = 0;

/** Reads any column of the left side, for its rows, and the values wanted of the right. */
export class AsOf implements RowMaker {
  readonly #lagMs: number;
  readonly #left = new Waiting(1);
  readonly #right: Waiting;
  readonly #newest: Float64Array;
  #known = false;

  constructor(lagMs: number, values: number) {
    this.#lagMs = lagMs;
    this.#right = new Waiting(1 + values);
    this.#newest = new Float64Array(values);
  }

  take(side: number, t: Float64Array, inputs: readonly Float64Array[], count: number): void {
    if (side === LEFT) this.#left.push(count, () => t);
    else this.#right.push(count, (column) => (column === 0 ? t : inputs[column - 1]!));
  }

  advance(watermark: number, out: RowSink): number {
    const left = this.#left;
    const [lefts] = left.columns as [Float64Array];
    for (; left.start < left.end && lefts[left.start]! <= watermark; left.start++) {
      const t = lefts[left.start]!;
      this.#learn(t);
      if (this.#known) out.add(t, this.#newest);
    }
    return watermark;
  }

  get waiting(): { readonly rows: number; readonly t: number } {
    const longer = this.#left.count >= this.#right.count ? this.#left : this.#right;
    return { rows: longer.count, t: longer.columns[0]![longer.start]! };
  }

  /** Takes the right rows that are known by t. */
  #learn(t: number): void {
    const right = this.#right;
    const [rights, ...values] = right.columns as [Float64Array, ...Float64Array[]];
    for (; right.start < right.end && rights[right.start]! + this.#lagMs <= t; right.start++) {
      values.forEach((column, k) => (this.#newest[k] = column[right.start]!));
      this.#known = true;
    }
  }

  snapshot(): Uint8Array {
    const { columns: rights, start, end } = this.#right;
    const lefts = this.#left.columns[0]!.subarray(this.#left.start, this.#left.end);
    return bytesOfDoubles([Number(this.#known), ...this.#newest, lefts.length, ...lefts, ...rights.flatMap((column) => [...column.subarray(start, end)])]);
  }

  restore(bytes: Uint8Array): void {
    const doubles = doublesOfBytes(bytes);
    const width = this.#newest.length;
    this.#known = doubles[0] === 1;
    this.#newest.set(doubles.subarray(1, 1 + width));
    const lefts = 2 + width + doubles[1 + width]!;
    const rights = (doubles.length - lefts) / (1 + width);
    this.#left.refill([doubles.subarray(2 + width, lefts)]);
    this.#right.refill(Array.from({ length: 1 + width }, (_, k) => doubles.subarray(lefts + k * rights, lefts + (k + 1) * rights)));
  }
}
