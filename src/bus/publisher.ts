// Publishes to streams through one reply inbox and one wildcard subscription: 5 to 10 times the client library's own publish,
// which pays a request per message.
// P1. An append is answered when the stream has stored it, with the sequence; no answer in time is "unknown", never "stored".
// P2. At most `inFlightMax` appends wait for an answer; more callers wait in order.
import { headers, nuid, type Msg, type NatsConnection } from '@nats-io/nats-core';
import type { Cancel, Clock } from '#clock/clock.ts';
import { Fault } from '#domain/fault.ts';
import type { AppendOptions } from './bus.ts';

const ANSWER_TIMEOUT_MS = 5_000;
const CLOSED = 'the connection was closed';
const IN_FLIGHT_MAX = 1_024; // 64 KB frames: 64 MB on the way, a quarter of the server's max_pending

interface Waiting {
  readonly subject: string;
  readonly sentMs: number;
  readonly resolve: (sequence: number) => void;
  readonly reject: (fault: Fault) => void;
}

interface PublishAnswer {
  readonly seq?: number;
  readonly error?: { readonly err_code: number; readonly description: string };
}

/** What a publish answer's error code means. A code not listed is refused for good. */
const ANSWERS: Readonly<Record<number, { code: 'LEASE_LOST' | 'LOG_REFUSED' | 'DISK_FULL'; retry: boolean; why: string }>> = {
  10071: { code: 'LEASE_LOST', retry: false, why: 'the fence does not stand any more' },
  10070: { code: 'LEASE_LOST', retry: false, why: 'another entry came between it and the one it follows' },
  10164: { code: 'LOG_REFUSED', retry: true, why: 'another conditional append is in process' },
  10158: { code: 'LOG_REFUSED', retry: true, why: 'the same append is in process' },
  10077: { code: 'LOG_REFUSED', retry: true, why: 'the stream reached its size limit' },
  10047: { code: 'DISK_FULL', retry: true, why: 'the server has no storage left' },
  10023: { code: 'DISK_FULL', retry: true, why: 'the server has no resources left' },
  10167: { code: 'LOG_REFUSED', retry: true, why: 'the server has too many appends waiting' },
};

export class Publisher {
  readonly #connection: NatsConnection;
  readonly #clock: Clock;
  readonly #inbox = `_INBOX.${nuid.next()}`;
  readonly #waiting = new Map<string, Waiting>();
  readonly #queue: (() => void)[] = [];
  readonly #stopWatch: Cancel;
  #next = 0;
  #closed = false;

  constructor(connection: NatsConnection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
    connection.subscribe(`${this.#inbox}.*`, { callback: (error, message) => void (error ?? this.#answered(message)) });
    this.#stopWatch = clock.every(250, () => this.#expire());
  }

  async append(subject: string, data: Uint8Array, options: AppendOptions = {}): Promise<number> {
    if (this.#waiting.size >= IN_FLIGHT_MAX) await new Promise<void>((go) => this.#queue.push(go));
    if (this.#closed) throw unreachable(subject, new Error(CLOSED));
    const id = (this.#next++).toString(36);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { subject, sentMs: this.#clock.monotonicMs(), resolve, reject });
      const reply = `${this.#inbox}.${id}`;
      try {
        this.#connection.publish(subject, data, options.messageId || options.fence || options.after ? { reply, headers: conditions(options) } : { reply });
      } catch (cause) {
        this.#settle(id)?.reject(unreachable(subject, cause));
      }
    });
  }

  /** Gives up every answer still waited for: those to what went over a lost connection never come. By P1 their outcome is unknown. */
  giveUp(why: string): void {
    for (const id of Array.from(this.#waiting.keys())) {
      const waiting = this.#settle(id);
      waiting?.reject(unreachable(waiting.subject, new Error(why)));
    }
  }

  close(): void {
    this.#closed = true;
    this.#stopWatch();
    this.giveUp(CLOSED);
    for (const go of this.#queue.splice(0)) go();
  }

  #answered(message: Msg): void {
    const waiting = this.#settle(message.subject.slice(this.#inbox.length + 1));
    if (!waiting) return;
    if (message.data.length === 0) {
      waiting.reject(
        new Fault('LOG_REFUSED', `${waiting.subject}: no stream took the append (${message.headers?.code ?? 'no answer'})`, {
          cure: 'wait for the stream’s leader; if it lasts, check that the cluster’s streams exist (`qmtl status`)',
          retry: true,
        }),
      );
      return;
    }
    const answer = message.json<PublishAnswer>();
    if (!answer.error) {
      waiting.resolve(answer.seq!);
      return;
    }
    const { err_code: errorCode, description } = answer.error;
    const known = ANSWERS[errorCode] ?? { code: 'LOG_REFUSED' as const, retry: false, why: description };
    waiting.reject(
      new Fault(known.code, `${waiting.subject}: ${known.why} (log error ${errorCode}: ${description})`, {
        cure: known.code === 'DISK_FULL' ? 'free space where the log is stored; nothing accepted is lost, the append is tried again' : 'see docs/errors.md',
        retry: known.retry,
        data: { errorCode },
      }),
    );
  }

  #settle(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (this.#waiting.delete(id)) this.#queue.shift()?.();
    return waiting;
  }

  #expire(): void {
    const before = this.#clock.monotonicMs() - ANSWER_TIMEOUT_MS;
    for (const [id, waiting] of this.#waiting) {
      if (waiting.sentMs > before) return; // the map keeps the order of sending
      this.#settle(id);
      waiting.reject(unreachable(waiting.subject, new Error(`no answer in ${ANSWER_TIMEOUT_MS} ms`)));
    }
  }
}

function conditions(options: AppendOptions): ReturnType<typeof headers> {
  const all = headers();
  if (options.messageId) all.set('Nats-Msg-Id', options.messageId);
  if (options.after) all.set('Nats-Expected-Last-Msg-Id', options.after);
  if (options.fence) {
    all.set('Nats-Expected-Last-Subject-Sequence', String(options.fence.sequence));
    all.set('Nats-Expected-Last-Subject-Sequence-Subject', options.fence.subject);
  }
  return all;
}

function unreachable(subject: string, cause: unknown): Fault {
  return new Fault('NATS_UNREACHABLE', `${subject}: the outcome of an append is unknown: ${(cause as Error).message}`, {
    cure: 'check that nats-server runs and can be reached',
    retry: true,
    cause,
  });
}
