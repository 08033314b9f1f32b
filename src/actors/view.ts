// The nodes of a lane as its plan has them: each from the rows on where its own history begins.
// O1. A node's rows are those of a batch run over its sources from its origin. So what it reads is computed from there as well, even
//     where a node of that id with more history runs beside it: the rows that one began with are not in the log any more.
// O2. What is computed twice for that is not given out. Nodes of one origin share what they read.
// O3. A tag query has another name for each list of members it is made with, and so has all that reads it: the state of one is none of another's.
import { type SourceID, sourceId } from '#domain/bar.ts';
import type { DeclaredNode, NodeID, NodeSpec, StreamSpec } from '#domain/node-spec.ts';
import { upstreamsOf } from '#domain/node-spec.ts';
import { type Origin, viewIdOf } from '#domain/origin.ts';
import { queriesAbove, sourceOf, sourcesAbove } from './assemble.ts';

export type Origins = ReadonlyMap<NodeID, Origin>;

/** Rows of a source, from one of them on. */
export interface SourceView {
  readonly source: SourceID;
  readonly firstRow: number;
}

export interface View {
  /** Under the ids they have in the plan, in topological order. */
  readonly nodes: readonly DeclaredNode[];
  /** The node each of them is. */
  readonly idOf: (viewId: NodeID) => NodeID;
  /** By the key of the plan's source. */
  readonly sources: ReadonlyMap<string, SourceView>;
  /** The key of the source of a stream input. */
  readonly keyOf: (node: DeclaredNode) => string;
}

/** What a plan must have to compute `published`; `nodes` are those and all they read, in topological order. */
export function viewOf(nodes: readonly DeclaredNode[], published: ReadonlySet<NodeID>, origins: Origins): View {
  if (![...published].some((id) => origins.has(id))) return plainView(nodes);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const sourcesOf = sourcesAbove(nodes);
  const queriesOf = queriesAbove(nodes);
  const seen = new Map<NodeID, NodeID>();
  const kept: DeclaredNode[] = [];
  const sources = new Map<string, SourceView>();
  const keys = new Map<NodeID, string>();
  const take = (id: NodeID, whole: Origin | undefined, life?: number): NodeID => {
    const rows = Object.fromEntries(Object.entries(whole?.rows ?? {}).filter(([source]) => sourcesOf.get(id)!.has(source as SourceID)));
    const queries = Object.fromEntries(Object.entries(whole?.queries ?? {}).filter(([query]) => queriesOf.get(id)?.has(query as NodeID)));
    const viewId = viewIdOf(id, { rows, queries, ...(life !== undefined && { life }) });
    if (seen.has(viewId)) return viewId;
    seen.set(viewId, id);
    const node = byId.get(id)!;
    const { spec } = node;
    if (spec.nodeType === 'stream') {
      const source = sourceId(sourceOf(spec));
      const firstRow = rows[source] ?? 0;
      const key = firstRow === 0 ? source : `${source}@${firstRow}`;
      sources.set(key, { source, firstRow });
      keys.set(viewId, key);
    }
    const upstreams = upstreamsOf(spec).map((upstream) => ({ ...upstream, node: take(upstream.node, whole) }));
    const members = node.members?.map((member) => take(member, whole));
    if (viewId === id) kept.push(node);
    else kept.push({ ...node, id: viewId, ...(members && { members }), spec: { ...spec, config: { ...spec.config, ...(upstreams.length > 0 && { upstreams }) } } as NodeSpec });
    return viewId;
  };
  for (const { id } of nodes) if (published.has(id)) take(id, origins.get(id), origins.get(id)?.life);
  return { nodes: kept, idOf: (viewId) => seen.get(viewId)!, sources, keyOf: ({ id }) => keys.get(id)! };
}

/** Of nodes that all begin with their sources, which are a hundred thousand now and then. */
function plainView(nodes: readonly DeclaredNode[]): View {
  const streams = nodes.flatMap(({ spec }) => (spec.nodeType === 'stream' ? [sourceId(sourceOf(spec))] : []));
  return { nodes, idOf: (id) => id, sources: new Map(streams.map((source) => [source, { source, firstRow: 0 }])), keyOf: ({ spec }) => sourceId(sourceOf(spec as StreamSpec)) };
}
