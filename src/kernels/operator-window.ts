// Windows over event time: tumbling, sliding, session; and windows of so many rows. One row per window that held a row; an empty window gives none.
// W1. A window is complete when the watermark has passed its last moment, be it with a row or without.
// W2. Time is cut into panes of one step each, whose aggregates merge into windows: a row costs the same however many windows it lies in.
// W3. Rows come in order of t, so what a window says of first and last is what came first and last.
import { addLater, addValue, AGGREGATE_CELLS, AGGREGATES, writeAggregates } from './aggregate.ts';
import type { RowMaker, RowSink } from './plan-types.ts';
import { bytesOfDoubles, doublesOfBytes } from './state-doubles.ts';

interface Pane {
  readonly start: number;
  readonly aggregate: Float64Array;
}

/** Windows of `widthMs` that begin every `everyMs`, of which the width is a multiple. A window's row has the time at which its last step begins. */
export class SlidingWindows implements RowMaker {
  readonly #widthMs: number;
  readonly #everyMs: number;
  #panes: Pane[] = [];
  /** End of the newest window that is complete. */
  #closed = Number.NEGATIVE_INFINITY;
  readonly #row = new Float64Array(AGGREGATES.length);

  constructor(widthMs: number, everyMs: number) {
    this.#widthMs = widthMs;
    this.#everyMs = everyMs;
  }

  take(_side: number, t: Float64Array, [values]: readonly Float64Array[], count: number, out: RowSink): void {
    for (let k = 0; k < count; k++) {
      const start = Math.floor(t[k]! / this.#everyMs) * this.#everyMs;
      if (this.#panes.at(-1)?.start !== start) {
        this.#close(start, out);
        this.#panes.push({ start, aggregate: new Float64Array(AGGREGATE_CELLS) });
      }
      addValue(this.#panes.at(-1)!.aggregate, 0, values![k]!);
    }
  }

  advance(watermark: number, out: RowSink): number {
    this.#close(watermark + this.#everyMs, out);
    return watermark;
  }

  /** Gives out the windows that end by `end` (W1). */
  #close(end: number, out: RowSink): void {
    while (this.#panes.length > 0) {
      const next = Math.max(this.#closed, this.#panes[0]!.start) + this.#everyMs;
      if (next > end) return;
      this.#closed = next;
      const window = new Float64Array(AGGREGATE_CELLS);
      for (const pane of this.#panes) {
        if (pane.start < next) addLater(window, 0, pane.aggregate, 0);
      }
      writeAggregates(window, 0, this.#row, 0);
      out.add(next - this.#everyMs, this.#row);
      const kept = next + this.#everyMs - this.#widthMs;
      this.#panes = this.#panes.filter((pane) => pane.start >= kept);
    }
  }

  snapshot(): Uint8Array {
    return bytesOfDoubles([this.#closed, ...this.#panes.flatMap(({ start, aggregate }) => [start, ...aggregate])]);
  }

  restore(bytes: Uint8Array): void {
    const doubles = doublesOfBytes(bytes);
    this.#closed = doubles[0]!;
    this.#panes = [];
    for (let at = 1; at < doubles.length; at += 1 + AGGREGATE_CELLS) {
      this.#panes.push({ start: doubles[at]!, aggregate: doubles.slice(at + 1, at + 1 + AGGREGATE_CELLS) });
    }
  }
}

/** Windows of `rows` rows, whenever they came. A window's row has the time of its last. */
export class Batches implements RowMaker {
  readonly #rows: number;
  #held = 0;
  readonly #aggregate = new Float64Array(AGGREGATE_CELLS);
  readonly #row = new Float64Array(AGGREGATES.length);

  constructor(rows: number) {
    this.#rows = rows;
  }

  take(_side: number, t: Float64Array, [values]: readonly Float64Array[], count: number, out: RowSink): void {
    for (let k = 0; k < count; k++) {
      addValue(this.#aggregate, 0, values![k]!);
      if (++this.#held < this.#rows) continue;
      writeAggregates(this.#aggregate, 0, this.#row, 0);
      out.add(t[k]!, this.#row);
      this.#held = 0;
      this.#aggregate.fill(0);
    }
  }

  advance(watermark: number): number {
    return watermark;
  }

  snapshot(): Uint8Array {
    return bytesOfDoubles([this.#held, ...this.#aggregate]);
  }

  restore(bytes: Uint8Array): void {
    const doubles = doublesOfBytes(bytes);
    this.#held = doubles[0]!;
    this.#aggregate.set(doubles.subarray(1));
  }
}

/** What a session gives: its first and last time, then the AGGREGATES. */
export const SESSION_OUTPUTS = ['start', 'end', ...AGGREGATES] as const;

/** Sessions: rows less than `gapMs` apart. A session's row has the time at which it is known to be over: its last row's, and the gap. */
export class Sessions implements RowMaker {
  readonly #gapMs: number;
  #start = Number.NaN;
  #end = Number.NaN;
  readonly #aggregate = new Float64Array(AGGREGATE_CELLS);
  readonly #row = new Float64Array(SESSION_OUTPUTS.length);

  constructor(gapMs: number) {
    this.#gapMs = gapMs;
  }

  take(_side: number, t: Float64Array, [values]: readonly Float64Array[], count: number, out: RowSink): void {
    for (let k = 0; k < count; k++) {
      this.#close(t[k]!, out);
      if (Number.isNaN(this.#start)) this.#start = t[k]!;
      this.#end = t[k]!;
      addValue(this.#aggregate, 0, values![k]!);
    }
  }

  advance(watermark: number, out: RowSink): number {
    this.#close(watermark, out);
    return watermark;
  }

  #close(now: number, out: RowSink): void {
    if (!(this.#end + this.#gapMs <= now)) return;
    this.#row[0] = this.#start;
    this.#row[1] = this.#end;
    writeAggregates(this.#aggregate, 0, this.#row, 2);
    out.add(this.#end + this.#gapMs, this.#row);
    this.#start = this.#end = Number.NaN;
    this.#aggregate.fill(0);
  }

  snapshot(): Uint8Array {
    return bytesOfDoubles([this.#start, this.#end, ...this.#aggregate]);
  }

  restore(bytes: Uint8Array): void {
    const doubles = doublesOfBytes(bytes);
    [this.#start, this.#end] = doubles as unknown as [number, number];
    this.#aggregate.set(doubles.subarray(2));
  }
}
