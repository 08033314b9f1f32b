// Where new nodes begin: at the first rows there are of what they read.
import { sourcesAbove } from '#actors/assemble.ts';
import type { FloorRecord } from '#actors/floor.ts';
import type { SourceID } from '#domain/bar.ts';
import type { DeclaredNode, NodeID } from '#domain/node-spec.ts';
import type { Origin } from '#domain/origin.ts';

/** The first entry and row of a source that a node may begin with. */
export type FirstOf = (source: SourceID) => FloorRecord;

/** The origins of computed nodes among `created` that do not begin with their sources; `all` are those and what they read, upstreams first. */
export function originsOf(created: readonly DeclaredNode[], all: readonly DeclaredNode[], firstOf: FirstOf): Map<NodeID, Origin> {
  const sourcesOf = sourcesAbove(all);
  const origins = new Map<NodeID, Origin>();
  for (const { id, spec } of created) {
    if (spec.nodeType === 'stream') continue;
    const first = [...sourcesOf.get(id)!].map((source) => ({ source, ...firstOf(source) }));
    const rows = first.filter(({ row }) => row > 0).map(({ source, row }) => [source, row] as const);
    if (rows.length > 0) origins.set(id, { sequence: Math.min(...first.map(({ sequence }) => sequence)), rows: Object.fromEntries(rows) });
  }
  return origins;
}
