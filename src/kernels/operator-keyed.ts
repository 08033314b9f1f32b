// Tumbling windows of many keys in one stream, each key with a watermark of its own: a fast key never closes a slow key's window.
// K1. A key's watermark is the latest time of its own rows, less the delay; its window is complete when that has reached the window's end.
// K2. A row for a window that is complete is late. It is ignored, or given out by itself, or, where late rows recompute, its window is given
//     out again with it. There windows are given out as soon as their end is reached, and kept open to late rows for the delay.
// K3. What is given out has the time of the row that brought it about, so nothing looks ahead, however old the rows are.
// K4. The work of a row depends on the windows its own key has open, not on how many keys there are. Keys and windows are records of two
//     blocks, the windows of a key chained in the order of their starts.
import { addValue, AGGREGATE_CELLS, AGGREGATES, writeAggregates } from './aggregate.ts';
import type { RowMaker, RowSink } from './plan-types.ts';
import { Records } from './records.ts';
import { bytesOfDoubles, doublesOfBytes } from './state-doubles.ts';

export const LATE_POLICIES = ['ignore', 'side-output', 'recompute'] as const;
export type LatePolicy = (typeof LATE_POLICIES)[number];

/** What a keyed window gives: its key, when it began, how often it was given out before, then the AGGREGATES. */
export const KEYED_OUTPUTS = ['key', 'start', 'revision', ...AGGREGATES] as const;
/** What is given out of a late row. */
export const LATE_OUTPUTS = ['key', 'time', 'value'] as const;

/** A key: latest time of its rows, and the first of its windows that may change yet, NONE if there is none. */
const NEWEST = 0;
const FIRST = 1;
const KEY_CELLS = 2;

/** A window: when it begins, how often it was given out, the key's next one, and its aggregate. */
const START = 0;
const REVISION = 1;
const NEXT = 2;
const AGGREGATE = 3;
const WINDOW_CELLS = AGGREGATE + AGGREGATE_CELLS;

const NONE = -1;

export interface KeyedTerms {
  readonly widthMs: number;
  readonly delayMs: number;
  readonly late: LatePolicy;
  /** What to give out: windows, or the late rows beside them. */
  readonly gives: 'windows' | 'late';
}

/** Reads value, key and, if rows have a time of their own, time. A row whose key is NaN, or whose time is none, belongs to nothing and is passed over. */
export class KeyedWindows implements RowMaker {
  readonly #terms: KeyedTerms;
  readonly #places = new Map<number, number>();
  readonly #keys = new Records(KEY_CELLS);
  readonly #windows = new Records(WINDOW_CELLS);
  readonly #row: Float64Array;
  #late = 0;

  constructor(terms: KeyedTerms) {
    this.#terms = terms;
    this.#row = new Float64Array(terms.gives === 'windows' ? KEYED_OUTPUTS.length : LATE_OUTPUTS.length);
  }

  /** Rows that came for a complete window. */
  counts(): { readonly late: number } {
    return { late: this.#late };
  }

  take(_side: number, t: Float64Array, [values, keys, times]: readonly Float64Array[], count: number, out: RowSink): void {
    for (let k = 0; k < count; k++) {
      const time = times === undefined ? t[k]! : times[k]!;
      if (!Number.isNaN(keys![k]!) && Number.isFinite(time)) this.#takeRow(t[k]!, keys![k]!, time, values![k]!, out);
    }
  }

  advance(watermark: number): number {
    return watermark;
  }

  #takeRow(t: number, id: number, time: number, value: number, out: RowSink): void {
    const { widthMs, delayMs, late } = this.#terms;
    const waitMs = late === 'recompute' ? 0 : delayMs;
    const key = this.#keyOf(id);
    const newest = this.#keys.cells[key + NEWEST]!;
    const start = Math.floor(time / widthMs) * widthMs;
    const end = start + widthMs;
    const isLate = end <= newest - waitMs;
    if (isLate) this.#late++;
    if (end <= newest - delayMs) {
      if (this.#terms.gives === 'late' && late === 'side-output') this.#giveLate(t, id, time, value, out);
      return;
    }
    const window = this.#windowOf(key, start);
    addValue(this.#windows.cells, window + AGGREGATE, value);
    if (isLate) this.#give(t, id, window, out);
    if (time <= newest) return;
    this.#keys.cells[key + NEWEST] = time;
    this.#giveThrough(key, time - waitMs, t, id, out);
    this.#dropThrough(key, time - delayMs);
  }

  #keyOf(id: number): number {
    const known = this.#places.get(id);
    if (known !== undefined) return known;
    const key = this.#keys.take();
    this.#keys.cells[key + NEWEST] = Number.NEGATIVE_INFINITY;
    this.#keys.cells[key + FIRST] = NONE;
    this.#places.set(id, key);
    return key;
  }

  /** The key's window that begins at `start`, in its place among the others. */
  #windowOf(key: number, start: number): number {
    const { cells } = this.#windows;
    let before = NONE;
    let window = this.#keys.cells[key + FIRST]!;
    while (window !== NONE && cells[window + START]! < start) {
      before = window;
      window = cells[window + NEXT]!;
    }
    if (window !== NONE && cells[window + START] === start) return window;
    const made = this.#windows.take();
    this.#windows.cells[made + START] = start;
    this.#windows.cells[made + NEXT] = window;
    if (before === NONE) this.#keys.cells[key + FIRST] = made;
    else this.#windows.cells[before + NEXT] = made;
    return made;
  }

