// What members shall run, as the records of it say: nodes, placements, divisions, quarantine. Read once, and followed from then on.
// Absent: what of it is whose (member.ts).
import type { QuarantineMark, QuarantineRecord } from '#actors/quarantine.ts';
import type { Bus } from '#bus/bus.ts';
import type { Share, Slot } from '#bus/subjects.ts';
import type { NodeID } from '#domain/node-spec.ts';
import { NodeIndex } from './node-index.ts';
import type { DivisionRecord, NodeRecord, PlacementRecord } from './records.ts';

/** A placement, with the number that tells its handover from others. */
export interface Placed {
  readonly record: PlacementRecord;
  readonly revision: number;
}

export class Registry {
  readonly placements = new Map<Share, Placed>();
  readonly divisions = new Map<Slot, DivisionRecord>();
  readonly quarantine = new Map<NodeID, QuarantineMark>();
  /** Called at every change from now on. */
  onChange: () => void = () => {};
  readonly #nodes = new Map<NodeID, NodeRecord>();
  readonly #stops: (() => void)[] = [];
  /** Undefined once a node came or went. */
  #index: NodeIndex | undefined;

  /** Resolves when all that was there at its start is read. */
  static async open(bus: Bus): Promise<Registry> {
    const registry = new Registry();
    await registry.#follow(bus);
    return registry;
  }

  /** The nodes in order; put in order anew only where one came or went. */
  index(): NodeIndex {
    return (this.#index ??= new NodeIndex(this.#nodes));
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  async #follow(bus: Bus): Promise<void> {
    const nodes = await bus.bucket<NodeRecord>('nodes');
    const placement = await bus.bucket<PlacementRecord>('placement');
    const divisions = await bus.bucket<DivisionRecord>('divisions');
    const quarantine = await bus.bucket<QuarantineRecord>('quarantine');
    this.#stops.push(
      await nodes.watch((id, record) => {
        if (record) this.#nodes.set(id as NodeID, record);
        else this.#nodes.delete(id as NodeID);
        this.#index = undefined;
        this.onChange();
      }),
      await placement.watch((slot, record, revision) => {
        if (record) this.placements.set(slot as Share, { record, revision });
        else this.placements.delete(slot as Share);
        this.onChange();
      }),
      await divisions.watch((slot, record) => {
        if (record) this.divisions.set(slot as Slot, record);
        this.onChange();
      }),
      await quarantine.watch((id, record, revision) => {
        this.quarantine.set(id as NodeID, { revision, isReleased: record === undefined });
        this.onChange();
      }),
    );
  }
}
