// Large values over a NATS object store.
import type { ObjectStore } from '@nats-io/obj';
import type { Clock } from '#clock/clock.ts';
import { Fault } from '#domain/fault.ts';
import type { ObjectBucket } from './bus.ts';

/** The server gives 50 MB in a second. */
const READ_WAIT_MS = 10_000;

export class NatsObjects implements ObjectBucket {
  readonly #store: ObjectStore;
  readonly #clock: Clock;

  constructor(store: ObjectStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    try {
      await this.#store.putBlob({ name: key }, bytes);
    } catch (cause) {
      throw failed(`object ${key} was not stored`, cause);
    }
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    // One that is replaced while it is read loses its chunks, and the client library then waits for them for ever.
    const waited = new AbortController();
    const late = this.#clock.sleep(READ_WAIT_MS, waited.signal).then(() => Promise.reject(new Error(`not read in ${READ_WAIT_MS} ms`)));
    late.catch(() => {});
    try {
      return (await Promise.race([this.#store.getBlob(key), late])) ?? undefined;
    } catch (cause) {
      throw failed(`object ${key} was not read`, cause);
    } finally {
      waited.abort();
    }
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
      return (await this.#store.list()).filter(({ deleted }) => !deleted).map(({ name }) => name);
    } catch (cause) {
      throw failed('the objects were not listed', cause);
    }
  }
}

function failed(what: string, cause: unknown): Fault {
  return new Fault('NATS_UNREACHABLE', `${what}: ${(cause as Error).message}`, { cure: 'check that nats-server runs and has space', retry: true, cause });
}