  /** Gives out the windows of a key that end by `end` and were not given out yet. */
  #giveThrough(key: number, end: number, t: number, id: number, out: RowSink): void {
    const { cells } = this.#windows;
    for (let window = this.#keys.cells[key + FIRST]!; window !== NONE && cells[window + START]! + this.#terms.widthMs <= end; window = cells[window + NEXT]!) {
      if (cells[window + REVISION] === 0) this.#give(t, id, window, out);
    }
  }

  #dropThrough(key: number, end: number): void {
    const { cells } = this.#windows;
    let window = this.#keys.cells[key + FIRST]!;
    while (window !== NONE && cells[window + START]! + this.#terms.widthMs <= end) {
      this.#windows.release(window);
      window = cells[window + NEXT]!;
    }
    this.#keys.cells[key + FIRST] = window;
  }

  #give(t: number, id: number, window: number, out: RowSink): void {
    const { cells } = this.#windows;
    if (this.#terms.gives === 'windows') {
      this.#row[0] = id;
      this.#row[1] = cells[window + START]!;
      this.#row[2] = cells[window + REVISION]!;
      writeAggregates(cells, window + AGGREGATE, this.#row, 3);
      out.add(t, this.#row);
    }
    cells[window + REVISION] = cells[window + REVISION]! + 1;
  }

  #giveLate(t: number, id: number, time: number, value: number, out: RowSink): void {
    this.#row.set([id, time, value]);
    out.add(t, this.#row);
  }

  snapshot(): Uint8Array {
    const { cells } = this.#windows;
    const doubles = [this.#late];
    for (const [id, key] of this.#places) {
      const windows: number[] = [];
      for (let window = this.#keys.cells[key + FIRST]!; window !== NONE; window = cells[window + NEXT]!) windows.push(window);
      doubles.push(id, this.#keys.cells[key + NEWEST]!, windows.length);
      // Where a window lies is no part of what it says.
      for (const window of windows) doubles.push(cells[window + START]!, cells[window + REVISION]!, ...cells.subarray(window + AGGREGATE, window + WINDOW_CELLS));
    }
    return bytesOfDoubles(doubles);
  }

  restore(bytes: Uint8Array): void {
    const doubles = doublesOfBytes(bytes);
    this.#places.clear();
    this.#keys.clear();
    this.#windows.clear();
    this.#late = doubles[0]!;
    for (let at = 1; at < doubles.length; ) {
      const key = this.#keyOf(doubles[at]!);
      this.#keys.cells[key + NEWEST] = doubles[at + 1]!;
      const end = at + 3 + doubles[at + 2]! * (2 + AGGREGATE_CELLS);
      for (at += 3; at < end; at += 2 + AGGREGATE_CELLS) {
        const window = this.#windowOf(key, doubles[at]!);
        this.#windows.cells[window + REVISION] = doubles[at + 1]!;
        this.#windows.cells.set(doubles.subarray(at + 2, at + 2 + AGGREGATE_CELLS), window + AGGREGATE);
      }
    }
  }
}
