// How far the input log may be purged, by source: written by whoever purges (dag/retention.ts), read by whoever begins.
import type { SourceID } from '#domain/bar.ts';
import type { SlotPorts } from './slot-terms.ts';

/** Bucket `floors`, by source. */
export interface FloorRecord {
  /** Entries of the source before it may be gone. */
  readonly sequence: number;
  /** The first row of which, and of all behind it, nothing lies in those entries. */
  readonly row: number;
}

/** True while nothing was ever purged. Throws NATS_UNREACHABLE. */
export async function isWhole({ bus }: SlotPorts): Promise<boolean> {
  const { entries, lastSequence } = await bus.state('IN');
  return entries === lastSequence;
}

/** The floors of sources that have one. Throws NATS_UNREACHABLE. */
export async function floorsOf({ bus }: SlotPorts, sources: Iterable<SourceID>): Promise<ReadonlyMap<SourceID, number>> {
  const floors = await bus.bucket<FloorRecord>('floors');
  const found = await Promise.all(Array.from(sources, async (source) => [source, (await floors.get(source))?.value.sequence] as const));
  return new Map(found.flatMap(([source, sequence]) => (sequence === undefined ? [] : [[source, sequence]])));
}
