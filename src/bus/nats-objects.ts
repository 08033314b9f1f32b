// Large values over a NATS object store.
//
// The client library stores them. They are read, listed and removed here: the library leaves the consumer of each read and list to the
// server for five minutes, and a stream may have 1,000; waits for ever for an object that is replaced meanwhile; and leaves a note of
// every object that ever was.
import { createHash } from 'node:crypto';
import type { NatsConnection } from '@nats-io/nats-core';
import type { ObjectInfo, ObjectStore } from '@nats-io/obj';
import type { Clock } from '#clock/clock.ts';
import { Fault } from '#domain/fault.ts';
import { ask } from './ask.ts';
import type { ObjectBucket } from './bus.ts';
import { collect } from './collect.ts';
import { lastOfEach } from './last-of-each.ts';

/** The server gives 200 MB in a second. */
const READ_WAIT_MS = 10_000;
const AGAIN_WAIT_MS = 50;
const ASK_WAIT_MS = 5_000;

export class NatsObjects implements ObjectBucket {
  readonly #store: ObjectStore;
  readonly #connection: NatsConnection;
  readonly #clock: Clock;
  readonly #bucket: string;

  constructor(store: ObjectStore, connection: NatsConnection, clock: Clock, bucket: string) {
    this.#store = store;
    this.#connection = connection;
    this.#clock = clock;
    this.#bucket = bucket;
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    try {
      await this.#store.putBlob({ name: key }, bytes);
    } catch (cause) {
      throw failed(`object ${key} was not stored`, cause);
    }
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    let why: unknown;
    for (const lateMs = this.#clock.monotonicMs() + READ_WAIT_MS; this.#clock.monotonicMs() < lateMs && !this.#connection.isClosed(); await this.#clock.sleep(AGAIN_WAIT_MS)) {
      const info = await this.#infoOf(key);
      if (!info) return undefined;
      let bytes;
      try {
        bytes = await this.#piecesOf(info);
      } catch (error) {
        why = error;
        continue;
      }
      if (bytes.length === info.size) return intact(key, bytes, info);
      // It was replaced or removed meanwhile, or the replica that answered lags.
      why = new Error(`${bytes.length} of its ${info.size} bytes were there`);
    }
    throw failed(`object ${key} was not read`, why);
  }

  /** The pieces first: what is left of a removal that was cut short is listed, and removed by the next. */
  async remove(key: string): Promise<void> {
    const info = await this.#infoOf(key);
    if (!info) return;
    try {
      await this.#purge(this.#subjectOf(info));
      await this.#purge(`$O.${this.#bucket}.M.${base64Of(Buffer.from(key))}`);
    } catch (cause) {
      throw failed(`object ${key} was not removed`, cause);
    }
  }

  async keys(): Promise<readonly string[]> {
    try {
      const notes = await lastOfEach(this.#connection, this.#clock, { stream: this.#stream, filters: [`$O.${this.#bucket}.M.>`], known: undefined, after: undefined });
      return notes.map(({ data }) => JSON.parse(Buffer.from(data).toString()) as ObjectInfo).flatMap(({ name, deleted }) => (deleted ? [] : [name]));
    } catch (cause) {
      throw failed('the objects were not listed', cause);
    }
  }

  get #stream(): string {
    return `OBJ_${this.#bucket}`;
  }

  /** Of its pieces. */
  #subjectOf({ nuid }: ObjectInfo): string {
    return `$O.${this.#bucket}.C.${nuid}`;
  }

  async #infoOf(key: string): Promise<ObjectInfo | undefined> {
    try {
      const info = await this.#store.info(key);
      return info && !info.deleted ? info : undefined;
    } catch (cause) {
      throw failed(`object ${key} was not found out about`, cause);
    }
  }

  async #piecesOf(info: ObjectInfo): Promise<Uint8Array> {
    if (info.size === 0) return new Uint8Array();
    const pieces = await collect(this.#connection, this.#clock, this.#stream, [this.#subjectOf(info)], { deliver_policy: 'all' });
    const { buffer, byteOffset, length } = Buffer.concat(pieces.map(({ data }) => data));
    return new Uint8Array(buffer, byteOffset, length);
  }

  async #purge(filter: string): Promise<void> {
    await ask(this.#connection, this.#clock, `$JS.API.STREAM.PURGE.${this.#stream}`, { filter }, ASK_WAIT_MS);
  }
}

function intact(key: string, bytes: Uint8Array, { digest }: ObjectInfo): Uint8Array {
  if (digest === `SHA-256=${base64Of(createHash('sha256').update(bytes).digest())}`) return bytes;
  throw failed(`object ${key} was not read`, new Error('its bytes are not those that were stored'));
}

/** For names in subjects, filled up with "=" as the library does. */
function base64Of(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

function failed(what: string, cause: unknown): Fault {
  return new Fault('NATS_UNREACHABLE', `${what}: ${(cause as Error).message}`, { cure: 'check that nats-server runs and has space', retry: true, cause });
}
