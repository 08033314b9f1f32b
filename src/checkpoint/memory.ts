// Checkpoints in memory: the twin of lmdb.ts. What a "process" of a test leaves here is what its next life finds.
import type { Parts } from '#domain/parts.ts';
import { type CheckpointStore, seal, unseal } from './checkpoint.ts';

export class MemoryStore implements CheckpointStore {
  readonly #slots = new Map<string, Uint8Array>();

  async write(slot: string, parts: Parts): Promise<void> {
    this.#slots.set(slot, seal(parts));
  }

  read(slot: string): Parts | undefined {
    const sealed = this.#slots.get(slot);
    return sealed && unseal(sealed, `slot ${slot}`);
  }

  async remove(slot: string): Promise<void> {
    this.#slots.delete(slot);
  }

  async close(): Promise<void> {}

  /** Loses everything, as a machine that is gone does. */
  wipe(): void {
    this.#slots.clear();
  }

  /** Flips one bit of a checkpoint, if there is one, as a bad disk would. */
  damage(slot: string): void {
    const sealed = this.#slots.get(slot);
    if (sealed) sealed[sealed.length - 1]! ^= 1;
  }
}
