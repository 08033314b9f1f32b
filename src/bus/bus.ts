// The port to everything that leaves the process: the log (ordered, durable streams), records (small keyed state) and calls.
// B1. An append is answered only when the log holds it; the answer is its sequence in its stream.
// B2. A conditional append is stored only while its fence still stands, else LEASE_LOST.
// B3. A reader hands over entries in stream order, each once, without holes; what it cannot guarantee it reports as a Fault.
// B4. A step is stored under one fence: the entries of a subject in order, none behind one that is missing. What is left of it can be
//     tried again as it is. A replicated stream takes all of it or nothing (step.ts).
// B5. The log removes nothing by itself. What is purged is gone for every reader, and the sequences of what is left stay what they were.
// Absent on purpose: consumer acknowledgements. Progress is the owner's business and travels in the frames it writes.

import type { Fault } from '#domain/fault.ts';

/** The streams of a tenant. */
export const STREAMS = ['IN', 'OUT', 'EVENT'] as const;
export type StreamName = (typeof STREAMS)[number];

export interface LogEntry {
  readonly subject: string;
  /** Position in the stream, from 1. */
  readonly sequence: number;
  readonly data: Uint8Array;
}

export interface KeptEntry extends LogEntry {
  /** When the log stored it, UTC ms by the clock of its server. */
  readonly storedMs: number;
}

export interface AppendOptions {
  /** A second append with the same id inside the duplicate window is answered with the first one's sequence. */
  readonly messageId?: string;
  readonly fence?: Fence;
}

/** Holds while the last entry on `subject` (in the stream that is written to) has this sequence; 0 while there is none. */
export interface Fence {
  readonly subject: string;
  readonly sequence: number;
}

/** One of the entries an owner writes together. */
export interface StepEntry {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly messageId: string;
}

/** An entry of a step, and where the log holds it. */
export interface StoredEntry {
  readonly sequence: number;
  readonly data: Uint8Array;
}

export interface StepOutcome {
  /** The newest entry known to be stored; undefined when none is. */
  readonly newest: StoredEntry | undefined;
  /** What is not known to be stored, in the order it must be; empty when the step is done. */
  readonly left: readonly StepEntry[];
  /** Why some are left; always one that may be tried again. */
  readonly reason?: Fault;
}

export interface LogReader {
  /** Everything that has arrived since the last call, at least one entry, in stream order; undefined once closed. */
  take(): Promise<readonly LogEntry[] | undefined>;
  close(): void;
}

export interface StreamState {
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** Entries it holds now, and what they take of its store. */
  readonly entries: number;
  readonly bytes: number;
  /** Tells this stream from a later one of the same name. */
  readonly identity: string;
}

/** One keyed record; the revision grows with every write to the bucket. */
export interface KeptRecord<T> {
  readonly key: string;
  readonly value: T;
  readonly revision: number;
}

export interface RecordBucket<T> {
  /** As it was written last, asked of the bucket's leader. Throws NATS_UNREACHABLE. */
  get(key: string): Promise<KeptRecord<T> | undefined>;
  put(key: string, value: T): Promise<number>;
  /** Writes only if the record still has this revision (0: only if there is none). False when somebody else was first. */
  replace(key: string, value: T, revision: number): Promise<boolean>;
  remove(key: string): Promise<void>;
  all(): Promise<readonly KeptRecord<T>[]>;
  /** Calls back for every present record, or that of one key, then for each change; `value` undefined when a record went. Resolves when all present ones were handed over. */
  watch(callback: (key: string, value: T | undefined, revision: number) => void, key?: string): Promise<() => void>;
}

/** Large values by key, each replaced as a whole. */
export interface ObjectBucket {
  put(key: string, bytes: Uint8Array): Promise<void>;
  get(key: string): Promise<Uint8Array | undefined>;
  /** Does nothing when there is none. */
  remove(key: string): Promise<void>;
  /** As a replica has them: what was stored or removed a moment ago may be missing or still be listed. */
  keys(): Promise<readonly string[]>;
}

/** The buckets of a tenant; all of them are created with its streams. */
export const BUCKETS = ['nodes', 'strategies', 'members', 'placement', 'drains', 'quarantine', 'uploads', 'floors', 'divisions'] as const;
export type BucketName = (typeof BUCKETS)[number];
export const OBJECT_BUCKETS = ['checkpoints'] as const;
export type ObjectBucketName = (typeof OBJECT_BUCKETS)[number];

export interface Bus {
  append(subject: string, data: Uint8Array, options?: AppendOptions): Promise<number>;
  /** By B4. With a fence on the entries' own subject, each is stored behind the one before it. Throws LEASE_LOST, and what is refused for good. */
  appendStep(entries: readonly StepEntry[], fence: Fence): Promise<StepOutcome>;
  /** The newest entry on a subject, or on any that a filter (`*`, `>`) matches, asked of the stream's leader. */
  last(stream: StreamName, subject: string): Promise<LogEntry | undefined>;
  /**
   * The newest entry of every subject that a filter matches, in stream order. `known` is an entry of theirs that is the newest of its
   * subject: an answer without it is of a replica that lags, and is not believed. Left out, the answer may be of such a one. Subjects
   * without an entry behind `after` are left out; which costs what came since, and not what there is.
   */
  lastOfEach(stream: StreamName, filters: readonly string[], known?: number, after?: number): Promise<readonly LogEntry[]>;
  /** Entries on any of the filters (`*` one token, `>` the rest; they may not overlap) from a sequence on, then new ones as they come. */
  read(stream: StreamName, filters: readonly string[], fromSequence: number): Promise<LogReader>;
  state(stream: StreamName): Promise<StreamState>;
  /** The first entry from a sequence on that a filter matches, asked of the stream's leader; undefined when there is none. */
  next(stream: StreamName, subject: string, fromSequence: number): Promise<KeptEntry | undefined>;
  /** By B5, removes the entries before a sequence that a filter matches. Answers how many. */
  purge(stream: StreamName, subject: string, beforeSequence: number): Promise<number>;
  bucket<T>(name: BucketName): Promise<RecordBucket<T>>;
  objects(name: ObjectBucketName): Promise<ObjectBucket>;
  /** Asks one server of the subject and waits for its answer. A Fault on the other side is thrown here with its code and cure. */
  call<Q, A>(subject: string, question: Q, timeoutMs?: number): Promise<A>;
  /** Answers calls as a discoverable service; the endpoint names are the last tokens of the subjects. */
  serve(service: ServiceDescription): Promise<void>;
  /** Resolves when the connection is gone for good; undefined after close(). */
  readonly closed: Promise<Error | undefined>;
  close(): Promise<void>;
}

export interface ServiceDescription {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly endpoints: Readonly<Record<string, { readonly subject: string; readonly answer: (question: never) => Promise<unknown> }>>;
}

/** True when `subject` matches a filter of NATS's form. */
export function matches(filter: string, subject: string): boolean {
  const wanted = filter.split('.');
  const given = subject.split('.');
  for (const [at, token] of wanted.entries()) {
    if (token === '>') return given.length > at;
    if (at >= given.length || (token !== '*' && token !== given[at])) return false;
  }
  return wanted.length === given.length;
}
