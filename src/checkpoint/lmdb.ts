// Checkpoints in LMDB: one value a slot, put by LMDB's own thread in one transaction. The slot's thread only puts the bytes together.
// D1. Transactions are not synced to the disk: the process may be killed at any moment and finds its last checkpoint, and a lost
//     machine loses only a copy, since the log is the truth (C3). A synced transaction would stall the event loop 270 µs each.
// D2. One thread owns a directory. A store that cannot be read or written is emptied and begun anew, by C3 at the cost of a replay.
import { closeSync, existsSync, fstatSync, openSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { makeDirectory } from '#domain/directory.ts';
import { Fault, isFault } from '#domain/fault.ts';
import type { Parts } from '#domain/parts.ts';
import { type CheckpointStore, seal, unseal } from './checkpoint.ts';

const DATA_FILE = 'data.mdb';
/** Two pages with a header each, which holds the magic behind the page's own. */
const STORE_BYTES_MIN = 8_192;
const MAGIC_AT = 24;
const MAGIC = 0xbeefc0de;

export class LmdbStore implements CheckpointStore {
  readonly #dir: string;
  #database: RootDatabase<Uint8Array, string>;

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

  async write(slot: string, parts: Parts): Promise<void> {
    try {
      await this.#database.put(slot, seal(parts));
    } catch (cause) {
      // The reason a commit failed for has a promise of its own.
      const [reason] = await Promise.allSettled([(cause as { commitError?: Promise<never> }).commitError]);
      const fault = storeFault(this.#dir, reason.status === 'rejected' ? reason.reason : cause);
      if (fault.code !== 'DISK_FULL') await this.#beginAnew(); // by D2
      throw fault;
    }
  }

  read(slot: string): Parts | undefined {
    try {
      const sealed = this.#database.get(slot);
      return sealed && unseal(sealed, `${this.#dir}, slot ${slot}`);
    } catch (cause) {
      throw isFault(cause) ? cause : storeFault(this.#dir, cause);
    }
  }

  async remove(slot: string): Promise<void> {
    await this.#database.remove(slot);
  }

  async close(): Promise<void> {
    await this.#database.close();
  }

  async #beginAnew(): Promise<void> {
    await this.#database.close().catch(() => {});
    this.#database = beginAnew(this.#dir);
  }
}

function openIn(dir: string): RootDatabase<Uint8Array, string> {
  makeDirectory(dir);
  checkBeginning(join(dir, DATA_FILE));
  return open<Uint8Array, string>({ path: dir, encoding: 'binary', noSync: true, maxDbs: 1, mapSize: 2 ** 36 });
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

function beginAnew(dir: string): RootDatabase<Uint8Array, string> {
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
