// The nodes of the global DAG as a member needs them: in order, and by the slot that owns them. Built once for all slots, so that what
// each of them needs costs its own nodes and not everybody's.
import type { QuarantineMark } from '#actors/quarantine.ts';
import type { Wanted } from '#actors/slot.ts';
import type { Slot } from '#bus/subjects.ts';
import { type DeclaredNode, type NodeID, readsOf } from '#domain/node-spec.ts';
import type { Origin } from '#domain/origin.ts';
import type { NodeRecord } from './records.ts';

export class NodeIndex {
  /** The nodes whose upstreams are all known, each after its upstreams. */
  readonly complete: readonly DeclaredNode[];
  readonly #place = new Map<NodeID, number>();
  readonly #own = new Map<Slot, NodeID[]>();
  readonly #origins = new Map<NodeID, Origin>();

  constructor(records: ReadonlyMap<NodeID, NodeRecord>) {
    this.complete = completeNodes(records);
    for (const [place, { id, spec }] of this.complete.entries()) {
      this.#place.set(id, place);
      if (spec.nodeType === 'stream') continue;
      const { slot, origin } = records.get(id)!;
      if (origin) this.#origins.set(id, origin);
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

function completeNodes(nodes: ReadonlyMap<NodeID, NodeRecord>): DeclaredNode[] {
  const complete = new Map<NodeID, boolean>();
  const ordered: DeclaredNode[] = [];
  const visit = (id: NodeID): boolean => {
    const seen = complete.get(id);
    if (seen !== undefined) return seen;
    const record = nodes.get(id);
    // Ids are hashes of their upstreams, and the members of a query are chosen so (Q2 of dag/queries.ts): there is no circle to fall into.
    const whole = record !== undefined && !record.isRetired && readsOf(record.node).every(visit);
    complete.set(id, whole);
    if (whole) ordered.push(record.node);
    return whole;
  };
  for (const id of [...nodes.keys()].toSorted()) visit(id);
  return ordered;
}
