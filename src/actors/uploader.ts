// Sends checkpoints of one slot to where other members find them, while its steps go on. One at a time, and now and then.
import type { Share } from '#bus/subjects.ts';
import { isFault } from '#domain/fault.ts';
import type { Parts } from '#domain/parts.ts';
import { upload, type UploadTerms } from './depot.ts';
import type { SlotPorts } from './slot-terms.ts';

export class Uploader {
  readonly #ports: SlotPorts;
  readonly #slot: Share;
  readonly #everyMs: number;
  #dueMs: number;
  /** Rows of the last one sent. */
  #rows = 0;
  #sent: Promise<void> = Promise.resolve();

  constructor(ports: SlotPorts, slot: Share, everyMs: number) {
    this.#ports = ports;
    this.#slot = slot;
    this.#everyMs = everyMs;
    this.#dueMs = ports.clock.monotonicMs() + everyMs;
  }

  /** True when there is something new, and the last one was long enough ago. */
  isDue(rows: number): boolean {
    return rows !== this.#rows && this.#ports.clock.monotonicMs() >= this.#dueMs;
  }

  /** What was sent does not hold all that runs any more. */
  outdate(): void {
    this.#rows = Number.NaN;
  }

  send(parts: Parts, rows: number, terms: UploadTerms): void {
    const { clock, log } = this.#ports;
    this.#rows = rows;
    this.#dueMs = Number.POSITIVE_INFINITY;
    this.#sent = this.#sent
      .then(() => upload(this.#ports, this.#slot, parts, terms))
      .catch((error: unknown) => {
        if (!isFault(error)) throw error;
        log.warn({ slot: this.#slot, reason: error.message }, 'no checkpoint was uploaded'); // that costs only time
        this.outdate();
      })
      .finally(() => (this.#dueMs = clock.monotonicMs() + this.#everyMs));
  }

  /** Resolves when all that was sent has arrived, or has not. */
  get settled(): Promise<void> {
    return this.#sent;
  }
}
