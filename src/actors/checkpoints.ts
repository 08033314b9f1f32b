// A slot's checkpoints on its member's own disk: one now and then, between two steps (S3 in slot.ts).
import type { Share } from '#bus/subjects.ts';
import { isFault } from '#domain/fault.ts';
import type { Lane } from './lane.ts';
import type { SlotPorts, SlotSettings } from './slot-terms.ts';

export class Checkpoints {
  readonly #ports: SlotPorts;
  readonly #share: Share;
  readonly #settings: SlotSettings;
  #dueMs = 0;
  /** Rows of the last one. */
  #rows = 0;

  constructor(ports: SlotPorts, share: Share, settings: SlotSettings) {
    this.#ports = ports;
    this.#share = share;
    this.#settings = settings;
  }

  /** The next step is not to be long without one: the last holds not all that runs, or more. */
  outdate(): void {
    this.#dueMs = 0;
  }

  isDue(lane: Lane): boolean {
    return lane.rows() - this.#rows >= this.#settings.checkpointEveryRows || this.#ports.clock.monotonicMs() >= this.#dueMs;
  }

  /** `log` names the log the lane reads. */
  async write(lane: Lane, log: string): Promise<void> {
    const { store, clock, log: told } = this.#ports;
    try {
      await store.write(this.#share, lane.checkpoint(log));
    } catch (error) {
      if (!isFault(error)) throw error;
      // By S3 a missing checkpoint costs only time at the next start.
      told.warn({ slot: this.#share, reason: error.message }, 'no checkpoint was written');
    }
    this.#rows = lane.rows();
    this.#dueMs = clock.monotonicMs() + this.#settings.checkpointEveryMs;
  }
}
