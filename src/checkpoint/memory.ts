// Checkpoints in memory: the twin of lmdb.ts. What a "process" of a test leaves here is what its next life finds.
import { type CheckpointParts, type CheckpointStore, seal, unseal } from './checkpoint.ts';

export class MemoryStore implements CheckpointStore {
  readonly #slots = new Map<string, Map<string, Uint8Array>>();

  async write(slot: string, parts: CheckpointParts): Promise<void> {
    this.#slots.set(slot, new Map([...parts].map(([part, bytes]) => [part, seal(bytes)])));
  }

  read(slot: string): CheckpointParts | undefined {
    const sealed = this.#slots.get(slot);
    return sealed && new Map([...sealed].map(([part, bytes]) => [part, new Uint8Array(unseal(bytes, `slot ${slot}, part ${part}`))]));
  }

  async remove(slot: string): Promise<void> {
    this.#slots.delete(slot);
  }

  async close(): Promise<void> {}

  /** Flips one bit of a part, if there is one, as a bad disk would. */
  damage(slot: string, part: string): void {
    const sealed = this.#slots.get(slot)?.get(part);
    if (sealed) sealed[sealed.length - 1]! ^= 1;
  }
}
