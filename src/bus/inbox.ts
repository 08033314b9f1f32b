// Entries that arrived and wait to be taken. What both buses' readers hand over from.
import type { LogEntry } from './bus.ts';

export class Inbox {
  #held: LogEntry[] = [];
  #bytes = 0;
  #wake: (() => void) | undefined;
  #closed = false;

  /** Entries that wait. */
  get size(): number {
    return this.#held.length;
  }

  /** What those entries hold. */
  get bytes(): number {
    return this.#bytes;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  push(entry: LogEntry): void {
    this.#held.push(entry);
    this.#bytes += entry.data.length;
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
    return taken;
  }

  /** Forgets what waits; whoever waits for more is told there is none. */
  close(): void {
    this.#closed = true;
    this.#held = [];
    this.#bytes = 0;
    this.#wake?.();
  }
}
