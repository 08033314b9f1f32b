// The newest entry of each of many subjects, through one consumer instead of a question a subject: ten thousand come in a tenth of a
// second.
// E1. A consumer may live on a replica that lags. The caller names an entry that is the newest of its subject; an answer without it is
//     too old, and the question is asked again.
// E2. What came before a silence is dropped and asked for anew: half an answer would look like subjects without entries.
import { type Msg, type NatsConnection, nuid } from '@nats-io/nats-core';
import type { Clock } from '#clock/clock.ts';
import { Fault } from '#domain/fault.ts';
import { ask } from './ask.ts';
import type { LogEntry } from './bus.ts';
import { deliveredAs } from './delivery.ts';

const ASK_WAIT_MS = 2_000;
const SILENCE_MS_MAX = 1_000;
const AGAIN_WAIT_MS = 50;
const OPEN_WAIT_MS = 15_000; // longer than an election
const CONSUMER_IDLE_MS = 5_000;

export interface LastOfEach {
  readonly stream: string;
  readonly filters: readonly string[];
  /** By E1; any answer will do when undefined. */
  readonly known: number | undefined;
  /** Only entries behind it are asked for, when defined. */
  readonly after: number | undefined;
}

/** In stream order. Throws LEASE_LOST when `known` is not the newest entry of its subject any more, NATS_UNREACHABLE. */
export async function lastOfEach(connection: NatsConnection, clock: Clock, question: LastOfEach): Promise<readonly LogEntry[]> {
  const { filters, known } = question;
  let why = '';
  for (const lateMs = clock.monotonicMs() + OPEN_WAIT_MS; clock.monotonicMs() < lateMs; await clock.sleep(AGAIN_WAIT_MS)) {
    try {
      const found = await collect(connection, clock, question);
      if (known === undefined || found.some(({ sequence }) => sequence === known)) return found;
      const newest = found.at(-1)?.sequence ?? 0;
      if (newest > known) throw new Fault('LEASE_LOST', `${filters.join(', ')}: entry ${known} is not the newest of its subject any more`);
      why = `the answer ends at entry ${newest}, before ${known}`;
    } catch (error) {
      if (error instanceof Fault || connection.isClosed()) throw error;
      why = (error as Error).message;
    }
  }
  throw new Fault('NATS_UNREACHABLE', `${filters.join(', ')}: ${why}`, { cure: 'check that nats-server runs', retry: true });
}

async function collect(connection: NatsConnection, clock: Clock, { stream, filters, after }: LastOfEach): Promise<LogEntry[]> {
  const consumer = `l${nuid.next()}`;
  const inbox = `_INBOX.${consumer}`;
  const found: LogEntry[] = [];
  let heardMs = clock.monotonicMs();
  let due = Number.POSITIVE_INFINITY;
  let done: () => void = () => {};
  let fail: (reason: Error) => void = () => {};
  const all = new Promise<void>((resolve, reject) => ([done, fail] = [resolve, reject]));
  all.catch(() => {});
  const arrived = (message: Msg): void => {
    heardMs = clock.monotonicMs();
    if (message.subject.startsWith(inbox)) {
      fail(new Error(`the log ended its answer: ${message.headers?.description ?? 'no reason given'}`));
      return;
    }
    found.push({ subject: message.subject, sequence: deliveredAs(message.reply!).streamSequence, data: message.data });
    if (found.length === due) done();
  };
  const subscription = connection.subscribe(`${inbox}.*`, { callback: (error, message) => (error ? fail(error) : arrived(message)) });
  const watchdog = clock.every(SILENCE_MS_MAX / 2, () => {
    if (clock.monotonicMs() - heardMs > SILENCE_MS_MAX) fail(new Error('the log fell silent'));
  });
  try {
    // A server that is asked for what came lately looks at that; asked for the last of each subject, at every subject.
    const start = after === undefined ? { deliver_policy: 'last_per_subject' } : { deliver_policy: 'by_start_sequence', opt_start_seq: after + 1 };
    const config = { name: consumer, ack_policy: 'none', ...start, filter_subjects: filters, replay_policy: 'instant', mem_storage: true, num_replicas: 1, inactive_threshold: CONSUMER_IDLE_MS * 1e6 };
    const made = await ask<{ num_pending: number }>(connection, clock, `$JS.API.CONSUMER.CREATE.${stream}.${consumer}`, { stream_name: stream, config }, ASK_WAIT_MS);
    due = made.num_pending;
    heardMs = clock.monotonicMs();
    if (due > 0) {
      connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, JSON.stringify({ batch: due, expires: OPEN_WAIT_MS * 1e6 }), { reply: `${inbox}.p` });
      await all;
    }
    return after === undefined ? found : newestOfEach(found);
  } finally {
    watchdog();
    subscription.unsubscribe();
    if (!connection.isClosed()) connection.publish(`$JS.API.CONSUMER.DELETE.${stream}.${consumer}`);
  }
}

/** Of entries in stream order. */
function newestOfEach(entries: readonly LogEntry[]): LogEntry[] {
  const newest = new Map(entries.map((entry) => [entry.subject, entry]));
  return entries.filter((entry) => newest.get(entry.subject) === entry);
}
