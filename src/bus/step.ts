// How a step is stored: the entries an owner writes together, under one fence. Two ways, by what the stream is; both keep B4.
//
//   stream           way            what is left after a refusal
//   one server       one by one     the refused entries and all behind them on their subjects
//   replicated, R3   atomic batch   everything: all of it is stored or none
//
// T1. Entries whose fence is their own subject move the fence themselves, so each after the first is stored only behind the one
//     before it. On one server that is a condition on the newest entry of the stream. A replicated stream must never see that
//     condition: its replicas check it when they apply the entry, and one that fails stops the stream for good (nats-server 2.15.1).
//     As none of them is stored without all before it, the answer to the last speaks for all, and the server gives no other.
// T2. A replicated stream takes one conditional append at a time under a fence, so those under one fence wait for each other.
// T3. A batch that holds a stored entry proves that an earlier try of it was stored, because batches are stored whole. It is
//     believed once the log shows the batch's last entry.
// T4. A slot tries a step again as it was, cut into the same batches. So the message id of a batch's last entry stands for all of it, and
//     the log need not remember the others: 0.2 KB on every server for each row of each node of the last minute. What a feed tries again
//     (its entries are those of T1) may be cut in other places, so there each entry keeps its id.
import { Fault, isFault } from '#domain/fault.ts';
import type { AppendOptions, Fence, LogEntry, StepEntry, StepOutcome, StoredEntry } from './bus.ts';

/** The server takes 1,000 entries in a batch; and the leader sends all of it to its followers in one piece. */
const BATCH_ENTRIES_MAX = 500;
const BATCH_BYTES_MAX = 4 * 2 ** 20;
const DUPLICATE_IN_BATCH = 10201;

/** What an append may ask for inside the bus. */
export interface ChainOptions extends AppendOptions {
  /** Store only if the newest entry of the whole stream has this message id; else LEASE_LOST, as for a fence. Never on a replicated stream, by T1. */
  readonly after?: string;
  /** It may be sent again before it is answered; only on a replicated stream, which knows its message id before it looks at its fence. */
  readonly mayRepeat?: boolean;
}

type Append = (subject: string, data: Uint8Array, options: ChainOptions) => Promise<number>;

/** How a stream on one server takes entries. */
export interface SinglePorts {
  readonly append: Append;
  /** Entries each behind the one before it, the first under the fence, all sent at once; answers the sequence of the last. */
  readonly appendChain: (entries: readonly StepEntry[], fence: Fence) => Promise<number>;
}

/** Stores a step entry by entry. Throws LEASE_LOST, and what the log refuses for good. */
export async function storeOneByOne({ append, appendChain }: SinglePorts, entries: readonly StepEntry[], fence: Fence): Promise<StepOutcome> {
  if (entries.length > 0 && entries.every(({ subject }) => subject === fence.subject)) return storeChain(appendChain, entries, fence);
  const queues = Array.from(Map.groupBy(entries, (entry) => entry.subject).values());
  const turns = Math.max(0, ...queues.map((queue) => queue.length));
  let newest: StoredEntry | undefined;
  for (let turn = 0; turn < turns; turn++) {
    // Those of one subject go one after the other, those of different subjects together.
    const now = queues.flatMap((queue) => queue.slice(turn, turn + 1));
    const tries = await Promise.allSettled(now.map(({ subject, data, messageId }) => append(subject, data, { messageId, fence })));
    const reason = firstReason(tries);
    for (const [k, result] of tries.entries()) if (result.status === 'fulfilled') newest = newerOf(newest, { sequence: result.value, data: now[k]!.data });
    if (reason === undefined) continue;
    const refused = now.filter((_, k) => tries[k]!.status === 'rejected');
    return { newest, left: [...refused, ...queues.flatMap((queue) => queue.slice(turn + 1))], reason };
  }
  return { newest, left: [] };
}

/** By T1. */
async function storeChain(appendChain: SinglePorts['appendChain'], entries: readonly StepEntry[], fence: Fence): Promise<StepOutcome> {
  try {
    return { newest: { sequence: await appendChain(entries, fence), data: entries.at(-1)!.data }, left: [] };
  } catch (error) {
    if (!isFault(error) || !error.retry) throw error;
    return { newest: undefined, left: entries, reason: error };
  }
}

