// Tumbling windows of many keys in one stream, each key with a watermark of its own: a fast key never closes a slow key's window.
// K1. A key's watermark is the latest time of its own rows, less the delay; its window is complete when that has reached the window's end.
// K2. A row for a window that is complete is late. It is ignored, or given out by itself, or, where late rows recompute, its window is given
//     out again with it. There windows are given out as soon as their end is reached, and kept open to late rows for the delay.
// K3. What is given out has the time of the row that brought it about, so nothing looks ahead, however old the rows are.
// K4. The work of a row depends on the windows its own key has open, not on how many keys there are.
import { Aggregate, AGGREGATES } from './aggregate.ts';
import type { RowMaker, RowSink } from './plan-types.ts';
import { bytesOfDoubles, doublesOfBytes } from './state-doubles.ts';

export const LATE_POLICIES = ['ignore', 'side-output', 'recompute'] as const;
export type LatePolicy = (typeof LATE_POLICIES)[number];

/** What a keyed window gives: its key, when it began, how often it was given out before, then the AGGREGATES. */
export const KEYED_OUTPUTS = ['key', 'start', 'revision', ...AGGREGATES] as const;
/** What is given out of a late row. */
export const LATE_OUTPUTS = ['key', 'time', 'value'] as const;

interface Window {
  readonly start: number;
  readonly aggregate: Aggregate;
  /** How often it was given out. */
  revision: number;
}

interface Key {
  /** Latest time of its rows. */
  newest: number;
  /** Windows that may change yet, in the order of their starts. */
  windows: Window[];
}

export interface KeyedTerms {
  readonly widthMs: number;
  readonly delayMs: number;
  readonly late: LatePolicy;
  /** What to give out: windows, or the late rows beside them. */
  readonly gives: 'windows' | 'late';
}

/** Reads value, key and, if rows have a time of their own, time. A row whose key or time is NaN belongs to nothing and is passed over. */
export class KeyedWindows implements RowMaker {
  readonly #terms: KeyedTerms;
  readonly #keys = new Map<number, Key>();
  readonly #row: Float64Array;
  #late = 0;

  constructor(terms: KeyedTerms) {
    this.#terms = terms;
    this.#row = new Float64Array(terms.gives === 'windows' ? KEYED_OUTPUTS.length : LATE_OUTPUTS.length);
  }

  /** Rows that came for a complete window. */
  counts(): Readonly<Record<string, number>> {
    return { late: this.#late };
  }

  take(_side: number, t: Float64Array, [values, keys, times]: readonly Float64Array[], count: number, out: RowSink): void {
    for (let k = 0; k < count; k++) {
      const time = times === undefined ? t[k]! : times[k]!;
      if (!Number.isNaN(keys![k]!) && !Number.isNaN(time)) this.#takeRow(t[k]!, keys![k]!, time, values![k]!, out);
    }
  }

  advance(watermark: number): number {
    return watermark;
  }

  #takeRow(t: number, id: number, time: number, value: number, out: RowSink): void {
    const { widthMs, delayMs, late } = this.#terms;
    let key = this.#keys.get(id);
    if (key === undefined) this.#keys.set(id, (key = { newest: Number.NEGATIVE_INFINITY, windows: [] }));
    const start = Math.floor(time / widthMs) * widthMs;
    const isLate = start + widthMs <= key.newest - (late === 'recompute' ? 0 : delayMs);
    if (isLate) this.#late++;
    if (isLate && (late !== 'recompute' || start + widthMs <= key.newest - delayMs)) {
      if (this.#terms.gives === 'late' && late === 'side-output') this.#giveLate(t, id, time, value, out);
      return;
    }
    const window = openWindow(key, start);
    window.aggregate.add(value);
    if (isLate) this.#give(t, id, window, out);
    if (time <= key.newest) return;
    key.newest = time;
    const dueMs = late === 'recompute' ? 0 : delayMs;
    for (const each of key.windows) {
      if (each.revision === 0 && each.start + widthMs <= time - dueMs) this.#give(t, id, each, out);
    }
    if (key.windows[0]!.start + widthMs <= time - delayMs) key.windows = key.windows.filter((each) => each.start + widthMs > time - delayMs);
  }

  #give(t: number, id: number, window: Window, out: RowSink): void {
    if (this.#terms.gives === 'windows') {
      this.#row.set([id, window.start, window.revision]);
      window.aggregate.write(this.#row, 3);
      out.add(t, this.#row);
    }
    window.revision++;
  }

  #giveLate(t: number, id: number, time: number, value: number, out: RowSink): void {
    this.#row.set([id, time, value]);
    out.add(t, this.#row);
  }

  snapshot(): Uint8Array {
    const doubles = [this.#late];
    for (const [id, { newest, windows }] of this.#keys) {
      doubles.push(id, newest, windows.length);
      for (const { start, revision, aggregate } of windows) doubles.push(start, revision, ...aggregate.doubles());
    }
    return bytesOfDoubles(doubles);
  }

  restore(bytes: Uint8Array): void {
    const doubles = doublesOfBytes(bytes);
    this.#late = doubles[0]!;
    this.#keys.clear();
    for (let at = 1; at < doubles.length; ) {
      const [id, newest, count] = doubles.subarray(at, at + 3) as unknown as [number, number, number];
      at += 3;
      const windows = Array.from({ length: count }, (): Window => {
        const [start, revision] = doubles.subarray(at, at + 2) as unknown as [number, number];
        const { aggregate, length } = Aggregate.of(doubles.subarray(at + 2));
        at += 2 + length;
        return { start, revision, aggregate };
      });
      this.#keys.set(id, { newest, windows });
    }
  }
}

/** The key's window that begins at `start`, in its place among the others. */
function openWindow({ windows }: Key, start: number): Window {
  const at = windows.findIndex((window) => window.start >= start);
  if (at >= 0 && windows[at]!.start === start) return windows[at]!;
  const window: Window = { start, revision: 0, aggregate: new Aggregate() };
  windows.splice(at < 0 ? windows.length : at, 0, window);
  return window;
}
