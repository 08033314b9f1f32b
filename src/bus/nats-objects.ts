// Large values over a NATS object store.
// Not by the client library: a list of what there is. Its consumer stays on the server for five minutes each time.
import type { ObjectInfo, ObjectStore } from '@nats-io/obj';
import type { Clock } from '#clock/clock.ts';
import { Fault } from '#domain/fault.ts';
import type { LogEntry, ObjectBucket } from './bus.ts';

/** The server gives 50 MB in a second. */
const READ_WAIT_MS = 10_000;

export class NatsObjects implements ObjectBucket {
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #infos: () => Promise<readonly LogEntry[]>;

  /** `infos` answers the newest description of each object there ever was. */
  constructor(store: ObjectStore, clock: Clock, infos: () => Promise<readonly LogEntry[]>) {
    this.#store = store;
    this.#clock = clock;
    this.#infos = infos;
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
      const infos = (await this.#infos()).map(({ data }) => JSON.parse(Buffer.from(data).toString()) as ObjectInfo);
      return infos.filter(({ deleted }) => !deleted).map(({ name }) => name);
    } catch (cause) {
      throw failed('the objects were not listed', cause);
    }
  }
}

function failed(what: string, cause: unknown): Fault {
  return new Fault('NATS_UNREACHABLE', `${what}: ${(cause as Error).message}`, { cure: 'check that nats-server runs and has space', retry: true, cause });
}
