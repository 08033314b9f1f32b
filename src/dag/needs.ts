// What is still needed of the input log, and by whom. Pure: no I/O, no time.
// A node that two uploads hold needs what came behind the older of the two newest (D4 in actors/depot.ts), any other one all from
// its origin on: a new one that still warms, one that stands still since before the first uploads. A tag query and what reads it need all
// from their origin on for good, since the next member may come at any moment and they are made anew with it (S8 in actors/slot.ts). A slot
// is read as a whole, so its neediest node speaks for every source the slot reads.
import { heldBy, HOLDERS, type Upload, type UploadRecord } from '#actors/depot.ts';
import { ownInputOf } from '#actors/members-entry.ts';
import { slotIn } from '#bus/shares.ts';
import type { Share, Slot } from '#bus/subjects.ts';
import type { SourceID } from '#domain/bar.ts';
import { type NodeID, readsOf } from '#domain/node-spec.ts';
import { viewIdOf } from '#domain/origin.ts';
import { isPacked } from '#domain/packed-nodes.ts';
import type { NodeRecord } from '#supervisor/records.ts';

/** The first entry a slot needs, the node it needs it for, and why. */
export interface Need {
  readonly slot: Slot;
  readonly sequence: number;
  readonly node: NodeID;
  readonly why: string;
}

/** What a node reads of the input log, directly or not. */
interface Inputs {
  readonly sources: ReadonlySet<SourceID>;
  /** True for a tag query and what reads one: their sources become more as members come. */
  readonly asks: boolean;
}

export class Needs {
  readonly #records: ReadonlyMap<NodeID, NodeRecord>;
  /** Of nodes that read no tag query: what their record says never changes, so what they read is worked out once. */
  readonly #settled = new WeakMap<NodeRecord, Inputs>();

  constructor(records: ReadonlyMap<NodeID, NodeRecord>) {
    this.#records = records;
  }

  /** The sources a node reads, directly or not, and the places of the tag queries among them. */
  sourcesOf(id: NodeID): ReadonlySet<SourceID> {
    return this.#inputsOf(id, new Map()).sources;
  }

  /** `met` are those that were looked at already. */
  #inputsOf(id: NodeID, met: Map<NodeID, Inputs>): Inputs {
    const record = this.#records.get(id)!;
    const known = this.#settled.get(record) ?? met.get(id);
    if (known) return known;
    const { node } = record;
    const reads = readsOf(node).map((read) => this.#inputsOf(read, met));
    const isQuery = node.spec.nodeType === 'tag-query';
    const own = ownInputOf(node);
    const found: Inputs = { sources: new Set([...(own ? [own] : []), ...reads.flatMap(({ sources }) => [...sources])]), asks: isQuery || reads.some(({ asks }) => asks) };
    if (found.asks) met.set(id, found);
    else this.#settled.set(record, found);
    return found;
  }

  /** Of every source that is read, who needs most of it. Uploads of another log than `log` are none. */
  bySource(uploads: ReadonlyMap<Share, UploadRecord>, log: string): Map<SourceID, Need> {
    const ofSlot = uploadsBySlot(uploads, log);
    const bySlot = new Map<Slot, { need: Need; readonly sources: Set<SourceID> }>();
    const held = new Map<Upload, ReadonlySet<string>>();
    const met = new Map<NodeID, Inputs>();
    for (const [id, { node, slot, origin, isRetired }] of this.#records) {
      if (node.spec.nodeType === 'stream' || isRetired) continue;
      const { sources, asks } = this.#inputsOf(id, met);
      const holders = (asks ? [] : (ofSlot.get(slot) ?? [])).filter((upload) => {
        if (!held.has(upload)) held.set(upload, heldBy(upload));
        return isPacked(viewIdOf(id, origin), held.get(upload)!);
      });
      const older = holders[HOLDERS - 1];
      const why = asks ? 'a tag query above it is made anew from there when a member comes' : older ? 'the last uploads that hold it end there' : `${holders.length === 0 ? 'no' : 'only one'} upload holds it yet, so it needs all from its origin on`;
      const need: Need = { slot, sequence: older ? older.inputSequence + 1 : origin?.sequence ?? 1, node: id, why };
      const its = bySlot.get(slot);
      if (!its) bySlot.set(slot, { need, sources: new Set(sources) });
      else {
        if (need.sequence < its.need.sequence) its.need = need;
        for (const source of sources) its.sources.add(source);
      }
    }
    const neediest = new Map<SourceID, Need>();
    for (const { need, sources } of bySlot.values()) {
      for (const source of sources) if (need.sequence < (neediest.get(source)?.sequence ?? Infinity)) neediest.set(source, need);
    }
    return neediest;
  }
}

/** Those of all shares a slot has or had, the newest first: a node is where its share is, and that may have been another. */
function uploadsBySlot(uploads: ReadonlyMap<Share, UploadRecord>, log: string): Map<Slot, Upload[]> {
  const found = new Map<Slot, Upload[]>();
  for (const [share, record] of uploads) if (record.log === log) found.set(slotIn(share), [...(found.get(slotIn(share)) ?? []), ...record.uploads]);
  for (const its of found.values()) its.sort((a, b) => b.inputSequence - a.inputSequence);
  return found;
}
