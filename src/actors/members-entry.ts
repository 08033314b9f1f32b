// Who the members of a tag query are in a cluster: entries of the input log on the query's own subject say it, each of them all.
// An entry says which entry of the subject it came behind. One that lies in the log again, further on, is told by that: it came behind an earlier one
// than the last that counted.
import type { LogEntry } from '#bus/bus.ts';
import { decode, encode } from '#bus/codec.ts';
import { type SourceID, sourceId } from '#domain/bar.ts';
import type { DeclaredNode, NodeID } from '#domain/node-spec.ts';
import { sha256 } from '#domain/sha256.ts';
import { sourceOf } from './assemble.ts';

export interface Membership {
  readonly members: readonly NodeID[];
  /** Sequence of the entry before it; 0 for the first. */
  readonly behind: number;
}

/** A query has a place in IN as a source does: the subject its entries are on. */
export function inputOf(query: NodeID): SourceID {
  return query as string as SourceID;
}

/** The place in IN of what a node reads there itself: rows of its source, entries that tell its members. None for one that only reads other nodes. */
export function ownInputOf({ id, spec }: Pick<DeclaredNode, 'id' | 'spec'>): SourceID | undefined {
  if (spec.nodeType === 'stream') return sourceId(sourceOf(spec));
  return spec.nodeType === 'tag-query' ? inputOf(id) : undefined;
}

export function membersEntry(membership: Membership): Uint8Array {
  return encode(membership);
}

/** Who the members are from this entry on. Throws FRAME_INVALID. */
export function membersIn({ data, subject, sequence }: LogEntry): Membership {
  return decode<Membership>(data, `list of members at ${subject} ${sequence}`);
}

/** Tells a query made with these members from the same made with others. */
export function membersDigest(members: readonly NodeID[]): string {
  return sha256(members.join());
}
