// Bars of a wider interval out of bars, or out of trades.
// B1. A bucket is [start, start + width), its start a multiple of the width since the epoch, moved by the offset.
// B2. Its bar is complete with the last row it can hold, or with the first row behind it. A bucket without rows has no bar: gaps stay gaps.
// B3. A field that is NaN is left out of the bar; the volume is summed without error (exact-sum.ts).
import { addTerm, SUM_CELLS, sumOf } from './exact-sum.ts';
import type { RowMaker, RowSink } from './plan-types.ts';
import { bytesOfDoubles, doublesOfBytes } from './state-doubles.ts';

const OPEN = 0;
const HIGH = 1;
const LOW = 2;
const CLOSE = 3;
const VOLUME = 4;

/** Reads open, high, low, close, volume. */
export class Resample implements RowMaker {
  readonly #widthMs: number;
  readonly #offsetMs: number;
  /** Start of the bucket that is open; NaN when none is. */
  #start = Number.NaN;
  readonly #bar = new Float64Array(VOLUME + 1);
  readonly #volume = new Float64Array(SUM_CELLS);

  constructor(widthMs: number, offsetMs: number) {
    this.#widthMs = widthMs;
    this.#offsetMs = offsetMs;
  }

  take(_side: number, t: Float64Array, columns: readonly Float64Array[], count: number, out: RowSink): void {
    const [open, high, low, close, volume] = columns as readonly [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
    const bar = this.#bar;
    for (let k = 0; k < count; k++) {
      const start = Math.floor((t[k]! - this.#offsetMs) / this.#widthMs) * this.#widthMs + this.#offsetMs;
      if (start !== this.#start) {
        this.#close(out);
        this.#start = start;
        bar.fill(Number.NaN);
      }
      if (Number.isNaN(bar[OPEN]!)) bar[OPEN] = open[k]!;
      if (!(bar[HIGH]! >= high[k]!) && !Number.isNaN(high[k]!)) bar[HIGH] = high[k]!;
      if (!(bar[LOW]! <= low[k]!) && !Number.isNaN(low[k]!)) bar[LOW] = low[k]!;
      if (!Number.isNaN(close[k]!)) bar[CLOSE] = close[k]!;
      addTerm(this.#volume, 0, volume[k]!);
    }
  }

  advance(watermark: number, out: RowSink): number {
    if (this.#start <= watermark) this.#close(out); // by B2
    return watermark;
  }

  #close(out: RowSink): void {
    if (Number.isNaN(this.#start)) return;
    this.#bar[VOLUME] = sumOf(this.#volume, 0);
    out.add(this.#start, this.#bar);
    this.#start = Number.NaN;
    this.#volume.fill(0);
  }

  snapshot(): Uint8Array {
    return bytesOfDoubles([this.#start, ...this.#bar, ...this.#volume]);
  }

  restore(bytes: Uint8Array): void {
    const doubles = doublesOfBytes(bytes);
    this.#start = doubles[0]!;
    this.#bar.set(doubles.subarray(1, 1 + this.#bar.length));
    this.#volume.set(doubles.subarray(1 + this.#bar.length));
  }
}
