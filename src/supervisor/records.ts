// What members, supervisor and DAG manager tell each other through records. Keys: the node's id, the slot, the member's id.
import { sourceOf } from '#actors/assemble.ts';
import type { SlotStatus } from '#actors/slot.ts';
import type { Slot, Subjects } from '#bus/subjects.ts';
import { sourceId } from '#domain/bar.ts';
import type { DeclaredNode, NodeID } from '#domain/node-spec.ts';

/** Bucket `nodes`: a node of the global DAG, written once by the DAG manager. */
export interface NodeRecord {
  readonly node: DeclaredNode;
  readonly slot: Slot;
}

/** Where the rows of a node are read: its one subject, or its source's for a stream input, which lies in the same slot. */
export function subjectOf(subjects: Subjects, { node: { id, spec }, slot }: NodeRecord): string {
  return spec.nodeType === 'stream' ? subjects.input(slot, sourceId(sourceOf(spec))) : subjects.output(slot, id);
}

/** Bucket `placement`: who shall run a slot. The lease says who does. */
export interface PlacementRecord {
  readonly member: string;
  /** Gets ready to run it next; the revision of the record tells this handover from others. */
  readonly next?: string;
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

/** Bytes of an id that tell it from the others of a cluster: of 100,000 nodes two are alike once in four billion clusters. */
const KEY_BYTES = 8;

/** The beginnings of the ids, one behind the other. */
export function packNodes(nodes: readonly NodeID[]): Uint8Array {
  return Buffer.concat(nodes.map((id) => Buffer.from(id.slice(0, 2 * KEY_BYTES), 'hex')));
}

/** How many nodes were packed. */
export function packedCount(packed: Uint8Array): number {
  return packed.length / KEY_BYTES;
}

/** Adds the beginnings of packed ids to a set that `isPacked` asks. */
export function unpackNodes(packed: Uint8Array, into: Set<string>): void {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length);
  for (let at = 0; at < bytes.length; at += KEY_BYTES) into.add(bytes.toString('hex', at, at + KEY_BYTES));
}

export function isPacked(id: NodeID, unpacked: ReadonlySet<string>): boolean {
  return unpacked.has(id.slice(0, 2 * KEY_BYTES));
}
