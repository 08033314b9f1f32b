// Who cannot run at all when a lane that is to begin fails: not at a row of a node, as one that halts does, but because rows it needs
// are gone, or what the log has of it is other bits, or its plan does not fit.
import type { SourceID } from '#domain/bar.ts';
import type { Fault } from '#domain/fault.ts';
import { type DeclaredNode, type NodeID, readsOf } from '#domain/node-spec.ts';
import { sourcesAbove, withDownstream } from './assemble.ts';
import type { Halt } from './halt.ts';

export interface Unable extends Pick<Halt, 'code' | 'reason' | 'cure'> {
  readonly node: NodeID;
  readonly row: null;
  readonly t: null;
}

/**
 * Of `own`, those a Fault speaks of: the readers of the node or the source it names, else all of them. Only the topmost are answered, since
 * whoever reads those waits for them anyway. `nodes` are the own ones and all they read, in topological order.
 */
export function unableFor({ code, message, cure, data }: Fault, own: ReadonlySet<NodeID>, nodes: readonly DeclaredNode[]): Unable[] {
  const spokenOf = readersOf(data, nodes);
  const readers = new Set([...own].filter((id) => spokenOf.has(id)));
  const meant = readers.size > 0 ? readers : own;
  const below = new Set<NodeID>();
  const topmost = nodes.filter((node) => {
    const isBelow = readsOf(node).some((read) => below.has(read));
    if (isBelow || meant.has(node.id)) below.add(node.id);
    return meant.has(node.id) && !isBelow;
  });
  return topmost.map(({ id }) => ({ node: id, row: null, t: null, code, reason: message, cure: cure ?? 'see docs/errors.md' }));
}

function readersOf({ node, source }: Fault['data'], nodes: readonly DeclaredNode[]): Set<NodeID> {
  if (node !== undefined) return withDownstream([node as NodeID], nodes);
  const above = sourcesAbove(nodes);
  return new Set(nodes.flatMap(({ id }) => (above.get(id)!.has(source as SourceID) ? [id] : [])));
}
