// The nodes of the global DAG as a member needs them: in order, and by the slot, or the share of one, that owns them. Built once for all slots, so that what
// each of them needs costs its own nodes and not everybody's.
import type { QuarantineMark } from '#actors/quarantine.ts';
import type { Wanted } from '#actors/slot-terms.ts';
import { indexIn, shareOf, slotIn } from '#bus/shares.ts';
import type { Share, Slot } from '#bus/subjects.ts';
import type { SourceID } from '#domain/bar.ts';
import { type DeclaredNode, type NodeID, readsOf } from '#domain/node-spec.ts';
import { type Origin, viewIdOf } from '#domain/origin.ts';
import { originsWithQueries } from './query-origins.ts';
import { type DivisionRecord, firstSourceOf, type NodeRecord } from './records.ts';

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

  /** What a slot, or a share of it, shall compute. While the slot is being divided its owner still has all of it, and the others get ready for theirs. */
  wantedOf(share: Share, quarantine: ReadonlyMap<NodeID, QuarantineMark> = new Map(), record?: DivisionRecord): Wanted {
    const all = this.#own.get(slotIn(share)) ?? [];
    const index = indexIn(share);
    const isPart = record !== undefined && record.state !== 'whole' && !(index === 0 && record.state === 'dividing');
    const division = isPart ? { number: record.number, shares: record.shares, salt: record.salt } : undefined;
    const own = new Set(index === 0 && !division ? all : all.filter((id) => shareOf(this.#firstSource(id), division) === index));
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
    return {
      own,
      nodes,
      origins: new Map([...this.#origins].filter(([id]) => own.has(id))),
      quarantine: new Map(nodes.flatMap(({ id }) => (quarantine.has(id) ? [[id, quarantine.get(id)!]] : []))),
      ...(record && { sharesMost: record.sharesMost, kept: new Set(all.map((id) => viewIdOf(id, this.#origins.get(id)))), ...(division && { division }) }),
    };
  }

  #firstSource(id: NodeID): SourceID | NodeID {
    return firstSourceOf(id, (node) => this.complete[this.#place.get(node)!]!);
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
