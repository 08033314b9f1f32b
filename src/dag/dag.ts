// The global DAG as an index in memory, and the comparison of a submission with it. Pure: no I/O, no time.
// D1. A node that is known is reused, whoever brought it; its upstreams then are known too, so the walk stops there.
// D2. The answer does not depend on the order of submissions that bring the same nodes.
import { slotOf, type Slot } from '#bus/subjects.ts';
import { type DeclaredNode, type NodeID, upstreamsOf } from '#domain/node-spec.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { ownInputOf } from '#actors/members-entry.ts';

export interface Diff {
  readonly reuse: readonly NodeID[];
  /** Upstreams before the nodes that read them. */
  readonly create: readonly DeclaredNode[];
}

/** Compares a strategy with what is known. */
export function diff(strategy: StrategySpec, known: Pick<ReadonlySet<NodeID>, 'has'>): Diff {
  const reuse: NodeID[] = [];
  const create: DeclaredNode[] = [];
  for (const node of strategy.nodes) {
    if (known.has(node.id)) reuse.push(node.id);
    else create.push(node);
  }
  return { reuse, create };
}

/**
 * The slot of every node of a strategy: that of its first source, so that what is computed from one instrument sits together. A tag query stands on the
 * entries that tell its members, as on a source.
 * A node's slot depends on the node alone, hence it is the same for every strategy that has the node.
 */
export function slotsOf(nodes: readonly DeclaredNode[], slots: number): Map<NodeID, Slot> {
  const placed = new Map<NodeID, Slot>();
  for (const node of nodes) {
    const own = ownInputOf(node);
    placed.set(node.id, own ? slotOf(own, slots) : placed.get(upstreamsOf(node.spec)[0]!.node)!);
  }
  return placed;
}
