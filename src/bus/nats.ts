// The bus over NATS: home of the @nats-io packages, with publisher.ts and puller.ts beside it.
import { jetstreamManager, type JetStreamManager, type StreamInfo } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { type NatsConnection, headers } from '@nats-io/nats-core';
import { Objm } from '@nats-io/obj';
import { Svcm } from '@nats-io/services';
import type { Clock } from '#clock/clock.ts';
import { Fault, isFault, type FaultCode } from '#domain/fault.ts';
import { type AppendOptions, type BucketName, type Bus, type Fence, type KeptEntry, type LogEntry, type LogReader, matches, type ObjectBucket, type ObjectBucketName, type RecordBucket, type ServiceDescription, type StepEntry, type StepOutcome, type StreamName, STREAMS, type StreamState } from './bus.ts';
import { ApiError, ask } from './ask.ts';
import { decode, encode } from './codec.ts';
import { dial } from './dial.ts';
import { Publisher } from './publisher.ts';
import { Puller } from './puller.ts';
import { NatsBucket } from './nats-bucket.ts';
import { NatsObjects } from './nats-objects.ts';
import { lastOfEach } from './last-of-each.ts';
import { createStreams, notAnswering, type Replicas, type StreamLimits } from './nats-streams.ts';
import { BatchStore, type SinglePorts, storeOneByOne } from './step.ts';
import type { Subjects } from './subjects.ts';
import { Turns } from './turns.ts';

const CONNECT_TIMEOUT_MS = 3_000;
/** A server that stands still, or is cut off, is left for another one after three of these. */
const PING_EVERY_MS = 1_000;
const PINGS_UNANSWERED_MAX = 2;
const ASK_WAIT_MS = 4_000;
/** A shard that starts asks several questions for each of its slots. All at once they would wait for each other longer than for the answer. */
const ASKING_MAX = 64;
const MESSAGE_NOT_FOUND = 10037;

/** Resolves when a server answers at the address and, unless it is one of several, its streams can be used; rejects at once when not. */
export async function probe(url: string, isAlone: boolean): Promise<void> {
  const connection = await dial({ servers: url, timeout: 500, reconnect: false });
  try {
    if (isAlone) await connection.request('$JS.API.INFO', '', { timeout: 1_000 });
  } finally {
    await connection.close();
  }
}

export interface NatsBusOptions {
  /** Addresses of the log's servers, with commas between them; any of them will do. */
  readonly url: string;
  readonly subjects: Subjects;
  readonly clock: Clock;
  /** Shown by the server's monitoring. */
  readonly name: string;
}

export class NatsBus implements Bus {
  readonly #connection: NatsConnection;
  readonly #manager: JetStreamManager;
  readonly #publisher: Publisher;
  readonly #options: NatsBusOptions;
  readonly #isReplicated = new Map<StreamName, Promise<boolean>>();
  readonly #batches: BatchStore;
  readonly #asking = new Turns(ASKING_MAX);
  readonly closed: Promise<Error | undefined>;
  #connected = true;

