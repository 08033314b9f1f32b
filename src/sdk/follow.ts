// Reads the rows of a node from a cluster, each once and in order, wherever the node runs and whoever runs it.
// W1. A hole between two rows is an error. Where the log begins later than the node did, its reader is told before the first row.
// W2. A reader has rows of one life of the node. When that ends it is given what is left of it and told; a life that comes later gives
//     the same numbers out anew, so a row that seems to be there twice is looked into before it is passed over.
import type { Bus } from '#bus/bus.ts';
import { decodeFrame, type Frame, isFirstOfAll } from '#bus/frame.ts';
import type { Subjects } from '#bus/subjects.ts';
import { BAR_COLUMNS } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import { beginsWith } from '#domain/id-beginning.ts';
import type { NodeID } from '#domain/node-spec.ts';
import { lifeOf } from '#domain/origin.ts';
import { type NodeRecord, subjectOf } from '#supervisor/records.ts';

export interface FollowedRows {
  /** Number of the first row. */
  readonly first: number;
  readonly count: number;
  readonly t: Float64Array;
  /** One per output of the node. */
  readonly columns: readonly Float64Array[];
}

/** Where the rows of a node begin in the log. */
export interface FirstRow {
  readonly row: number;
  /** Open time of its bar, UTC ms. */
  readonly ts: number;
  /** Rows of the node were there before it, which retention has purged. */
  readonly isPurgedBefore: boolean;
}

export interface FollowOptions {
  /** First row wanted; `first` is the first that the log still has, `new` skips what is in it already. */
  readonly from: 'first' | 'new';
  /** Ends at the last row that is in the log now. */
  readonly untilNow?: boolean;
  readonly signal?: AbortSignal;
  /** Called before the first row of `from: 'first'` is given out; what it throws ends the reading. */
  readonly onFirst?: (first: FirstRow) => void;
  /** Called when the rows that were given out last are done with. */
  readonly onTaken?: (rows: FollowedRows) => Promise<void>;
}

/** The record of a node. Throws NODE_UNKNOWN. */
export async function findNode(bus: Bus, id: string): Promise<NodeRecord> {
  const nodes = await bus.bucket<NodeRecord>('nodes');
  const whole = /^[\da-f]{64}$/.test(id) ? await nodes.get(id) : undefined;
  if (whole) return whole.value;
  const found = (await nodes.all()).filter(({ key }) => beginsWith(key, id));
  if (found.length === 1) return found[0]!.value;
  throw new Fault('NODE_UNKNOWN', found.length === 0 ? `no node has the id ${id}` : `${found.length} nodes have ids that begin with ${id}`, {
    cure: found.length === 0 ? '`qmtl dag show` lists the nodes there are' : 'give more digits of it',
    data: { id },
  });
}

/** Rows of a node as they are committed. Throws LOG_GAP when the log lost some, NODE_RETIRED behind the last one when no strategy has the node any more. */
export async function* follow(bus: Bus, subjects: Subjects, record: NodeRecord, options: FollowOptions): AsyncGenerator<FollowedRows> {
  const { id, spec } = record.node;
  const isStream = spec.nodeType === 'stream';
  const stream = isStream ? 'IN' : 'OUT';
  const subject = subjectOf(subjects, record);
  const columnsOf = (columns: readonly Float64Array[]): readonly Float64Array[] => (isStream ? [columns[BAR_COLUMNS.indexOf(spec.config.field)]!] : columns.slice(1));
  const last = await bus.last(stream, subject);
  const lastSequence = last?.sequence ?? 0;
  if (options.untilNow && lastSequence === 0) return;
  const reader = await bus.read(stream, [subject], options.from === 'new' ? lastSequence + 1 : 1);
  const close = (): void => reader.close();
  options.signal?.addEventListener('abort', close, { once: true });
  let read = options.from === 'new' ? lastSequence : 0;
  let endSequence = Number.POSITIVE_INFINITY;
  let unwatch: (() => void) | undefined;
  const onOver = async (hasSuccessor: boolean): Promise<void> => {
    const newest = hasSuccessor ? undefined : await bus.last(stream, subject).catch(() => undefined);
    endSequence = newest?.sequence ?? 0;
    if (read >= endSequence) close();
  };
  try {
    if (!options.untilNow && !isStream) unwatch = await watchLife(bus, record, onOver); // a source goes on without readers
    let next = options.from === 'new' && last ? rowBehind(decodeFrame(last.data, `${subject} at ${lastSequence}`)) : undefined;
    for (let entries = await reader.take(); entries; entries = await reader.take()) {
      for (const entry of entries) {
        const frame = decodeFrame(entry.data, `${entry.subject} at ${entry.sequence}`);
        if (next !== undefined && frame.first !== next && !isStream && (await isReplaced(bus, record))) throw retired(id); // by W2
        if (next !== undefined && frame.first > next) throw gap(id, next, frame.first); // by W1
        const isTold = next !== undefined || frame.count === 0; // a frame without rows only says how far the node is
        if (!isTold && options.from === 'first') options.onFirst?.({ row: frame.first, ts: frame.columns[0]![0]!, isPurgedBefore: isStream ? frame.first > 0 : !isFirstOfAll(frame) });
        const skip = Math.max(0, (next ?? frame.first) - frame.first); // a row we have is a retry's
        if (next !== undefined || frame.count > 0) next = Math.max(next ?? 0, rowBehind(frame));
        if (skip < frame.count) {
          const cut = frame.columns.map((column) => column.subarray(skip));
          const rows = { first: frame.first + skip, count: frame.count - skip, t: cut[0]!, columns: columnsOf(cut) };
          yield rows;
          await options.onTaken?.(rows);
        }
        if (options.untilNow && entry.sequence >= lastSequence) return;
        read = entry.sequence;
        if (read >= endSequence) throw retired(id);
      }
    }
    if (read >= endSequence && !options.signal?.aborted) throw retired(id);
  } finally {
    unwatch?.();
    options.signal?.removeEventListener('abort', close);
    close();
  }
}

/** By W2, calls back when no strategy has the node any more, and when another life of it has taken the place of this one. */
async function watchLife(bus: Bus, record: NodeRecord, over: (hasSuccessor: boolean) => Promise<void>): Promise<() => void> {
  const nodes = await bus.bucket<NodeRecord>('nodes');
  return nodes.watch((_, kept) => {
    if (kept && (kept.isRetired || lifeOf(kept.origin) !== lifeOf(record.origin))) void over(lifeOf(kept.origin) !== lifeOf(record.origin));
  }, record.node.id);
}

async function isReplaced(bus: Bus, record: NodeRecord): Promise<boolean> {
  const kept = await (await bus.bucket<NodeRecord>('nodes')).get(record.node.id);
  return kept !== undefined && lifeOf(kept.value.origin) !== lifeOf(record.origin);
}

function rowBehind({ first, count }: Frame): number {
  return first + count;
}

function gap(id: NodeID, expected: number, found: number): Fault {
  return new Fault('LOG_GAP', `node ${id}: rows ${expected} to ${found - 1} are missing from the log, which goes on with row ${found}`, {
    cure: 'a reader that falls behind retention.out of cluster.yml loses what is purged: read again from the first row there is, and keep more; if it did not fall behind, check that no replica of the log is damaged',
    data: { id, expected, found },
  });
}

function retired(id: NodeID): Fault {
  return new Fault('NODE_RETIRED', `node ${id} is retired: no strategy has it any more, and no rows of it follow`, {
    cure: 'publish a strategy that has it, and read again: its rows are given out anew, from its new origin',
    data: { id },
  });
}
