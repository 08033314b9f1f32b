// Who the members of a strategy's tag queries are where it runs over history: the same from the first row to the last.
import { Fault } from '#domain/fault.ts';
import { type DeclaredNode, type NodeID, readsOf } from '#domain/node-spec.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { checkGraph, label } from '#graph/graph.ts';
import { withUpstreams } from './assemble.ts';
import { membersOf } from './tag-query.ts';

/** The strategy with the members of its tag queries, found among its own nodes and those of the strategies beside it. */
export function withMembers(strategy: StrategySpec, beside: readonly StrategySpec[] = []): StrategySpec {
  if (!strategy.nodes.some(({ spec }) => spec.nodeType === 'tag-query')) return strategy;
  const byId = new Map<NodeID, DeclaredNode>();
  for (const node of [strategy, ...beside].flatMap(({ nodes }) => nodes)) {
    const known = byId.get(node.id);
    byId.set(node.id, { ...node, ...known, tags: [...new Set([...(known?.tags ?? []), ...(node.tags ?? [])])].toSorted() });
  }
  return { ...strategy, nodes: withUpstreams(new Set(strategy.nodes.map(({ id }) => id)), resolved([...byId.values()])) };
}

/** A node as it is before anybody is told who its members are: a tag query has none. */
export function unasked(node: DeclaredNode): DeclaredNode {
  return node.spec.nodeType === 'tag-query' ? { ...node, members: [] } : node;
}

/** The nodes in topological order, each query with its members among them, who are the same throughout. Throws TAG_QUERY_UNRESOLVED for one without any. */
function resolved(nodes: readonly DeclaredNode[]): DeclaredNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const reads = (id: NodeID) => readsOf(byId.get(id)!);
  for (const node of nodes) {
    if (node.spec.nodeType !== 'tag-query') continue;
    const members = membersOf(node, node.spec, byId.values(), reads);
    if (members.length === 0) {
      throw new Fault('TAG_QUERY_UNRESOLVED', `node ${label(node)} looks for nodes of ${node.spec.config.interval} with ${node.spec.config.match} of the tags ${node.spec.config.tags.join(', ')}, and there is none`, {
        cure: 'tag nodes the strategy reads or lists among its outputs, or name the strategies that have them',
        data: { node: node.id, tags: node.spec.config.tags },
      });
    }
    byId.set(node.id, { ...node, members });
  }
  const order = checkGraph([...byId.values()].map((node) => ({ id: node.id, name: node.name, upstreams: readsOf(node), isSource: node.spec.nodeType === 'stream' })));
  return order.map((id) => byId.get(id)!);
}
