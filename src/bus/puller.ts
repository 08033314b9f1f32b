// Our own pull loop over an ephemeral, unacknowledged consumer. It notices a lost server in 0.6 s, where the client library's
// loops take 6 to 45 s.
// L1. Entries come in stream order, each once. The consumer's own count is checked: a skipped delivery rebuilds the consumer
//     at the entry after the last one handed over.
// L2. No credits are given from the high mark of the channel to its low one, nor more than there is room for. So memory is bounded, and
//     a reader that is slow slows down nobody but itself: what it has not read waits in the log.
// L3. A stream that was removed and made again is another log, and so is one that ends before what was read of it. Whoever reads a log is told
//     by the reader's end; a reader of records begins anew.
// Absent: acknowledgements (progress is the reader's), decoding (frame.ts).
import assert from 'node:assert/strict';
import { nuid, type Msg, type NatsConnection, type Subscription } from '@nats-io/nats-core';
import type { Cancel, Clock } from '#clock/clock.ts';
import { Fault } from '#domain/fault.ts';
import type { LogEntry, LogReader } from './bus.ts';
import { ask } from './ask.ts';
import { CAPACITY, Channel, HIGH_MARK } from './channel.ts';
import { deliveredAs } from './delivery.ts';

const BATCH = 512;
const HEARTBEAT_MS = 200;
const SILENCE_MS_MAX = 600; // three heartbeats missed
const PULL_EXPIRES_MS = 5_000;
const CONSUMER_IDLE_MS = 30_000; // the server forgets the consumer of a reader that died
const REBUILD_WAIT_MS = 100;
const ASK_WAIT_MS = 2_000;
const OPEN_WAIT_MS = 15_000; // longer than an election

assert(BATCH <= CAPACITY * (1 - HIGH_MARK), 'what is on its way at the high mark must find room');

export interface PullerOptions {
  readonly stream: string;
  readonly filters: readonly string[];
  readonly fromSequence: number;
  /** By L3. */
  readonly whenMadeAgain: 'end' | 'begin anew';
}

export class Puller implements LogReader {
  readonly #connection: NatsConnection;
  readonly #clock: Clock;
  readonly #options: PullerOptions;
  readonly #watchdog: Cancel;
  readonly #arrivals = new Channel({ onHigh: () => (this.#isPaused = true), onLow: () => this.#resume() });
  #subscription: Subscription | undefined;
  #inbox = '';
  #consumer = '';
  #nextSequence: number;
  #consumerSequence = 0;
  #credits = 0;
  #heardMs = 0;
  #rebuilding = false;
  /** By L2. */
  #isPaused = false;
  #created: string | undefined;

