// A bounded channel: entries that arrived and wait to be taken. What both buses' readers hand over from.
// K1. Whoever brings entries stops at the high mark and goes on at the low one. The room above the high mark is for what is on its way
//     by then, and no more than that ever is: more entries than CAPACITY are a bug.
// K2. onHigh is called once when the channel has filled to 75 %, then onLow once when it has emptied to 25 %, then onHigh again.
// K3. Entries come out in the order they came in, all that wait at once.
import assert from 'node:assert/strict';
import type { LogEntry } from './bus.ts';

/** Entries that may wait. */
export const CAPACITY = 2_048;
export const HIGH_MARK = 0.75;
export const LOW_MARK = 0.25;
/** Frames are 64 KB at most, and mostly far less; where they are not, a reader that is behind must not hold 128 MB. */
export const BYTES_MAX = 16 * 2 ** 20;

export interface Marks {
  /** Nothing more may be sent on its way. */
  readonly onHigh: () => void;
  /** It may again. */
  readonly onLow: () => void;
}

export class Channel {
  readonly #marks: Marks;
  #held: LogEntry[] = [];
  #bytes = 0;
  #isFull = false;
  #wake: (() => void) | undefined;
  #closed = false;

  constructor(marks: Marks) {
    this.#marks = marks;
  }

  /** Entries that wait. */
  get size(): number {
    return this.#held.length;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  push(entry: LogEntry): void {
    assert(this.#held.length < CAPACITY, 'more entries came than there is room for: the high mark was not heeded');
    this.#held.push(entry);
    this.#bytes += entry.data.length;
    if (!this.#isFull && this.#fill() >= HIGH_MARK) {
      this.#isFull = true;
      this.#marks.onHigh();
    }
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /** Everything that waits, at least one entry; undefined once closed. */
  async take(): Promise<readonly LogEntry[] | undefined> {
    while (this.#held.length === 0) {
      if (this.#closed) return undefined;
      await new Promise<void>((wake) => (this.#wake = wake));
    }
    const taken = this.#held;
    this.#held = [];
    this.#bytes = 0;
    if (this.#isFull && this.#fill() <= LOW_MARK) {
      this.#isFull = false;
      this.#marks.onLow();
    }
    return taken;
  }

  /** Forgets what waits; whoever waits for more is told there is none. */
  close(): void {
    this.#closed = true;
    this.#held = [];
    this.#bytes = 0;
    this.#wake?.();
  }

  #fill(): number {
    return Math.max(this.#held.length / CAPACITY, this.#bytes / BYTES_MAX);
  }
}
