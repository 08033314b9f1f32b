// Where a node's history begins. A node that is published when its sources' first rows are purged begins at the first rows there are.
import { createHash } from 'node:crypto';
import type { SourceID } from './bar.ts';
import type { NodeID } from './node-spec.ts';

/** Of a node whose sources do not all begin at their first row; the others have none. */
export interface Origin {
  /** No entry of the input log before it is needed. */
  readonly sequence: number;
  /** The first row of each source it reads, directly or not, where that is not row 0. */
  readonly rows: Readonly<Record<SourceID, number>>;
}

/** The node and its origin as one name: two lives of a node with other origins have other values. A node without one is called by its id. */
export function viewIdOf(id: NodeID, origin: Pick<Origin, 'rows'> | undefined): NodeID {
  const rows = Object.entries(origin?.rows ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (rows.length === 0) return id;
  return createHash('sha256').update(`${id}\n${rows.map(([source, row]) => `${source} ${row}`).join('\n')}`).digest('hex') as NodeID;
}
