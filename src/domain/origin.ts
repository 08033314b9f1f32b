// Where a node's history begins, which of its lives it is, and with which members the tag queries above it are made. A node that is published when its
// sources' first rows are purged begins at the first rows there are.
import type { SourceID } from './bar.ts';
import type { NodeID } from './node-spec.ts';
import { sha256 } from './sha256.ts';

/** Of a node whose sources do not all begin at their first row, or that was retired and came again; the others have none. */
export interface Origin {
  /** No entry of the input log before it is needed. */
  readonly sequence: number;
  /** The first row of each source it reads, directly or not, where that is not row 0. */
  readonly rows: Readonly<Record<SourceID, number>>;
  /** Which it is, from the second on. What an earlier one left behind is none of this one's. */
  readonly life?: number;
  /** Of each tag query it reads or is, a digest of all members the query is made with: one that is made with more is made anew. */
  readonly queries?: Readonly<Record<NodeID, string>>;
}

/** The first life of a node needs no saying. */
export function lifeOf(origin: Pick<Origin, 'life'> | undefined): number {
  return origin?.life ?? 1;
}

/** The node and its origin as one name: two lives of a node are two nodes to whoever keeps their state. A node without an origin is called by its id. */
export function viewIdOf(id: NodeID, origin: Pick<Origin, 'rows' | 'life' | 'queries'> | undefined): NodeID {
  const life = lifeOf(origin);
  const rows = Object.entries(origin?.rows ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const queries = Object.entries(origin?.queries ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (rows.length === 0 && life === 1 && queries.length === 0) return id;
  const lines = [...rows.map(([source, row]) => `${source} ${row}`), ...queries.map(([query, members]) => `query ${query} ${members}`)];
  return sha256(`${id}\n${life === 1 ? '' : `life ${life}\n`}${lines.join('\n')}`) as NodeID;
}
