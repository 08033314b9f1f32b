// What members, supervisor and DAG manager tell each other through records. Keys: the node's id, the slot, the member's id.
import type { Slot } from '#bus/subjects.ts';
import type { DeclaredNode } from '#domain/node-spec.ts';
import type { SlotStatus } from '#actors/slot.ts';

/** Bucket `nodes`: a node of the global DAG, written once by the DAG manager. */
export interface NodeRecord {
  readonly node: DeclaredNode;
  readonly slot: Slot;
}

/** Bucket `placement`: who shall run a slot. The lease says who does. */
export interface PlacementRecord {
  readonly member: string;
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
  readonly slots: readonly (SlotStatus & { readonly restarts: number; readonly lastFailure: string | null })[];
}
