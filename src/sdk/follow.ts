// Reads the rows of a node from a cluster, each once and in order, wherever the node runs and whoever runs it.
import type { Bus } from '#bus/bus.ts';
import { decodeFrame } from '#bus/frame.ts';
import type { Subjects } from '#bus/subjects.ts';
import { BAR_COLUMNS } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import type { NodeID } from '#domain/node-spec.ts';
import { type NodeRecord, subjectOf } from '#supervisor/records.ts';

export interface FollowedRows {
  /** Number of the first row. */
  readonly first: number;
  readonly count: number;
  readonly t: Float64Array;
  /** One per output of the node. */
  readonly columns: readonly Float64Array[];
}

export interface FollowOptions {
  /** First row wanted; `new` skips what is in the log already. */
  readonly from: 'first' | 'new';
  /** Ends at the last row that is in the log now. */
  readonly untilNow?: boolean;
  readonly signal?: AbortSignal;
}

/** The record of a node. Throws NODE_UNKNOWN. */
export async function findNode(bus: Bus, id: string): Promise<NodeRecord> {
  const nodes = await bus.bucket<NodeRecord>('nodes');
  const whole = /^[\da-f]{64}$/.test(id) ? await nodes.get(id) : undefined;
  if (whole) return whole.value;
  const found = (await nodes.all()).filter(({ key }) => key.startsWith(id));
  if (found.length === 1) return found[0]!.value;
  throw new Fault('NODE_UNKNOWN', found.length === 0 ? `no node has the id ${id}` : `${found.length} nodes have ids that begin with ${id}`, {
    cure: found.length === 0 ? '`qmtl dag show` lists the nodes there are' : 'give more digits of it',
    data: { id },
  });
}

/** Rows of a node as they are committed. Throws LOG_GAP when the log lost some. */
export async function* follow(bus: Bus, subjects: Subjects, record: NodeRecord, options: FollowOptions): AsyncGenerator<FollowedRows> {
  const { id, spec } = record.node;
  const isStream = spec.nodeType === 'stream';
  const stream = isStream ? 'IN' : 'OUT';
  const subject = subjectOf(subjects, record);
  const columnsOf = (columns: readonly Float64Array[]): readonly Float64Array[] => (isStream ? [columns[BAR_COLUMNS.indexOf(spec.config.field)]!] : columns.slice(1));
  const lastSequence = (await bus.last(stream, subject))?.sequence ?? 0;
  if (options.untilNow && lastSequence === 0) return;
  const reader = await bus.read(stream, [subject], options.from === 'new' ? lastSequence + 1 : 1);
  const close = (): void => reader.close();
  options.signal?.addEventListener('abort', close, { once: true });
  try {
    let next: number | undefined;
    for (let entries = await reader.take(); entries; entries = await reader.take()) {
      for (const entry of entries) {
        const frame = decodeFrame(entry.data, `${entry.subject} at ${entry.sequence}`);
        if (next !== undefined && frame.first > next) throw gap(id, next, frame.first);
        const skip = Math.max(0, (next ?? frame.first) - frame.first); // a row we have is a retry's
        next = Math.max(next ?? 0, frame.first + frame.count);
        if (skip < frame.count) {
          const cut = frame.columns.map((column) => column.subarray(skip));
          yield { first: frame.first + skip, count: frame.count - skip, t: cut[0]!, columns: columnsOf(cut) };
        }
        if (options.untilNow && entry.sequence >= lastSequence) return;
      }
    }
  } finally {
    options.signal?.removeEventListener('abort', close);
    close();
  }
}

function gap(id: NodeID, expected: number, found: number): Fault {
  return new Fault('LOG_GAP', `node ${id}: rows ${expected} to ${found - 1} are missing from the log, which goes on with row ${found}`, {
    cure: 'a reader that falls behind retention.out of cluster.yml loses what is purged: read again from the first row there is, and keep more; if it did not fall behind, check that no replica of the log is damaged',
    data: { id, expected, found },
  });
}