  constructor(connection: NatsConnection, clock: Clock, options: PullerOptions) {
    this.#connection = connection;
    this.#clock = clock;
    this.#options = options;
    this.#nextSequence = Math.max(1, options.fromSequence);
    this.#watchdog = clock.every(HEARTBEAT_MS, () => {
      if (!this.#rebuilding && clock.monotonicMs() - this.#heardMs > SILENCE_MS_MAX) void this.#rebuild();
    });
  }

  static async open(connection: NatsConnection, clock: Clock, options: PullerOptions): Promise<Puller> {
    const puller = new Puller(connection, clock, options);
    let why = await puller.#rebuild(clock.monotonicMs() + OPEN_WAIT_MS);
    if (why === undefined && !puller.#arrivals.isClosed) return puller;
    puller.close();
    why ??= 'the connection is closed';
    throw new Fault('NATS_UNREACHABLE', `reading ${options.filters.join(', ')}: ${why}`, { cure: 'check that nats-server runs, and that the cluster’s streams exist (`qmtl status`)', retry: true });
  }

  async take(): Promise<readonly LogEntry[] | undefined> {
    const taken = await this.#arrivals.take();
    if (taken) this.#pull();
    return taken;
  }

  close(): void {
    if (this.#arrivals.isClosed) return;
    this.#watchdog();
    this.#subscription?.unsubscribe();
    this.#dismiss();
    this.#arrivals.close();
  }

  /** Left to itself a consumer is forgotten after CONSUMER_IDLE_MS, and is work for its server until then. */
  #dismiss(): void {
    if (this.#consumer && !this.#connection.isClosed()) this.#connection.publish(`$JS.API.CONSUMER.DELETE.${this.#options.stream}.${this.#consumer}`);
  }

  /**
   * Makes a new consumer that starts after the last entry handed over; tries until it works or the reader is closed. Never rejects;
   * answers why it gave up, when there is a time to.
   */
  async #rebuild(untilMs = Infinity): Promise<string | undefined> {
    if (this.#rebuilding) return undefined;
    this.#rebuilding = true;
    for (;;) {
      this.#subscription?.unsubscribe();
      if (this.#arrivals.isClosed) return undefined;
      this.#dismiss();
      const consumer = `r${nuid.next()}`;
      const inbox = `_INBOX.${consumer}`;
      this.#consumer = consumer;
      this.#inbox = inbox;
      this.#consumerSequence = 0;
      this.#credits = 0;
      try {
        this.#subscription = this.#connection.subscribe(`${inbox}.*`, { callback: (error, message) => void (error ?? this.#arrived(inbox, message)) });
        await this.#createConsumer();
        break;
      } catch (error) {
        // Without a connection there is nothing to try; whoever reads learns it from take().
        if (this.#connection.isClosed()) this.close();
        else if (this.#clock.monotonicMs() > untilMs) return (error as Error).message;
        else await this.#clock.sleep(REBUILD_WAIT_MS);
      }
    }
    this.#rebuilding = false;
    this.#heardMs = this.#clock.monotonicMs();
    this.#pull();
    return undefined;
  }

  /** By L3; false when the reader ends here. */
  async #sameStream(): Promise<boolean> {
    const { created, state } = await this.#ask<{ created: string; state: { last_seq: number } }>(`$JS.API.STREAM.INFO.${this.#options.stream}`);
    const before = (this.#created ??= created);
    this.#created = created;
    if (before === created && state.last_seq >= this.#nextSequence - 1) return true;
    this.#nextSequence = 1;
    if (this.#options.whenMadeAgain === 'begin anew') return true;
    this.close();
    return false;
  }

  async #createConsumer(): Promise<void> {
    if (!(await this.#sameStream())) return;
    const { stream, filters } = this.#options;
    const config = {
      name: this.#consumer,
      ack_policy: 'none',
      deliver_policy: 'by_start_sequence',
      opt_start_seq: this.#nextSequence,
      // Several filters cost the server more than one, so one is sent as one.
      ...(filters.length === 1 ? { filter_subject: filters[0] } : { filter_subjects: filters }),
      replay_policy: 'instant',
      mem_storage: true,
      num_replicas: 1,
      inactive_threshold: CONSUMER_IDLE_MS * 1e6,
    };
    const subject = `$JS.API.CONSUMER.CREATE.${stream}.${this.#consumer}${filters.length === 1 ? `.${filters[0]}` : ''}`;
    await this.#ask(subject, { stream_name: stream, config });
  }

  #ask<T>(subject: string, question?: unknown): Promise<T> {
    return ask<T>(this.#connection, this.#clock, subject, question, ASK_WAIT_MS);
  }

  #resume(): void {
    this.#isPaused = false;
    this.#pull();
  }

  #pull(): void {
    if (this.#arrivals.isClosed || this.#rebuilding) return;
    if (this.#credits > BATCH / 2 || this.#isPaused || this.#arrivals.size + this.#credits + BATCH > CAPACITY) return; // by L2
    this.#credits += BATCH;
    const request = { batch: BATCH, expires: PULL_EXPIRES_MS * 1e6, idle_heartbeat: HEARTBEAT_MS * 1e6 };
    this.#connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${this.#options.stream}.${this.#consumer}`, JSON.stringify(request), { reply: `${this.#inbox}.p` });
  }

  #arrived(inbox: string, message: Msg): void {
    if (inbox !== this.#inbox || this.#arrivals.isClosed) return; // a late delivery of a consumer we gave up
    this.#heardMs = this.#clock.monotonicMs();
    if (message.subject.startsWith(inbox)) {
      this.#status(message);
      return;
    }
    const { streamSequence, consumerSequence } = deliveredAs(message.reply!);
    if (consumerSequence !== this.#consumerSequence + 1) {
      void this.#rebuild(); // by L1
      return;
    }
    this.#consumerSequence = consumerSequence;
    this.#nextSequence = streamSequence + 1;
    this.#credits = Math.max(0, this.#credits - 1);
    this.#arrivals.push({ subject: message.subject, sequence: streamSequence, data: message.data });
    if (this.#credits <= BATCH / 2) this.#pull();
  }

  #status(message: Msg): void {
    const code = message.headers?.code;
    if (code === 100) {
      const last = Number(message.headers!.get('Nats-Last-Consumer'));
      if (last > this.#consumerSequence) void this.#rebuild(); // by L1: it delivered what we never got
      return;
    }
    if (code === 404 || code === 408) {
      this.#credits = Math.max(0, this.#credits - Number(message.headers!.get('Nats-Pending-Messages') || BATCH));
      this.#pull();
      return;
    }
    void this.#rebuild(); // 409 consumer deleted or server shutting down, 503 no leader
  }
}
