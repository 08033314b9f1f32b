// Publishes to streams through one reply inbox and one wildcard subscription: 5 to 10 times the client library's own publish,
// which pays a request per message.
// P1. An append is answered when the stream has stored it, with the sequence; no answer in time is "unknown", never "stored".
//     Of a chain only the last entry is answered, which speaks for all of them (T1 in step.ts).
// P2. At most `IN_FLIGHT_MAX` appends wait for an answer; more callers wait in order.
// P3. An answer that proves nothing was stored and nothing stands in the way (`again` in answers.ts) is acted on here: the same
//     append goes out once more. All other answers are the caller's to act on.
// P4. A replicated stream that changes its leader may forget what was on its way to it. What may be repeated there is sent again while its
//     answer is awaited, each time after several times as long as answers take at present: by its message id it is stored once, and a log
//     that is slow is not given the same work again and again.
// P5. A server that is cut off from the others takes connections and answers nothing. When it has answered nothing for SILENCE_MS_MAX
//     though something was asked, another server is tried.
// Absent: what the answers mean (answers.ts), how a step is stored (step.ts).
import { type Msg, type MsgHdrs, type NatsConnection, nuid } from '@nats-io/nats-core';
import type { Cancel, Clock } from '#clock/clock.ts';
import { Fault } from '#domain/fault.ts';
import { answerFault, type LogError, meaningOf } from './answers.ts';
import type { Fence, StepEntry } from './bus.ts';
import { type ChainOptions, linkOf, partOf } from './step.ts';

/** Shorter than the 4 to 9 s in which a stream elects a new leader, so that whoever waits is trying again by the time there is one. */
const ANSWER_TIMEOUT_MS = 2_000;
const LOOK_EVERY_MS = 25;
const REPEAT_AFTER_MS_MIN = 50;
const REPEAT_AFTER_MS_MAX = 250; // an answer that waited for an election says nothing about the next one
const REPEAT_AFTER_ANSWERS = 8;
/** Weight of the newest answer in what answers take at present. */
const ANSWER_WEIGHT = 1 / 16;
const SILENCE_MS_MAX = 3_000;
const AGAIN_WAIT_MS = 5; // what is in process takes about a millisecond
const CLOSED = 'the connection was closed';
const IN_FLIGHT_MAX = 1_024; // 64 KB frames: 64 MB on the way, a quarter of the server's max_pending

interface Waiting {
  readonly subject: string;
  readonly sentMs: number;
  /** When it is sent again, by P4; never when undefined. */
  repeatMs: number | undefined;
  /** The answer `again`, when that was the last. */
  refusal: Fault | undefined;
  readonly send: (reply: string) => void;
  readonly resolve: (sequence: number) => void;
  readonly reject: (fault: Fault) => void;
}

interface PublishAnswer {
  readonly seq?: number;
  readonly error?: LogError;
}

export class Publisher {
  readonly #connection: NatsConnection;
  readonly #clock: Clock;
  readonly #inbox = `_INBOX.${nuid.next()}`;
  readonly #waiting = new Map<string, Waiting>();
  readonly #queue: (() => void)[] = [];
  readonly #stopWatch: Cancel;
  #next = 0;
  #heardMs: number;
  /** What an answer takes at present. */
  #answerMs = 1;
  #closed = false;

