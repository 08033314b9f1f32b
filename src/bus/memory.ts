// The bus in one process: the twin of nats.ts, held to the same contract by one suite. Many clients may share one log.
import { Fault } from '#domain/fault.ts';
import { type BucketName, type Bus, type Fence, type KeptEntry, type KeptRecord, type LogEntry, type LogReader, matches, type ObjectBucket, type ObjectBucketName, type RecordBucket, type ServiceDescription, type StepEntry, type StepOutcome, type StreamName, STREAMS, type StreamState } from './bus.ts';
import { answerFault } from './answers.ts';
import { decode, encode } from './codec.ts';
import { Channel } from './channel.ts';
import { BatchStore, type ChainOptions, linkOf, partOf, type SinglePorts, storeOneByOne } from './step.ts';
import type { Subjects } from './subjects.ts';

interface Stream {
  /** Every entry that ever was, those that are purged too: whoever checks a run wants to see them. */
  readonly entries: KeptEntry[];
  readonly purged: Set<number>;
  readonly ids: Map<string, number>;
  readonly lastOn: Map<string, LogEntry>;
  readonly readers: Set<MemoryReader>;
  /** Message id of the newest entry. */
  lastId: string | undefined;
}

/** What several memory buses share: the place of the server. */
export class MemoryLog {
  readonly subjects: Subjects;
  readonly streams: Readonly<Record<StreamName, Stream>>;
  readonly buckets = new Map<string, MemoryBucket>();
  readonly objects = new Map<string, Map<string, Uint8Array>>();
  readonly services = new Map<string, (question: Uint8Array) => Promise<unknown>>();

  readonly identity: string;
  /** Answers as streams with replicas do: a step is one atomic batch, and an entry that is known is answered before its fence is looked at. */
  readonly isReplicated: boolean;
  /** Says when an entry is stored, UTC ms. */
  readonly now: () => number;

  constructor(subjects: Subjects, { identity = 'memory', isReplicated = false, now = () => 0 }: { identity?: string; isReplicated?: boolean; now?: () => number } = {}) {
    this.subjects = subjects;
    this.identity = identity;
    this.isReplicated = isReplicated;
    this.now = now;
    const stream = (): Stream => ({ entries: [], purged: new Set(), ids: new Map(), lastOn: new Map(), readers: new Set(), lastId: undefined });
    this.streams = { IN: stream(), OUT: stream(), EVENT: stream() };
  }

  /** What a server that loses power may do to a stream: it ends with this entry, as if those behind it had never been. */
  loseBehind(name: StreamName, sequence: number): void {
    const { entries, purged, ids, lastOn, readers } = this.streams[name];
    entries.length = Math.min(entries.length, sequence);
    for (const gone of purged) if (gone > sequence) purged.delete(gone);
    for (const [id, at] of ids) if (at > sequence) ids.delete(id);
    lastOn.clear();
    for (const entry of entries) if (!purged.has(entry.sequence)) lastOn.set(entry.subject, entry);
    for (const reader of readers) reader.goBackTo(sequence);
    this.streams[name].lastId = undefined;
  }
}

export class MemoryBus implements Bus {
  readonly #log: MemoryLog;
  readonly #batches: BatchStore;
  readonly closed: Promise<Error | undefined>;
  #close: () => void = () => {};

