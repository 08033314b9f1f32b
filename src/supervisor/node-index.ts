// The nodes of the global DAG as a member needs them: in order, and by the slot that owns them. Built once for all slots, so that what
// each of them needs costs its own nodes and not everybody's.
import type { QuarantineMark } from '#actors/quarantine.ts';
import type { Wanted } from '#actors/slot-terms.ts';
import type { Slot } from '#bus/subjects.ts';
import { type DeclaredNode, type NodeID, readsOf } from '#domain/node-spec.ts';
import type { Origin } from '#domain/origin.ts';
import { originsWithQueries } from './query-origins.ts';
import type { NodeRecord } from './records.ts';

const INCOMPLETE = -1;

export class NodeIndex {
  /** The nodes whose upstreams are all known, each after its upstreams. */
  readonly complete: readonly DeclaredNode[];
  readonly #place = new Map<NodeID, number>();
  readonly #own = new Map<Slot, NodeID[]>();
  readonly #origins: ReadonlyMap<NodeID, Origin>;

  constructor(records: ReadonlyMap<NodeID, NodeRecord>) {
    this.complete = completeNodes(records);
    this.#origins = originsWithQueries(this.complete, records);
    for (const [place, { id, spec }] of this.complete.entries()) {
      this.#place.set(id, place);
      if (spec.nodeType === 'stream') continue;
      const { slot, isRetired } = records.get(id)!;
      if (isRetired) continue;
      const own = this.#own.get(slot);
      if (own) own.push(id);
      else this.#own.set(slot, [id]);
    }
  }

  /** What a slot shall compute. */
  wantedOf(slot: Slot, quarantine: ReadonlyMap<NodeID, QuarantineMark> = new Map()): Wanted {
    const own = new Set(this.#own.get(slot));
    const places = new Set<number>();
    const visit = (id: NodeID): void => {
      const place = this.#place.get(id)!;
      if (places.has(place)) return;
      places.add(place);
      for (const read of readsOf(this.complete[place]!)) visit(read);
    };
    for (const id of own) visit(id);
    const nodes = Array.from(places)
      .toSorted((a, b) => a - b)
      .map((place) => this.complete[place]!);
    return { own, nodes, origins: new Map([...this.#origins].filter(([id]) => own.has(id))), quarantine: new Map(nodes.flatMap(({ id }) => (quarantine.has(id) ? [[id, quarantine.get(id)!]] : []))) };
  }
}

/**
 * The complete nodes by how many stand above them, then by id: an order that says nothing of how the records came. They are visited as they
 * came all the same: in the order of their ids, which are hashes, each would be far from the last in memory.
 */
function completeNodes(nodes: ReadonlyMap<NodeID, NodeRecord>): DeclaredNode[] {
  const levels = new Map<NodeID, number>();
  const found: { readonly level: number; readonly node: DeclaredNode }[] = [];
  const visit = (id: NodeID): number => {
    const seen = levels.get(id);
    if (seen !== undefined) return seen;
    const record = nodes.get(id);
    let level = record ? 0 : INCOMPLETE;
    if (record) {
      // Ids are hashes of their upstreams, and the members of a query are chosen so (Q2 of dag/queries.ts): there is no circle to fall into.
      for (const read of readsOf(record.node)) {
        const above = visit(read);
        level = above === INCOMPLETE || level === INCOMPLETE ? INCOMPLETE : Math.max(level, above + 1);
      }
      if (level !== INCOMPLETE) found.push({ level, node: record.node });
    }
    levels.set(id, level);
    return level;
  };
  // One that is retired is computed where a query was made with it, by nobody else.
  for (const [id, { isRetired }] of nodes) if (!isRetired) visit(id);
  return found.toSorted((a, b) => a.level - b.level || (a.node.id < b.node.id ? -1 : 1)).map(({ node }) => node);
}
