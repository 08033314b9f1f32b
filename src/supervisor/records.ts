// What members, supervisor and DAG manager tell each other through records. Keys: the node's id, the slot, the member's id.
import { sourceOf } from '#actors/assemble.ts';
import type { SlotStatus } from '#actors/slot-terms.ts';
import type { Division } from '#bus/shares.ts';
import type { Slot, Subjects } from '#bus/subjects.ts';
import { sourceId } from '#domain/bar.ts';
import type { DeclaredNode } from '#domain/node-spec.ts';
import type { Origin } from '#domain/origin.ts';

/** Bucket `nodes`: a node of the global DAG, written by the DAG manager. */
export interface NodeRecord {
  readonly node: DeclaredNode;
  readonly slot: Slot;
  /** Where its history begins, when its sources' first rows were purged before it came. */
  readonly origin?: Origin;
  /** No strategy has it any more, and nobody gives it out. */
  readonly isRetired?: true;
}

/** Where the rows of a node are read: its one subject, or its source's for a stream input, which lies in the same slot. */
export function subjectOf(subjects: Subjects, { node: { id, spec }, slot }: NodeRecord): string {
  return spec.nodeType === 'stream' ? subjects.input(slot, sourceId(sourceOf(spec))) : subjects.output(slot, id);
}

/** Bucket `placement`, by slot or share of one: who shall run it. The lease says who does. */
export interface PlacementRecord {
  readonly member: string;
  /** Gets ready to run it next; the revision of the record tells this handover from others. */
  readonly next?: string;
}

/** Bucket `divisions`, by slot: how it shall be divided. A slot that never was has none. The lease says how it is. */
export interface DivisionRecord extends Division {
  /** `dividing`: the owners of its other shares get ready; `uniting`: they upload what the owner of the first goes on with. */
  readonly state: 'dividing' | 'divided' | 'uniting' | 'whole';
  /** Shares it ever had at once. */
  readonly sharesMost: number;
}

/** Bucket `drains`: members that shall run nothing. */
export interface DrainRecord {
  readonly sinceMs: number;
}

/** Bucket `members`: the sign of life of a member, with what it runs. */
export interface MemberRecord {
  readonly member: string;
  readonly pid: number;
  readonly httpPort: number;
  /** Grows with every sign of life; a reader notices death by its standing still, on the reader's own clock. */
  readonly beat: number;
  /** Differs between two lives of the same member. */
  readonly life: string;
  readonly shards: readonly ShardRecord[];
}

export interface ShardRecord {
  readonly shard: number;
  readonly restarts: number;
  readonly slots: readonly SlotRecord[];
}

/**
 * A slot as its shard shows it to all. There may be a hundred thousand nodes, and a sign of life is one message: the ids are cut short, and
 * the bytes of each node are left to the member's own metrics.
 */
export type SlotRecord = Omit<SlotStatus, 'nodeBytes' | 'nodes'> & { readonly nodes: Uint8Array; readonly restarts: number; readonly lastFailure: string | null };