  constructor(log: MemoryLog) {
    this.#log = log;
    this.#batches = new BatchStore({
      append: (subject, data, conditions) => this.append(subject, data, conditions),
      appendBatch: (entries, fence) => this.appendBatch(entries, fence),
      last: (subject) => this.last(this.#streamOf(subject), subject),
    });
    this.closed = new Promise((resolve) => (this.#close = () => resolve(undefined)));
  }

  async append(subject: string, data: Uint8Array, options: ChainOptions = {}): Promise<number> {
    const stream = this.#log.streams[this.#streamOf(subject)];
    const known = options.messageId === undefined ? undefined : stream.ids.get(options.messageId);
    if (known !== undefined && this.#log.isReplicated) return known;
    if (options.fence) requireFence(stream, subject, options.fence);
    if (options.after !== undefined) {
      if (this.#log.isReplicated) throw new Error(`${subject}: a condition on the newest entry would stop a replicated stream for good`);
      if (stream.lastId !== options.after) throw new Fault('LEASE_LOST', `${subject}: another entry came between it and the one it follows`);
    }
    return known ?? this.#store(stream, subject, data, options.messageId);
  }

  async appendStep(entries: readonly StepEntry[], fence: Fence): Promise<StepOutcome> {
    if (this.#log.isReplicated) return this.#batches.store(entries, fence);
    const append: SinglePorts['append'] = (subject, data, conditions) => this.append(subject, data, conditions);
    return storeOneByOne({ append, appendChain: (chain, held) => this.#appendChain(chain, held) }, entries, fence);
  }

  /** What a server does with entries that come one behind the other; all are on their way before the last is answered. */
  async #appendChain(entries: readonly StepEntry[], fence: Fence): Promise<number> {
    const tries = await Promise.allSettled(entries.map(({ subject, data }, k) => this.append(subject, data, linkOf(entries, k, fence))));
    const last = tries.at(-1)!;
    if (last.status === 'rejected') throw last.reason;
    return last.value;
  }

  /** What a server does with an atomic batch. */
  protected async appendBatch(entries: readonly StepEntry[], fence: Fence): Promise<number> {
    const stream = this.#log.streams[this.#streamOf(fence.subject)];
    const last = entries.at(-1)!;
    const ids = entries.map((_, k) => partOf(entries, k, fence).messageId);
    if (ids.some((id) => id !== undefined && stream.ids.has(id))) throw answerFault(last.subject, { err_code: 10201, description: 'atomic publish batch contains duplicate message id' });
    requireFence(stream, last.subject, fence);
    return entries.reduce((_, { subject, data }, k) => this.#store(stream, subject, data, ids[k]), 0);
  }

  async last(stream: StreamName, subject: string): Promise<LogEntry | undefined> {
    const { lastOn } = this.#log.streams[stream];
    if (!/[*>]/.test(subject)) return lastOn.get(subject);
    let newest: LogEntry | undefined;
    for (const entry of lastOn.values()) if (matches(subject, entry.subject) && entry.sequence > (newest?.sequence ?? 0)) newest = entry;
    return newest;
  }

  async lastOfEach(name: StreamName, filters: readonly string[], known?: number, after = 0): Promise<readonly LogEntry[]> {
    const found = [...this.#log.streams[name].lastOn.values()].filter(({ subject, sequence }) => sequence > after && filters.some((filter) => matches(filter, subject)));
    if (known !== undefined && !found.some(({ sequence }) => sequence === known)) throw new Fault('LEASE_LOST', `${filters.join(', ')}: entry ${known} is not the newest of its subject any more`);
    return found.toSorted((a, b) => a.sequence - b.sequence);
  }

  async read(name: StreamName, filters: readonly string[], fromSequence: number): Promise<LogReader> {
    const stream = this.#log.streams[name];
    const reader = new MemoryReader(stream, filters, fromSequence, () => stream.readers.delete(reader));
    stream.readers.add(reader);
    return reader;
  }

  async state(name: StreamName): Promise<StreamState> {
    const { entries, purged } = this.#log.streams[name];
    const held = entries.filter(({ sequence }) => !purged.has(sequence));
    const bytes = held.reduce((sum, { subject, data }) => sum + subject.length + data.length, 0);
    return { firstSequence: held[0]?.sequence ?? entries.length + 1, lastSequence: entries.length, entries: held.length, bytes, identity: `${this.#log.identity} ${name}` };
  }

  async next(name: StreamName, subject: string, fromSequence: number): Promise<KeptEntry | undefined> {
    const { entries, purged } = this.#log.streams[name];
    for (let at = Math.max(0, fromSequence - 1); at < entries.length; at++) if (!purged.has(at + 1) && matches(subject, entries[at]!.subject)) return entries[at];
    return undefined;
  }

  async purge(name: StreamName, subject: string, beforeSequence: number): Promise<number> {
    const { entries, purged, lastOn } = this.#log.streams[name];
    const gone = entries.slice(0, Math.max(0, beforeSequence - 1)).filter((entry) => !purged.has(entry.sequence) && matches(subject, entry.subject));
    for (const entry of gone) {
      purged.add(entry.sequence);
      if (lastOn.get(entry.subject) === entry) lastOn.delete(entry.subject);
    }
    return gone.length;
  }

  async bucket<T>(name: BucketName): Promise<RecordBucket<T>> {
    let bucket = this.#log.buckets.get(name);
    if (!bucket) this.#log.buckets.set(name, (bucket = new MemoryBucket()));
    return bucket as RecordBucket<T>;
  }

  async objects(name: ObjectBucketName): Promise<ObjectBucket> {
    let objects = this.#log.objects.get(name);
    if (!objects) this.#log.objects.set(name, (objects = new Map()));
    return {
      put: async (key, bytes) => void objects.set(key, new Uint8Array(bytes)),
      get: async (key) => objects.get(key)?.slice(),
      remove: async (key) => void objects.delete(key),
      keys: async () => [...objects.keys()],
    };
  }

  async call<Q, A>(subject: string, question: Q): Promise<A> {
    const answer = this.#log.services.get(subject);
    if (!answer) throw new Fault('CLUSTER_NOT_READY', `${subject}: nobody answers`, { retry: true });
    return decode<A>(encode((await answer(encode(question))) ?? null));
  }

  async serve({ endpoints }: ServiceDescription): Promise<void> {
    for (const { subject, answer } of Object.values(endpoints)) {
      this.#log.services.set(subject, (question) => answer(decode<never>(question)));
    }
  }

  async close(): Promise<void> {
    this.#close();
  }

  #store(stream: Stream, subject: string, data: Uint8Array, messageId: string | undefined): number {
    const entry: KeptEntry = { subject, sequence: stream.entries.length + 1, data: new Uint8Array(data), storedMs: this.#log.now() };
    stream.entries.push(entry);
    stream.lastOn.set(subject, entry);
    stream.lastId = messageId;
    if (messageId !== undefined) stream.ids.set(messageId, entry.sequence);
    for (const reader of stream.readers) reader.readOn();
    return entry.sequence;
  }

  #streamOf(subject: string): StreamName {
    const name = STREAMS.find((candidate) => this.#log.subjects.streamSubjects[candidate].some((filter) => matches(filter, subject)));
    if (!name) throw new Fault('LOG_REFUSED', `${subject}: no stream took the append`, { retry: true });
    return name;
  }
}

function requireFence(stream: Stream, subject: string, fence: Fence): void {
  if ((stream.lastOn.get(fence.subject)?.sequence ?? 0) !== fence.sequence) throw new Fault('LEASE_LOST', `${subject}: the fence does not stand any more`);
}

class MemoryReader implements LogReader {
  readonly #stream: Pick<Stream, 'entries' | 'purged'>;
  readonly #filters: readonly string[];
  readonly #forget: () => void;
  readonly #channel = new Channel({
    onHigh: () => (this.#isPaused = true),
    onLow: () => {
      this.#isPaused = false;
      this.readOn();
    },
  });
  #next: number;
  #isPaused = false;

  constructor(stream: Pick<Stream, 'entries' | 'purged'>, filters: readonly string[], fromSequence: number, forget: () => void) {
    this.#stream = stream;
    this.#filters = filters;
    this.#forget = forget;
    this.#next = Math.max(0, fromSequence - 1);
    this.readOn();
  }

  /** What comes behind an entry comes again. */
  goBackTo(sequence: number): void {
    this.#next = Math.min(this.#next, sequence);
  }

  /** Takes what the log has, as far as there is room. */
  readOn(): void {
    const { entries, purged } = this.#stream;
    for (; this.#next < entries.length && !this.#isPaused; this.#next++) {
      const entry = entries[this.#next]!;
      if (!purged.has(entry.sequence) && this.#filters.some((filter) => matches(filter, entry.subject))) this.#channel.push(entry);
    }
  }

  take(): Promise<readonly LogEntry[] | undefined> {
    return this.#channel.take();
  }

  close(): void {
    this.#forget();
    this.#channel.close();
  }
}

class MemoryBucket implements RecordBucket<unknown> {
  readonly #records = new Map<string, { bytes: Uint8Array; revision: number }>();
  readonly #watchers = new Set<(key: string, value: unknown, revision: number) => void>();
  #revision = 0;

  async get(key: string): Promise<KeptRecord<unknown> | undefined> {
    const found = this.#records.get(key);
    return found && { key, value: decode(found.bytes), revision: found.revision };
  }

  async put(key: string, value: unknown): Promise<number> {
    const revision = ++this.#revision;
    this.#records.set(key, { bytes: encode(value), revision });
    for (const watcher of this.#watchers) watcher(key, decode(encode(value)), revision);
    return revision;
  }

  async replace(key: string, value: unknown, revision: number): Promise<boolean> {
    if ((this.#records.get(key)?.revision ?? 0) !== revision) return false;
    await this.put(key, value);
    return true;
  }

  async remove(key: string): Promise<void> {
    this.#records.delete(key);
    const revision = ++this.#revision;
    for (const watcher of this.#watchers) watcher(key, undefined, revision);
  }

  async all(): Promise<readonly KeptRecord<unknown>[]> {
    return [...this.#records].map(([key, { bytes, revision }]) => ({ key, value: decode(bytes), revision }));
  }

  async watch(callback: (key: string, value: unknown, revision: number) => void, only?: string): Promise<() => void> {
    const told: typeof callback = (key, value, revision) => {
      if (only === undefined || key === only) callback(key, value, revision);
    };
    for (const { key, value, revision } of await this.all()) told(key, value, revision);
    this.#watchers.add(told);
    return () => this.#watchers.delete(told);
  }
}
