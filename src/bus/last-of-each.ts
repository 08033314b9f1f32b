// The newest entry of each of many subjects, through one consumer instead of a question a subject.
// E1. A consumer may live on a replica that lags. The caller names an entry that is the newest of its subject; an answer without it is
//     too old, and the question is asked again.
import type { NatsConnection } from '@nats-io/nats-core';
import type { Clock } from '#clock/clock.ts';
import { Fault } from '#domain/fault.ts';
import type { LogEntry } from './bus.ts';
import { collect } from './collect.ts';

const AGAIN_WAIT_MS = 50;
const OPEN_WAIT_MS = 15_000; // longer than an election

export interface LastOfEach {
  readonly stream: string;
  readonly filters: readonly string[];
  /** By E1; any answer will do when undefined. */
  readonly known: number | undefined;
  /** Only entries behind it are asked for, when defined. */
  readonly after: number | undefined;
}

/** In stream order. Throws LEASE_LOST when `known` is not the newest entry of its subject any more, NATS_UNREACHABLE. */
export async function lastOfEach(connection: NatsConnection, clock: Clock, { stream, filters, known, after }: LastOfEach): Promise<readonly LogEntry[]> {
  let why = '';
  for (const lateMs = clock.monotonicMs() + OPEN_WAIT_MS; clock.monotonicMs() < lateMs; await clock.sleep(AGAIN_WAIT_MS)) {
    try {
      // A server that is asked for what came lately looks at that; asked for the last of each subject, at every subject.
      const found = after === undefined ? await collect(connection, clock, stream, filters, { deliver_policy: 'last_per_subject' }) : newestOfEach(await collect(connection, clock, stream, filters, { deliver_policy: 'by_start_sequence', opt_start_seq: after + 1 }));
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

/** Of entries in stream order. */
function newestOfEach(entries: readonly LogEntry[]): LogEntry[] {
  const newest = new Map(entries.map((entry) => [entry.subject, entry]));
  return entries.filter((entry) => newest.get(entry.subject) === entry);
}
