// The nodes of the global DAG as a member needs them: in order, and by the slot, or the share of one, that owns them. Built once for all slots, so that what
// each of them needs costs its own nodes and not everybody's.
import { firstSourceOf } from '#actors/assemble.ts';
import type { QuarantineMark } from '#actors/quarantine.ts';
import type { Wanted } from '#actors/slot-terms.ts';
import { indexIn, shareName, shareOf, slotIn } from '#bus/shares.ts';
import type { Share, Slot } from '#bus/subjects.ts';
import type { SourceID } from '#domain/bar.ts';
import { type DeclaredNode, type NodeID, readsOf } from '#domain/node-spec.ts';
import { type Origin, viewIdOf } from '#domain/origin.ts';
import { originsWithQueries } from './query-origins.ts';
import { type DivisionRecord, type NodeRecord } from './records.ts';

const INCOMPLETE = -1;
const UNSEEN = -2;
/** Of an id, so many as a double holds whole. */
const KEY_DIGITS = 13;

export class NodeIndex {
  /** The nodes whose upstreams are all known, each after its upstreams. */
  readonly complete: readonly DeclaredNode[];
  /** Of each of those what it reads, by place. */
  readonly #reads: readonly (readonly number[])[];
  /** By slot, the places of those it gives out. */
  readonly #own = new Map<Slot, number[]>();
  readonly #origins: ReadonlyMap<NodeID, Origin>;
  /** By id; asked for only where a slot is divided. */
  #places: ReadonlyMap<NodeID, number> | undefined;

  constructor(records: ReadonlyMap<NodeID, NodeRecord>) {
    const all = Array.from(records.values());
    const { order, readsAs } = ordered(all);
    this.complete = order.map((k) => all[k]!.node);
    const placeOf = new Int32Array(all.length);
    for (const [place, k] of order.entries()) placeOf[k] = place;
    this.#reads = order.map((k) => readsAs[k]!.map((read) => placeOf[read]!));
    this.#origins = originsWithQueries(this.complete, records);
    for (const [place, k] of order.entries()) {
      const { node, slot, isRetired } = all[k]!;
      if (node.spec.nodeType === 'stream' || isRetired) continue;
      const own = this.#own.get(slot);
      if (own) own.push(place);
      else this.#own.set(slot, [place]);
    }
  }

  /** What a slot, or a share of it, shall compute. While the slot is being divided its owner still has all of it, and the others get ready for theirs. */
  wantedOf(share: Share, quarantine: ReadonlyMap<NodeID, QuarantineMark> = new Map(), record?: DivisionRecord): Wanted {
    const all = this.#own.get(slotIn(share)) ?? [];
    const index = indexIn(share);
    const isPart = record !== undefined && record.state !== 'whole' && !(index === 0 && record.state === 'dividing');
    const division = isPart ? { number: record.number, shares: record.shares, salt: record.salt } : undefined;
    const ownPlaces = index === 0 && !division ? all : all.filter((place) => shareOf(this.#firstSource(place), division) === index);
    const places = new Set<number>();
    const visit = (place: number): void => {
      if (places.has(place)) return;
      places.add(place);
      for (const read of this.#reads[place]!) visit(read);
    };
    for (const place of ownPlaces) visit(place);
    const idOf = (place: number): NodeID => this.complete[place]!.id;
    const own = new Set(ownPlaces.map(idOf));
    const soon = index === 0 && record?.state === 'uniting' ? this.#otherShares(share, quarantine, record) : undefined;
    const nodes = Array.from(Int32Array.from(places).toSorted(), (place) => this.complete[place]!);
    return {
      own,
      nodes,
      origins: new Map([...this.#origins].filter(([id]) => own.has(id))),
      quarantine: new Map(nodes.flatMap(({ id }) => (quarantine.has(id) ? [[id, quarantine.get(id)!]] : []))),
      ...(soon && { soon }),
      ...(record && { sharesMost: record.sharesMost, kept: new Set(all.map((place) => viewIdOf(idOf(place), this.#origins.get(idOf(place))))), ...(division && { division }) }),
    };
  }

  #otherShares(slot: Share, quarantine: ReadonlyMap<NodeID, QuarantineMark>, record: DivisionRecord): Map<Share, Wanted> {
    const others = Array.from({ length: record.shares - 1 }, (_, k) => shareName(slotIn(slot), k + 1));
    return new Map(others.map((share) => [share, this.wantedOf(share, quarantine, record)] as const).filter(([, { own }]) => own.size > 0));
  }

  #firstSource(place: number): SourceID | NodeID {
    this.#places ??= new Map(this.complete.map(({ id }, at) => [id, at]));
    return firstSourceOf(this.complete[place]!.id, (id) => this.complete[this.#places!.get(id)!]!);
  }
}

interface Order {
  /** The complete nodes, as places in what was given. */
  readonly order: readonly number[];
  /** Of each that was given what it reads, as places; INCOMPLETE for what is not known. */
  readonly readsAs: readonly (readonly number[])[];
}

/**
 * The complete nodes by how many stand above them, then by id: an order that says nothing of how the records came. There may be a hundred
 * thousand, and their ids are long, so each id is looked up once and all that follows is numbers. They are visited as they came: in the order
 * of their ids, which are hashes, each would be far from the last in memory.
 */
function ordered(records: readonly NodeRecord[]): Order {
  const places = new Map(records.map(({ node }, k) => [node.id, k]));
  const readsAs = records.map(({ node }) => readsOf(node).map((id) => places.get(id) ?? INCOMPLETE));
  const levels = new Int32Array(records.length).fill(UNSEEN);
  const found: number[] = [];
  const visit = (k: number): number => {
    if (k === INCOMPLETE || levels[k] !== UNSEEN) return k === INCOMPLETE ? INCOMPLETE : levels[k]!;
    let level = 0;
    // Ids are hashes of their upstreams, and the members of a query are chosen so (Q2 of dag/queries.ts): there is no circle to fall into.
    for (const read of readsAs[k]!) {
      const above = visit(read);
      level = above === INCOMPLETE || level === INCOMPLETE ? INCOMPLETE : Math.max(level, above + 1);
    }
    levels[k] = level;
    if (level !== INCOMPLETE) found.push(k);
    return level;
  };
  // One that is retired is computed where a query was made with it, by nobody else.
  for (const [k, { isRetired }] of records.entries()) if (!isRetired) visit(k);
  const keys = Float64Array.from(records, ({ node }) => Number.parseInt(node.id.slice(0, KEY_DIGITS), 16));
  const idOf = (k: number): NodeID => records[k]!.node.id;
  return { order: found.toSorted((a, b) => levels[a]! - levels[b]! || keys[a]! - keys[b]! || (idOf(a) < idOf(b) ? -1 : 1)), readsAs };
}