  constructor(connection: NatsConnection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
    connection.subscribe(`${this.#inbox}.*`, { callback: (error, message) => void (error ?? this.#answered(message)) });
    this.#heardMs = clock.monotonicMs();
    this.#stopWatch = clock.every(LOOK_EVERY_MS, () => this.#look());
  }

  append(subject: string, data: Uint8Array, options: ChainOptions = {}): Promise<number> {
    const isPlain = !options.messageId && !options.fence && !options.after;
    return this.#publish(subject, options.mayRepeat === true, (reply) => this.#connection.publish(subject, data, isPlain ? { reply } : { reply, headers: conditions(options) }));
  }

  /** Entries each behind the one before it, the first under the fence. Answers the sequence of the last. */
  appendChain(entries: readonly StepEntry[], fence: Fence): Promise<number> {
    return this.#publish(entries.at(-1)!.subject, false, (reply) => {
      for (const [k, { subject, data }] of entries.entries()) {
        const meta = conditions(linkOf(entries, k, fence));
        this.#connection.publish(subject, data, k === entries.length - 1 ? { reply, headers: meta } : { headers: meta });
      }
    });
  }

  /** All entries or none, in one round trip. Answers the sequence of the last. The stream must allow atomic batches. */
  appendBatch(entries: readonly StepEntry[], fence: Fence): Promise<number> {
    return this.#publish(entries.at(-1)!.subject, true, (reply) => {
      // A new name each time it is sent: what was left of an earlier try is forgotten by the server.
      const batch = nuid.next();
      for (const [k, { subject, data }] of entries.entries()) {
        const isLast = k === entries.length - 1;
        const meta = conditions(partOf(entries, k, fence), `Nats-Batch-Id: ${batch}\r\nNats-Batch-Sequence: ${k + 1}\r\n${isLast ? 'Nats-Batch-Commit: 1\r\n' : ''}`);
        this.#connection.publish(subject, data, isLast ? { reply, headers: meta } : { headers: meta });
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

  async #publish(subject: string, mayRepeat: boolean, send: (reply: string) => void): Promise<number> {
    if (this.#waiting.size >= IN_FLIGHT_MAX) await new Promise<void>((go) => this.#queue.push(go));
    if (this.#closed) throw unreachable(subject, new Error(CLOSED));
    const id = (this.#next++).toString(36);
    const sentMs = this.#clock.monotonicMs();
    if (this.#waiting.size === 0) this.#heardMs = sentMs; // who was not asked was not silent
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { subject, sentMs, repeatMs: mayRepeat ? sentMs + this.#repeatAfterMs : undefined, refusal: undefined, send, resolve, reject });
      this.#send(id);
    });
  }

  #send(id: string): void {
    const waiting = this.#waiting.get(id);
    try {
      waiting?.send(`${this.#inbox}.${id}`);
    } catch (cause) {
      this.#settle(id)?.reject(unreachable(waiting!.subject, cause));
    }
  }

  #answered(message: Msg): void {
    this.#heardMs = this.#clock.monotonicMs();
    const id = message.subject.slice(this.#inbox.length + 1);
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    if (message.data.length === 0) {
      this.#settle(id);
      waiting.reject(
        new Fault('LOG_REFUSED', `${waiting.subject}: no stream took the append (${message.headers?.code ?? 'no answer'})`, {
          cure: 'wait for the stream’s leader; if it lasts, check that the cluster’s streams exist (`qmtl status`)',
          retry: true,
        }),
      );
      return;
    }
    const { seq, error } = message.json<PublishAnswer>();
    if (error && meaningOf(error.err_code).action === 'again') {
      waiting.refusal = answerFault(waiting.subject, error);
      this.#clock.after(AGAIN_WAIT_MS, () => this.#send(id)); // by P3
      return;
    }
    this.#settle(id);
    this.#answerMs += (this.#heardMs - waiting.sentMs - this.#answerMs) * ANSWER_WEIGHT;
    if (error) waiting.reject(answerFault(waiting.subject, error));
    else waiting.resolve(seq!);
  }

  get #repeatAfterMs(): number {
    return Math.min(REPEAT_AFTER_MS_MAX, Math.max(REPEAT_AFTER_MS_MIN, REPEAT_AFTER_ANSWERS * this.#answerMs));
  }

  #settle(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (this.#waiting.delete(id)) this.#queue.shift()?.();
    return waiting;
  }

  #look(): void {
    const nowMs = this.#clock.monotonicMs();
    if (this.#waiting.size > 0 && nowMs - this.#heardMs > SILENCE_MS_MAX) {
      this.#heardMs = nowMs;
      void this.#connection.reconnect().catch(() => {}); // by P5; one that is lost or closed does so by itself
    }
    for (const [id, waiting] of this.#waiting) {
      if (waiting.sentMs <= nowMs - ANSWER_TIMEOUT_MS) {
        this.#settle(id);
        waiting.reject(waiting.refusal ?? unreachable(waiting.subject, new Error(`no answer in ${ANSWER_TIMEOUT_MS} ms`)));
      } else if (waiting.repeatMs !== undefined && waiting.repeatMs <= nowMs) {
        waiting.repeatMs = nowMs + this.#repeatAfterMs;
        this.#send(id);
      }
    }
  }
}

/**
 * The headers of an append. The client only ever encodes what it is given, and its own headers are looked through for every name that is
 * set, and every name spelled anew, which costs more than all the rest of an append.
 */
function conditions({ messageId, after, fence }: ChainOptions, more = ''): MsgHdrs {
  let lines = `NATS/1.0\r\n${more}`;
  if (messageId) lines += `Nats-Msg-Id: ${messageId}\r\n`;
  if (after) lines += `Nats-Expected-Last-Msg-Id: ${after}\r\n`;
  if (fence) lines += `Nats-Expected-Last-Subject-Sequence: ${fence.sequence}\r\nNats-Expected-Last-Subject-Sequence-Subject: ${fence.subject}\r\n`;
  return { encode: () => Buffer.from(`${lines}\r\n`) } as Partial<MsgHdrs> as MsgHdrs;
}

function unreachable(subject: string, cause: unknown): Fault {
  return new Fault('NATS_UNREACHABLE', `${subject}: the outcome of an append is unknown: ${(cause as Error).message}`, {
    cure: 'check that nats-server runs and can be reached',
    retry: true,
    cause,
  });
}
