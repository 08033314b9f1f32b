// Checkpoints in LMDB. Keys are [slot, part]; a checkpoint is written and removed in one transaction.
// Transactions are not synced to the disk: the process may be killed at any moment and finds its last checkpoint, and a lost
// machine loses only a copy, since the log is the truth (C3). A synced transaction would stall the event loop 270 µs each.
import { mkdirSync } from 'node:fs';
import { open, type RootDatabase } from 'lmdb';
import { Fault } from '#domain/fault.ts';
import { type CheckpointParts, type CheckpointStore, seal, unseal } from './checkpoint.ts';

type Key = [slot: string, part: string];
const AFTER_ALL_PARTS = '\u{10ffff}';

export class LmdbStore implements CheckpointStore {
  readonly #database: RootDatabase<Uint8Array, Key>;
  readonly #dir: string;

  /** Opens or creates the store in a directory; several threads of one process may open the same one. Throws DISK_FULL. */
  constructor(dir: string) {
    this.#dir = dir;
    try {
      mkdirSync(dir, { recursive: true });
      this.#database = open<Uint8Array, Key>({ path: dir, encoding: 'binary', noSync: true, maxDbs: 1, mapSize: 2 ** 36 });
    } catch (cause) {
      throw storeFault(dir, cause);
    }
  }

  async write(slot: string, parts: CheckpointParts): Promise<void> {
    try {
      await this.#database.transaction(() => {
        for (const key of this.#keys(slot)) if (!parts.has(key[1])) void this.#database.remove(key);
        for (const [part, bytes] of parts) void this.#database.put([slot, part], seal(bytes));
      });
    } catch (cause) {
      throw storeFault(this.#dir, cause);
    }
  }

  read(slot: string): CheckpointParts | undefined {
    const parts = new Map<string, Uint8Array>();
    for (const { key, value } of this.#database.getRange({ start: [slot, ''], end: [slot, AFTER_ALL_PARTS] })) {
      // The value's bytes live in LMDB's map; the copy outlives the transaction.
      parts.set(key[1], new Uint8Array(unseal(value, `${this.#dir}, slot ${slot}, part ${key[1]}`)));
    }
    return parts.size === 0 ? undefined : parts;
  }

  async remove(slot: string): Promise<void> {
    await this.#database.transaction(() => {
      for (const key of this.#keys(slot)) void this.#database.remove(key);
    });
  }

  async close(): Promise<void> {
    await this.#database.close();
  }

  #keys(slot: string): Key[] {
    return [...this.#database.getKeys({ start: [slot, ''], end: [slot, AFTER_ALL_PARTS] })];
  }
}

function storeFault(dir: string, cause: unknown): Fault {
  const why = (cause as Error).message;
  if (/no space|ENOSPC|MDB_MAP_FULL/i.test(why)) return new Fault('DISK_FULL', `${dir}: a checkpoint cannot be written: ${why}`, { cure: 'free space where dataDir is; until then the slot runs on and recovers from the log', cause });
  return new Fault('CHECKPOINT_DAMAGED', `${dir}: the checkpoint store cannot be used: ${why}`, { cure: 'remove this directory: its content is rebuilt from the log', cause });
}
