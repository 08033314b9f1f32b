// Where nodes begin that read tag queries: with the members the queries are made with, whose sources may begin later than the node's own.
// It follows from the records of the queries alone, so a query that is made with one more member is one write.
import { queriesAbove } from '#actors/assemble.ts';
import { membersDigest } from '#actors/members-entry.ts';
import type { DeclaredNode, NodeID } from '#domain/node-spec.ts';
import type { Origin } from '#domain/origin.ts';
import type { NodeRecord } from './records.ts';

/** The origins of the nodes that have one; `nodes` in topological order. */
export function originsWithQueries(nodes: readonly DeclaredNode[], records: ReadonlyMap<NodeID, NodeRecord>): Map<NodeID, Origin> {
  const origins = new Map<NodeID, Origin>();
  for (const { id } of nodes) {
    const { origin } = records.get(id)!;
    if (origin) origins.set(id, origin);
  }
  if (!nodes.some(({ spec }) => spec.nodeType === 'tag-query')) return origins;
  for (const [id, queries] of queriesAbove(nodes)) {
    const made = Array.from(queries, (query) => records.get(query)!);
    const rows = Object.assign({}, ...made.map(({ origin }) => origin?.rows)) as Origin['rows'];
    const digests = Object.fromEntries(made.map(({ node }) => [node.id, membersDigest(node.members ?? [])]));
    const sequence = Math.min(...[records.get(id)!, ...made].map(({ origin }) => origin?.sequence ?? 1));
    origins.set(id, { ...origins.get(id), sequence, rows: { ...rows, ...origins.get(id)?.rows }, queries: digests });
  }
  return origins;
}
