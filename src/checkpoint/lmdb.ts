// Checkpoints in LMDB. Keys are [slot, part]; a checkpoint is written and removed in one transaction.
// D1. Transactions are not synced to the disk: the process may be killed at any moment and finds its last checkpoint, and a lost
//     machine loses only a copy, since the log is the truth (C3). A synced transaction would stall the event loop 270 µs each.
// D2. One thread owns a directory. A store that cannot be read or written is emptied and begun anew, by C3 at the cost of a replay.
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { Fault, isFault } from '#domain/fault.ts';
import { type CheckpointParts, type CheckpointStore, seal, unseal } from './checkpoint.ts';

type Key = [slot: string, part: string];
const AFTER_ALL_PARTS = '\u{10ffff}';
const DATA_FILE = 'data.mdb';
/** Two pages with a header each, which holds the magic behind the page's own. */
const STORE_BYTES_MIN = 8_192;
const MAGIC_AT = 24;
const MAGIC = 0xbeefc0de;

export class LmdbStore implements CheckpointStore {
  readonly #dir: string;
  #database: RootDatabase<Uint8Array, Key>;

  /** Opens or creates the store in a directory. Throws DISK_FULL, or CHECKPOINT_DAMAGED when even a new one cannot be made. */
  constructor(dir: string) {
    this.#dir = dir;
    try {
      this.#database = openIn(dir);
    } catch (cause) {
      const fault = storeFault(dir, cause);
      if (fault.code === 'DISK_FULL') throw fault;
      this.#database = beginAnew(dir);
    }
  }

  async write(slot: string, parts: CheckpointParts): Promise<void> {
    const pending: Promise<unknown>[] = [];
    try {
      await this.#database.transaction(() => {
        for (const key of this.#keys(slot)) if (!parts.has(key[1])) pending.push(this.#database.remove(key));
        for (const [part, bytes] of parts) pending.push(this.#database.put([slot, part], seal(bytes)));
      });
    } catch (cause) {
      // Each write of a failed transaction has a promise of its own, and fails with it; so has the reason the commit failed for.
      const { commitError } = cause as { commitError?: Promise<never> };
      const [reason] = await Promise.allSettled([commitError, ...pending]);
      const fault = storeFault(this.#dir, reason.status === 'rejected' ? reason.reason : cause);
      if (fault.code !== 'DISK_FULL') await this.#beginAnew(); // by D2
      throw fault;
    }
  }

  read(slot: string): CheckpointParts | undefined {
    const parts = new Map<string, Uint8Array>();
    try {
      for (const { key, value } of this.#database.getRange({ start: [slot, ''], end: [slot, AFTER_ALL_PARTS] })) {
        // The value's bytes live in LMDB's map; the copy outlives the transaction.
        parts.set(key[1], new Uint8Array(unseal(value, `${this.#dir}, slot ${slot}, part ${key[1]}`)));
      }
    } catch (cause) {
      throw isFault(cause) ? cause : storeFault(this.#dir, cause);
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

  async #beginAnew(): Promise<void> {
    await this.#database.close().catch(() => {});
    this.#database = beginAnew(this.#dir);
  }

  #keys(slot: string): Key[] {
    return [...this.#database.getKeys({ start: [slot, ''], end: [slot, AFTER_ALL_PARTS] })];
  }
}

function openIn(dir: string): RootDatabase<Uint8Array, Key> {
  mkdirSync(dir, { recursive: true });
  checkBeginning(join(dir, DATA_FILE));
  return open<Uint8Array, Key>({ path: dir, encoding: 'binary', noSync: true, maxDbs: 1, mapSize: 2 ** 36 });
}

/** Opening a file that is no store ends the process in native code, so it is looked at first. */
function checkBeginning(file: string): void {
  if (!existsSync(file)) return;
  const descriptor = openSync(file, 'r');
  try {
    const beginning = Buffer.alloc(32);
    readSync(descriptor, beginning, 0, 32, 0);
    const { size } = fstatSync(descriptor);
    if (size > 0 && (size < STORE_BYTES_MIN || beginning.readUInt32LE(MAGIC_AT) !== MAGIC)) throw new Error(`${file} is not a store`);
  } finally {
    closeSync(descriptor);
  }
}

function beginAnew(dir: string): RootDatabase<Uint8Array, Key> {
  try {
    rmSync(dir, { recursive: true, force: true });
    return openIn(dir);
  } catch (cause) {
    throw storeFault(dir, cause);
  }
}

function storeFault(dir: string, cause: unknown): Fault {
  const why = (cause as Error).message;
  if (/no space|ENOSPC|MDB_MAP_FULL/i.test(why)) return new Fault('DISK_FULL', `${dir}: a checkpoint cannot be written: ${why}`, { cure: 'free space where dataDir is; until then the slot runs on and recovers from the log', cause });
  return new Fault('CHECKPOINT_DAMAGED', `${dir}: the checkpoint store cannot be used: ${why}`, { cure: 'nothing to do: the store is begun anew, and what it held is rebuilt from the log', cause });
}
