// What the owner of a whole slot leaves to the first owners of its other shares when it divides the slot (L5 in lease.ts).
import { type Division, shareOf } from '#bus/shares.ts';
import { firstSourceOf } from './assemble.ts';
import type { Lane } from './lane.ts';
import type { Released } from './lease.ts';

/** Where the nodes of each share but the first stand; undefined while the lane computes again what the log has. */
export function leftBy(lane: Lane, division: Division): readonly Released[] | undefined {
  if (lane.committed.size > 0) return undefined;
  const byId = new Map(lane.nodes.map((node) => [node.id, node]));
  const shares = Map.groupBy(lane.published, (id) => shareOf(firstSourceOf(id, (node) => byId.get(node)!), division));
  return Array.from({ length: division.shares - 1 }, (_, k) => lane.stand(shares.get(k + 1) ?? []));
}
