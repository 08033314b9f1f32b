// What becomes of rows that are missing from a stream of one row per interval.
// G1. `skip` lets the gap stand. `fail` halts the node at the first row behind a gap. `interpolate` puts a straight line between the rows on both
//     sides of it: its rows come with the row behind the gap, and have the times of the rows that are missing. A gap of more than FILLED_ROWS_MAX rows halts
//     the node as `fail` does: what has been away for so long is not on a line.
// G2. Rows that are missing are counted, whatever becomes of them.
import type { RowMaker, RowSink } from './plan-types.ts';
import { bytesOfDoubles, doublesOfBytes } from './state-doubles.ts';

export const MISSING_POLICIES = ['skip', 'fail', 'interpolate'] as const;
/** A year of minutes, as long as the longest window. A wrong time would else be filled until memory is full. */
export const FILLED_ROWS_MAX = 525_600;

export type MissingPolicy = (typeof MISSING_POLICIES)[number];

/** The gap that halted the node: the number of the row behind it, and the time of the one before. */
export interface FailedGap {
  readonly row: number;
  readonly after: number;
}

export class Gaps implements RowMaker {
  readonly #intervalMs: number;
  readonly #policy: MissingPolicy;
  #t = Number.NaN;
  #value = Number.NaN;
  #missing = 0;
  #rows = 0;
  #failedAt: FailedGap | undefined;
  readonly #row = new Float64Array(1);

  constructor(intervalMs: number, policy: MissingPolicy) {
    this.#intervalMs = intervalMs;
    this.#policy = policy;
  }

  counts(): { readonly missing: number } {
    return { missing: this.#missing };
  }

  get failedAt(): FailedGap | undefined {
    return this.#failedAt;
  }

  /** True where gaps are filled, so that one which halts was too long for it. */
  get isFilling(): boolean {
    return this.#policy === 'interpolate';
  }

  take(_side: number, t: Float64Array, [values]: readonly Float64Array[], count: number, out: RowSink): void {
    for (let k = 0; k < count; k++) {
      const missing = Number.isNaN(this.#t) ? 0 : Math.round((t[k]! - this.#t) / this.#intervalMs) - 1;
      if (missing > 0) this.#cross(missing, t[k]!, values![k]!, out);
      this.#t = t[k]!;
      this.#value = values![k]!;
      this.#give(t[k]!, this.#failedAt ? Number.NaN : values![k]!, out);
    }
  }

  /** A row that was left out is given out only once it is known what follows it. */
  advance(watermark: number): number {
    return this.#policy === 'interpolate' && !Number.isNaN(this.#t) ? Math.min(watermark, this.#t) : watermark;
  }

  #cross(missing: number, t: number, value: number, out: RowSink): void {
    this.#missing += missing;
    if (this.#policy === 'fail' || (this.#policy === 'interpolate' && missing > FILLED_ROWS_MAX)) this.#failedAt ??= { row: this.#rows, after: this.#t };
    if (this.#policy !== 'interpolate' || this.#failedAt) return;
    for (let k = 1; k <= missing; k++) {
      const share = (k * this.#intervalMs) / (t - this.#t);
      this.#give(this.#t + k * this.#intervalMs, this.#value + (value - this.#value) * share, out);
    }
  }

  #give(t: number, value: number, out: RowSink): void {
    this.#row[0] = value;
    this.#rows++;
    out.add(t, this.#row);
  }

  snapshot(): Uint8Array {
    const { row, after } = this.#failedAt ?? { row: Number.NaN, after: Number.NaN };
    return bytesOfDoubles([this.#t, this.#value, this.#missing, this.#rows, row, after]);
  }

  restore(bytes: Uint8Array): void {
    const [t, value, missing, rows, row, after] = doublesOfBytes(bytes) as unknown as [number, number, number, number, number, number];
    [this.#t, this.#value, this.#missing, this.#rows] = [t, value, missing, rows];
    this.#failedAt = Number.isNaN(row) ? undefined : { row, after };
  }
}
