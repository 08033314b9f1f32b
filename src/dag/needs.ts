// What is still needed of the input log, and by whom. Pure: no I/O, no time.
// A node that uploads hold needs what came behind the older of the two newest of them (D4 in actors/depot.ts), any other one all from
// its origin on: a new one that still warms, one that stands still since before the first upload. A slot is read as a whole, so its
// neediest node speaks for every source the slot reads.
import { sourceOf } from '#actors/assemble.ts';
import { heldBy, HOLDERS, type Upload, type UploadRecord } from '#actors/depot.ts';
import type { Slot } from '#bus/subjects.ts';
import { type SourceID, sourceId } from '#domain/bar.ts';
import { type NodeID, readsOf } from '#domain/node-spec.ts';
import { viewIdOf } from '#domain/origin.ts';
import { isPacked } from '#domain/packed-nodes.ts';
import type { NodeRecord } from '#supervisor/records.ts';

/** The first entry a slot needs, and the node it needs it for. */
export interface Need {
  readonly slot: Slot;
  readonly sequence: number;
  readonly node: NodeID;
  /** False while no upload holds the node. */
  readonly isUploaded: boolean;
}

export class Needs {
  readonly #records: ReadonlyMap<NodeID, NodeRecord>;
  /** What a record says never changes, so what its node reads is worked out once. */
  readonly #sources = new WeakMap<NodeRecord, ReadonlySet<SourceID>>();

  constructor(records: ReadonlyMap<NodeID, NodeRecord>) {
    this.#records = records;
  }

  /** The sources a node reads, directly or not. */
  sourcesOf(id: NodeID): ReadonlySet<SourceID> {
    const record = this.#records.get(id)!;
    const known = this.#sources.get(record);
    if (known) return known;
    const { node } = record;
    const sources = node.spec.nodeType === 'stream' ? [sourceId(sourceOf(node.spec))] : readsOf(node).flatMap((read) => [...this.sourcesOf(read)]);
    const found = new Set(sources);
    this.#sources.set(record, found);
    return found;
  }

  /** Of every source that is read, who needs most of it. Uploads of another log than `log` are none. */
  bySource(uploads: ReadonlyMap<Slot, UploadRecord>, log: string): Map<SourceID, Need> {
    const bySlot = new Map<Slot, { need: Need; readonly sources: Set<SourceID> }>();
    const held = new Map<Upload, ReadonlySet<string>>();
    for (const [id, { node, slot, origin, isRetired }] of this.#records) {
      if (node.spec.nodeType === 'stream' || isRetired) continue;
      const record = uploads.get(slot);
      const holders = (record?.log === log ? record.uploads : []).filter((upload) => {
        if (!held.has(upload)) held.set(upload, heldBy(upload));
        return isPacked(viewIdOf(id, origin), held.get(upload)!);
      });
      const isUploaded = holders.length > 0;
      const sequence = isUploaded ? holders[Math.min(HOLDERS, holders.length) - 1]!.inputSequence + 1 : origin?.sequence ?? 1;
      const need: Need = { slot, sequence, node: id, isUploaded };
      const its = bySlot.get(slot);
      if (!its) bySlot.set(slot, { need, sources: new Set(this.sourcesOf(id)) });
      else {
        if (sequence < its.need.sequence) its.need = need;
        for (const source of this.sourcesOf(id)) its.sources.add(source);
      }
    }
    const neediest = new Map<SourceID, Need>();
    for (const { need, sources } of bySlot.values()) {
      for (const source of sources) if (need.sequence < (neediest.get(source)?.sequence ?? Infinity)) neediest.set(source, need);
    }
    return neediest;
  }
}