/** Of two entries the one behind the other. */
export function newerOf(a: StoredEntry | undefined, b: StoredEntry | undefined): StoredEntry | undefined {
  return b === undefined || (a !== undefined && a.sequence > b.sequence) ? a : b;
}

/** What the entry at `k` of a chain asks for. */
export function linkOf(entries: readonly StepEntry[], k: number, fence: Fence): ChainOptions {
  const { messageId } = entries[k]!;
  return k === 0 ? { messageId, fence } : { messageId, after: entries[k - 1]!.messageId };
}

/** What the entry at `k` of a batch asks for; by T4. */
export function partOf(entries: readonly StepEntry[], k: number, fence: Fence): ChainOptions {
  const { subject, messageId } = entries[k]!;
  const isNamed = k === entries.length - 1 || subject === fence.subject;
  return { ...(k === 0 && { fence }), ...(isNamed && { messageId }) };
}

/** Undefined when all were stored. Throws the first reason that no other try can mend. */
function firstReason(tries: readonly PromiseSettledResult<number>[]): Fault | undefined {
  const reasons = tries.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  const final = reasons.find((reason) => !isFault(reason) || !reason.retry);
  if (final !== undefined) throw final;
  return reasons[0] as Fault | undefined;
}

export interface BatchPorts {
  readonly append: Append;
  readonly appendBatch: (entries: readonly StepEntry[], fence: Fence) => Promise<number>;
  readonly last: (subject: string) => Promise<LogEntry | undefined>;
}

/** Stores steps as atomic batches. */
export class BatchStore {
  readonly #ports: BatchPorts;
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(ports: BatchPorts) {
    this.#ports = ports;
  }

  /** Throws LEASE_LOST, and what the log refuses for good. */
  async store(entries: readonly StepEntry[], fence: Fence): Promise<StepOutcome> {
    const { subject } = fence;
    const outcome = (this.#turns.get(subject) ?? Promise.resolve()).then(() => this.#store(entries, fence)); // by T2
    const turn = outcome.catch(() => {});
    this.#turns.set(subject, turn);
    try {
      return await outcome;
    } finally {
      if (this.#turns.get(subject) === turn) this.#turns.delete(subject);
    }
  }

  async #store(entries: readonly StepEntry[], fence: Fence): Promise<StepOutcome> {
    let newest: StoredEntry | undefined;
    for (let from = 0; from < entries.length; ) {
      const batch = entries.slice(from, batchEnd(entries, from));
      try {
        const moved = fence.subject === batch[0]!.subject && newest ? { subject: fence.subject, sequence: newest.sequence } : fence; // by T1
        newest = newerOf(newest, { sequence: await this.#storeBatch(batch, moved), data: batch.at(-1)!.data });
      } catch (error) {
        if (!isFault(error) || !error.retry) throw error;
        return { newest, left: entries.slice(from), reason: error };
      }
      from += batch.length;
    }
    return { newest, left: [] };
  }

  async #storeBatch(batch: readonly StepEntry[], fence: Fence): Promise<number> {
    const { append, appendBatch, last } = this.#ports;
    const end = batch.at(-1)!;
    // One entry needs no batch, and is answered with its place when the log has it already.
    if (batch.length === 1) return append(end.subject, end.data, { messageId: end.messageId, fence, mayRepeat: true });
    try {
      return await appendBatch(batch, fence);
    } catch (error) {
      if (!isFault(error) || error.data['errorCode'] !== DUPLICATE_IN_BATCH) throw error;
      const stored = await last(end.subject);
      if (stored && Buffer.compare(stored.data, end.data) === 0) return stored.sequence; // by T3
      throw new Fault('LEASE_LOST', `${end.subject}: a part of what was to be stored is in the log, and what follows it is another’s`, { cause: error });
    }
  }
}

function batchEnd(entries: readonly StepEntry[], from: number): number {
  let bytes = 0;
  let to = from;
  while (to < entries.length && to - from < BATCH_ENTRIES_MAX && (to === from || bytes + entries[to]!.data.length <= BATCH_BYTES_MAX)) bytes += entries[to++]!.data.length;
  return to;
}