  private constructor(connection: NatsConnection, manager: JetStreamManager, options: NatsBusOptions) {
    this.#connection = connection;
    this.#manager = manager;
    this.#options = options;
    this.#publisher = new Publisher(connection, options.clock);
    this.#batches = new BatchStore({
      append: (subject, data, conditions) => this.#publisher.append(subject, data, conditions),
      appendBatch: (entries, fence) => this.#publisher.appendBatch(entries, fence),
      last: (subject) => this.last(this.#streamOf(subject), subject),
    });
    this.closed = connection.closed().then((error) => error ?? undefined);
    void this.#followStatus();
  }

  /** Throws NATS_UNREACHABLE when nothing answers at the address. */
  static async connect(options: NatsBusOptions): Promise<NatsBus> {
    let connection: NatsConnection;
    try {
      connection = await dial({
        servers: options.url.split(','),
        name: options.name,
        pingInterval: PING_EVERY_MS,
        maxPingOut: PINGS_UNANSWERED_MAX,
        timeout: CONNECT_TIMEOUT_MS,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 100,
        noAsyncTraces: true,
      });
    } catch (cause) {
      throw new Fault('NATS_UNREACHABLE', `no nats-server answers at ${options.url}: ${(cause as Error).message}`, {
        cure: 'start a cluster with `qmtl up`, or give the address with --nats or QMTL_NATS_URL',
        data: { url: options.url },
        cause,
      });
    }
    return new NatsBus(connection, await jetstreamManager(connection, { checkAPI: false }), options);
  }

  /** Creates the tenant's streams and buckets where they are missing. Throws CONFIG_INVALID when those that are there have other replicas, CLUSTER_NOT_READY. */
  createStreams(replicas: Replicas = 1, limits: StreamLimits = {}): Promise<void> {
    return createStreams(this.#connection, this.#manager, this.#options.subjects, replicas, limits);
  }

  /** False while the connection is lost and being made again. */
  get isConnected(): boolean {
    return this.#connected;
  }

  /** The server that leads a stream; undefined while none does, or on a server that is alone. */
  async leaderOf(stream: StreamName): Promise<string | undefined> {
    return (await this.#streamInfo(stream)).cluster?.leader;
  }

  /** Lets another server lead a stream, as before a planned restart of its leader. */
  async stepDown(stream: StreamName): Promise<void> {
    await this.#ask(`$JS.API.STREAM.LEADER.STEPDOWN.${this.#options.subjects.streamName(stream)}`);
  }

  append(subject: string, data: Uint8Array, options?: AppendOptions): Promise<number> {
    return this.#publisher.append(subject, data, options);
  }

  async appendStep(entries: readonly StepEntry[], fence: Fence): Promise<StepOutcome> {
    if (await this.#replicated(this.#streamOf(fence.subject))) return this.#batches.store(entries, fence);
    const append: SinglePorts['append'] = (subject, data, conditions) => this.#publisher.append(subject, data, conditions);
    return storeOneByOne({ append, appendChain: (chain, held) => this.#publisher.appendChain(chain, held) }, entries, fence);
  }

  async last(stream: StreamName, subject: string): Promise<LogEntry | undefined> {
    return this.#entry(this.#options.subjects.streamName(stream), subject, { last_by_subj: subject });
  }

  next(stream: StreamName, subject: string, fromSequence: number): Promise<KeptEntry | undefined> {
    return this.#entry(this.#options.subjects.streamName(stream), subject, { next_by_subj: subject, seq: fromSequence });
  }

  async purge(stream: StreamName, subject: string, beforeSequence: number): Promise<number> {
    if (beforeSequence <= 1) return 0; // the server takes 0 for all there is
    try {
      return (await this.#ask<{ purged: number }>(`$JS.API.STREAM.PURGE.${this.#options.subjects.streamName(stream)}`, { filter: subject, seq: beforeSequence })).purged;
    } catch (cause) {
      throw new Fault('NATS_UNREACHABLE', `${subject}: the log did not remove the entries before ${beforeSequence}: ${(cause as Error).message}`, { cure: 'check that nats-server runs', retry: true, cause });
    }
  }

  lastOfEach(stream: StreamName, filters: readonly string[], known?: number, after?: number): Promise<readonly LogEntry[]> {
    return lastOfEach(this.#connection, this.#options.clock, { stream: this.#options.subjects.streamName(stream), filters, known, after });
  }

  read(stream: StreamName, filters: readonly string[], fromSequence: number): Promise<LogReader> {
    const name = this.#options.subjects.streamName(stream);
    return Puller.open(this.#connection, this.#options.clock, { stream: name, filters, fromSequence, whenMadeAgain: 'end' });
  }

  async state(stream: StreamName): Promise<StreamState> {
    const { config, state, created } = await this.#streamInfo(stream);
    return { firstSequence: state.first_seq, lastSequence: state.last_seq, entries: state.messages, bytes: state.bytes, identity: `${config.name}@${created}` };
  }

  async bucket<T>(name: BucketName): Promise<RecordBucket<T>> {
    const bucket = this.#options.subjects.bucketName(name);
    const store = await new Kvm(this.#connection).open(bucket);
    const stream = `KV_${bucket}`;
    const prefix = `$KV.${bucket}.`;
    return new NatsBucket<T>(store, prefix, {
      newest: (key) => this.#entry(stream, `record ${key}`, { last_by_subj: prefix + key }),
      open: async (key) => {
        const { state } = await this.#manager.streams.info(stream);
        const reader = await Puller.open(this.#connection, this.#options.clock, { stream, filters: [prefix + key], fromSequence: 1, whenMadeAgain: 'begin anew' });
        return { reader, lastSequence: state.last_seq };
      },
    });
  }

  async objects(name: ObjectBucketName): Promise<ObjectBucket> {
    const bucket = this.#options.subjects.bucketName(name);
    return new NatsObjects(await new Objm(this.#connection).open(bucket, false), this.#connection, this.#options.clock, bucket);
  }

  async call<Q, A>(subject: string, question: Q, timeoutMs = 10_000): Promise<A> {
    let message;
    try {
      message = await this.#connection.request(subject, encode(question), { timeout: timeoutMs });
    } catch (cause) {
      const nobody = /no responders/i.test((cause as Error).message);
      throw new Fault(nobody ? 'CLUSTER_NOT_READY' : 'TIMEOUT', `${subject}: ${nobody ? 'nobody answers' : `no answer in ${timeoutMs} ms`}`, {
        cure: 'check with `qmtl status` that the gateway and the DAG manager run',
        retry: true,
        cause,
      });
    }
    if (message.headers?.get('Nats-Service-Error-Code')) {
      const { code, text, ...details } = decode<{ code: FaultCode; text: string; cure?: string; data?: Record<string, unknown>; retry: boolean }>(message.data, 'refusal');
      throw new Fault(code, text, details);
    }
    return decode<A>(message.data, 'answer');
  }

  async serve({ name, version, description, endpoints }: ServiceDescription): Promise<void> {
    const service = await new Svcm(this.#connection).add({ name, version, description });
    for (const [endpoint, { subject, answer }] of Object.entries(endpoints)) {
      service.addEndpoint(endpoint, {
        subject,
        handler: (error, message) => {
          if (error) return;
          // A refusal travels whole: the caller throws the same Fault. A bug is answered too, so that nobody waits in vain.
          Promise.resolve()
            .then(() => answer(decode<never>(message.data, 'question')))
            .then(
              (value) => message.respond(encode(value ?? null)),
              (failure: unknown) => {
                const fault = isFault(failure) ? failure : new Fault('SUBMISSION_REFUSED', `${name} failed inside: ${(failure as Error).message}`, { cause: failure });
                const refusal = { code: fault.code, text: fault.message, ...(fault.cure !== undefined && { cure: fault.cure }), data: fault.data, retry: fault.retry };
                const meta = headers();
                meta.set('Nats-Service-Error', fault.message.replaceAll(/[\r\n]+/g, ' '));
                meta.set('Nats-Service-Error-Code', '500');
                message.respond(encode(refusal), { headers: meta });
              },
            );
        },
      });
    }
    // Whoever learns from here on that the service is there will be heard.
    await this.#connection.flush();
  }

  async close(): Promise<void> {
    this.#publisher.close();
    await this.#connection.close();
  }

  async #followStatus(): Promise<void> {
    for await (const { type } of this.#connection.status()) {
      if (type === 'disconnect') this.#connected = false;
      if (type !== 'reconnect') continue;
      this.#connected = true;
      this.#publisher.giveUp('the connection was lost on the way');
    }
  }

  /** Asked of the leader: a follower's direct answer may be stale, and recovery must not believe less than is committed. */
  async #entry(stream: string, subject: string, question: object): Promise<KeptEntry | undefined> {
    try {
      const { message } = await this.#ask<{ message: { subject: string; seq: number; data?: string; time: string } }>(`$JS.API.STREAM.MSG.GET.${stream}`, question);
      return { subject: message.subject, sequence: message.seq, data: Buffer.from(message.data ?? '', 'base64'), storedMs: Date.parse(message.time) };
    } catch (cause) {
      if (cause instanceof ApiError && cause.code === MESSAGE_NOT_FOUND) return undefined;
      throw new Fault('NATS_UNREACHABLE', `${subject}: the log did not give an entry: ${(cause as Error).message}`, { cure: 'check that nats-server runs', retry: true, cause });
    }
  }

  #streamOf(subject: string): StreamName {
    const { streamSubjects } = this.#options.subjects;
    const stream = STREAMS.find((name) => streamSubjects[name].some((filter) => matches(filter, subject)));
    if (!stream) throw new Error(`${subject} is a subject of no stream`);
    return stream;
  }

  #replicated(stream: StreamName): Promise<boolean> {
    let known = this.#isReplicated.get(stream);
    if (!known) {
      known = this.#streamInfo(stream).then(({ config }) => config.num_replicas > 1);
      known.catch(() => this.#isReplicated.delete(stream));
      this.#isReplicated.set(stream, known);
    }
    return known;
  }

  async #ask<T>(subject: string, question?: unknown): Promise<T> {
    return this.#asking.take(() => ask<T>(this.#connection, this.#options.clock, subject, question, ASK_WAIT_MS));
  }

  async #streamInfo(stream: StreamName): Promise<StreamInfo> {
    const name = this.#options.subjects.streamName(stream);
    try {
      return await this.#ask<StreamInfo>(`$JS.API.STREAM.INFO.${name}`);
    } catch (cause) {
      throw notAnswering(name, cause);
    }
  }
}
