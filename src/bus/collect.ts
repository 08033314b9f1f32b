// Many entries at once, through one consumer that goes when they are there: ten thousand come in a tenth of a second, a question for
// each would take a hundred times as long.
// E2. What came before a silence is dropped and asked for anew: half an answer would look like entries that are not there.
import { type Msg, type NatsConnection, nuid } from '@nats-io/nats-core';
import type { Clock } from '#clock/clock.ts';
import { ask } from './ask.ts';
import type { LogEntry } from './bus.ts';
import { deliveredAs } from './delivery.ts';

const ASK_WAIT_MS = 2_000;
const SILENCE_MS_MAX = 1_000;
const ANSWER_WAIT_MS = 15_000; // longer than an election
const CONSUMER_IDLE_MS = 5_000;

/** Which entries of the subjects: the newest of each, all, or all from a sequence on. */
export type Which = { readonly deliver_policy: 'last_per_subject' | 'all' } | { readonly deliver_policy: 'by_start_sequence'; readonly opt_start_seq: number };

/** In stream order, as the replica that answers has them. Throws what kept them from coming; by E2 nothing is known then. */
export async function collect(connection: NatsConnection, clock: Clock, stream: string, filters: readonly string[], which: Which): Promise<LogEntry[]> {
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
    const config = { name: consumer, ack_policy: 'none', ...which, filter_subjects: filters, replay_policy: 'instant', mem_storage: true, num_replicas: 1, inactive_threshold: CONSUMER_IDLE_MS * 1e6 };
    const made = await ask<{ num_pending: number }>(connection, clock, `$JS.API.CONSUMER.CREATE.${stream}.${consumer}`, { stream_name: stream, config }, ASK_WAIT_MS);
    due = made.num_pending;
    heardMs = clock.monotonicMs();
    if (due > 0) {
      connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, JSON.stringify({ batch: due, expires: ANSWER_WAIT_MS * 1e6 }), { reply: `${inbox}.p` });
      await all;
    }
    return found;
  } finally {
    watchdog();
    subscription.unsubscribe();
    if (!connection.isClosed()) connection.publish(`$JS.API.CONSUMER.DELETE.${stream}.${consumer}`);
  }
}
