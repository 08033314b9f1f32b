// Large values over a NATS object store: written by the client library, read through consumers of our own. Those of the library stay on
// the server for five minutes each time, and it allows a stream 1,000.
import { createHash } from 'node:crypto';
import type { ObjectInfo, ObjectStore } from '@nats-io/obj';
import type { Clock } from '#clock/clock.ts';
import { Fault } from '#domain/fault.ts';
import type { LogEntry, LogReader, ObjectBucket } from './bus.ts';

/** The server gives 50 MB in a second. */
const READ_WAIT_MS = 10_000;

export interface ObjectReaders {
  /** The newest description of each object there ever was. */
  readonly infos: () => Promise<readonly LogEntry[]>;
  /** The pieces of an object, in order. */
  readonly chunks: (nuid: string) => Promise<LogReader>;
}

export class NatsObjects implements ObjectBucket {
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #readers: ObjectReaders;

  constructor(store: ObjectStore, clock: Clock, readers: ObjectReaders) {
    this.#store = store;
    this.#clock = clock;
    this.#readers = readers;
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    try {
      await this.#store.putBlob({ name: key }, bytes);
    } catch (cause) {
      throw failed(`object ${key} was not stored`, cause);
    }
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    try {
      const info = await this.#store.info(key);
      return info && !info.deleted ? await this.#read(info) : undefined;
    } catch (cause) {
      throw failed(`object ${key} was not read`, cause);
    }
  }

  async #read({ nuid, size, digest }: ObjectInfo): Promise<Uint8Array> {
    const bytes = new Uint8Array(size);
    const reader = await this.#readers.chunks(nuid);
    // One that is replaced while it is read loses its pieces, and they never come.
    const cancel = this.#clock.after(READ_WAIT_MS, () => reader.close());
    try {
      for (let read = 0; read < size; ) {
        const entries = await reader.take();
        if (!entries) throw new Error(`${read} of ${size} bytes were there in ${READ_WAIT_MS} ms`);
        for (const { data } of entries) {
          bytes.set(data, read);
          read += data.length;
        }
      }
    } finally {
      cancel();
      reader.close();
    }
    const found = createHash('sha256').update(bytes).digest('base64url');
    if (digest !== `SHA-256=${found}=`) throw new Error(`its bytes are not those that were stored (${found})`);
    return bytes;
  }

  async remove(key: string): Promise<void> {
    try {
      const info = await this.#store.info(key);
      if (info && !info.deleted) await this.#store.delete(key);
    } catch (cause) {
      throw failed(`object ${key} was not removed`, cause);
    }
  }

  async keys(): Promise<readonly string[]> {
    try {
      const infos = (await this.#readers.infos()).map(({ data }) => JSON.parse(Buffer.from(data).toString()) as ObjectInfo);
      return infos.filter(({ deleted }) => !deleted).map(({ name }) => name);
    } catch (cause) {
      throw failed('the objects were not listed', cause);
    }
  }
}

function failed(what: string, cause: unknown): Fault {
  return new Fault('NATS_UNREACHABLE', `${what}: ${(cause as Error).message}`, { cure: 'check that nats-server runs and has space', retry: true, cause });
}
