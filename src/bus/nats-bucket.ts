// A bucket of records over a NATS key-value store.
import type { KV } from '@nats-io/kv';
import { Fault } from '#domain/fault.ts';
import type { KeptRecord, LogEntry, LogReader, RecordBucket } from './bus.ts';
import { decode, encode } from './codec.ts';

/** The bucket's stream. */
export interface BucketLog {
  /** The newest entry of a key, asked of the leader; that of a deleted key is empty. Throws NATS_UNREACHABLE. */
  newest(key: string): Promise<LogEntry | undefined>;
  /** Reads the keys a filter matches from the beginning, and says where the stream ends now. */
  open(keys: string): Promise<{ reader: LogReader; lastSequence: number }>;
}

export class NatsBucket<T> implements RecordBucket<T> {
  readonly #store: KV;
  readonly #prefix: string;
  readonly #log: BucketLog;

  /** `prefix` is what stands before a key in its subjects. */
  constructor(store: KV, prefix: string, log: BucketLog) {
    this.#store = store;
    this.#prefix = prefix;
    this.#log = log;
  }

  async get(key: string): Promise<KeptRecord<T> | undefined> {
    const entry = await this.#log.newest(key);
    return entry && entry.data.length > 0 ? { key, value: decode<T>(entry.data, `record ${key}`), revision: entry.sequence } : undefined;
  }

  async put(key: string, value: T): Promise<number> {
    try {
      return await this.#store.put(key, encode(value));
    } catch (cause) {
      throw unanswered(`record ${key} was not written`, cause);
    }
  }

  async replace(key: string, value: T, revision: number): Promise<boolean> {
    try {
      if (revision === 0) await this.#store.create(key, encode(value));
      else await this.#store.update(key, encode(value), revision);
      return true;
    } catch (error) {
      if (/wrong last sequence/i.test((error as Error).message)) return false;
      throw error;
    }
  }

  async remove(key: string): Promise<void> {
    await this.#store.delete(key);
  }

  async all(): Promise<readonly KeptRecord<T>[]> {
    const found = new Map<string, KeptRecord<T>>();
    // A replica that lags gives a record first and then its end.
    const stop = await this.watch((key, value, revision) => void (value === undefined ? found.delete(key) : found.set(key, { key, value, revision })));
    stop();
    return [...found.values()];
  }

  async watch(callback: (key: string, value: T | undefined, revision: number) => void, only?: string): Promise<() => void> {
    // A bucket is a stream that keeps the newest entry of each key, so our own reader serves as the watcher, and recovers as fast.
    const { reader, lastSequence: end } = await this.#log.open(only ?? '>');
    const lastSequence = only === undefined ? end : ((await this.#log.newest(only))?.sequence ?? 0);
    let present: () => void = () => {};
    const all = new Promise<void>((resolve) => (present = resolve));
    void (async () => {
      for (let entries = await reader.take(); entries; entries = await reader.take()) {
        for (const { subject, data, sequence } of entries) {
          const key = subject.slice(this.#prefix.length);
          callback(key, data.length === 0 ? undefined : decode<T>(data, `record ${key}`), sequence); // a deleted key leaves an empty entry
          if (sequence >= lastSequence) present();
        }
      }
      present();
    })();
    if (lastSequence > 0) await all;
    return () => reader.close();
  }
}

function unanswered(what: string, cause: unknown): Fault {
  return new Fault('NATS_UNREACHABLE', `${what}: ${(cause as Error).message}`, { cure: 'check that nats-server runs and can be reached', retry: true, cause });
}
