// The order of a DAG, and what makes it one: every upstream exists, nothing goes round in a circle, every node stands on a source.
import { Fault } from '#domain/fault.ts';
import type { NodeSpec } from '#domain/node-spec.ts';

/** A vertex as the checks see it. `isSource`: rows enter the graph here. */
export interface GraphNode<Id extends string = string> {
  readonly id: Id;
  readonly name?: string | undefined;
  readonly upstreams: readonly Id[];
  readonly isSource: boolean;
}

/**
 * Answers the ids so that every node comes after its upstreams: by depth, which is the longest way down to a source, then by id.
 * The order depends on the graph alone, never on the order it is given in.
 * Throws SPEC_INVALID for an id given twice, GRAPH_UPSTREAM_UNKNOWN, GRAPH_CYCLE with the path, GRAPH_SOURCE_MISSING.
 */
export function checkGraph<Id extends string>(nodes: readonly GraphNode<Id>[]): Id[] {
  const byId = new Map<Id, GraphNode<Id>>();
  for (const node of nodes) {
    if (byId.has(node.id)) {
      throw new Fault('SPEC_INVALID', `node ${label(node)} is declared twice`, {
        cure: 'declare it once and read it as often as you like',
        data: { node: node.id },
      });
    }
    byId.set(node.id, node);
  }
  for (const node of nodes) {
    const unknown = node.upstreams.find((upstream) => !byId.has(upstream));
    if (unknown !== undefined) {
      throw new Fault('GRAPH_UPSTREAM_UNKNOWN', `node ${label(node)} reads ${label({ id: unknown })}, which does not exist`, {
        cure: 'declare the upstream with the strategy',
        data: { node: node.id, upstream: unknown },
      });
    }
  }
  const depths = depthsOf(byId);
  const circling = nodes.filter((node) => !depths.has(node.id));
  if (circling.length > 0) throw cycleFault(byId, new Set(circling.map((node) => node.id)));

  // Without circles, going upstream always ends; so it is enough that it ends on sources.
  const rootless = nodes.find((node) => node.upstreams.length === 0 && !node.isSource);
  if (rootless) {
    throw new Fault('GRAPH_SOURCE_MISSING', `node ${label(rootless)} has no source of rows above it`, {
      cure: 'give it a StreamInput, or a node that reads one',
      data: { node: rootless.id },
    });
  }
  const byDepth = (a: Id, b: Id) => (depths.get(a) ?? 0) - (depths.get(b) ?? 0) || (a < b ? -1 : 1);
  return [...byId.keys()].toSorted(byDepth);
}

/** How people see a node in a message: its name, else what it is and the start of its id. */
export function label(node: { readonly id: string; readonly name?: string | undefined; readonly spec?: NodeSpec }): string {
  if (node.name !== undefined) return node.name;
  const id = node.id.length > 16 ? `${node.id.slice(0, 8)}…` : node.id;
  return node.spec ? `${kindOf(node.spec)} ${id}` : id;
}

function kindOf({ nodeType, code, config }: NodeSpec): string {
  if (nodeType === 'stream') return `${config.instrument} ${config.field}`;
  if (nodeType === 'operator') return code.operator;
  return nodeType === 'kernel' ? code.kernel : nodeType;
}

/** Longest way from each node down to one without upstreams; a node on or above a circle gets none. */
function depthsOf<Id extends string>(byId: ReadonlyMap<Id, GraphNode<Id>>): Map<Id, number> {
  const waitingFor = new Map<Id, number>();
  const readers = new Map<Id, Id[]>();
  for (const { id, upstreams } of byId.values()) {
    const distinct = new Set(upstreams);
    waitingFor.set(id, distinct.size);
    for (const upstream of distinct) {
      const known = readers.get(upstream);
      if (known) known.push(id);
      else readers.set(upstream, [id]);
    }
  }
  const depths = new Map<Id, number>();
  let level = [...byId.keys()].filter((id) => waitingFor.get(id) === 0);
  // A node is reached on the level after its last upstream, so the level is its longest way down.
  for (let depth = 0; level.length > 0; depth++) {
    for (const id of level) depths.set(id, depth);
    const next: Id[] = [];
    for (const reader of level.flatMap((id) => readers.get(id) ?? [])) {
      const missing = (waitingFor.get(reader) ?? 0) - 1;
      waitingFor.set(reader, missing);
      if (missing === 0) next.push(reader);
    }
    level = next;
  }
  return depths;
}

/** Every node left without a depth has an upstream left without one; following those upstreams must come back on itself. */
function cycleFault<Id extends string>(byId: ReadonlyMap<Id, GraphNode<Id>>, circling: ReadonlySet<Id>): Fault {
  const walked = new Set<Id>();
  let at = [...circling].toSorted()[0];
  while (at !== undefined && !walked.has(at)) {
    walked.add(at);
    at = byId.get(at)?.upstreams.find((upstream) => circling.has(upstream));
  }
  // Walked upstream; told the way the values flow, from the least id round to itself.
  const path = [...walked];
  const circle = path.slice(path.indexOf(at as Id)).toReversed();
  const least = circle.indexOf(circle.toSorted()[0] as Id);
  const ids = [...circle.slice(least), ...circle.slice(0, least + 1)];
  const told = ids.map((id) => label(byId.get(id) ?? { id })).join(' → ');
  return new Fault('GRAPH_CYCLE', `nodes depend on each other in a circle: ${told}`, {
    cure: 'remove one of these reads; to use an earlier value, read it from the window',
    data: { path: ids },
  });
}
