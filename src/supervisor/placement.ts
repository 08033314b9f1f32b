// Who should run a slot: rendezvous hashing over the members alive, weighted by their shards. Each slot goes to the member with the
// highest score, so a member that goes moves only its own slots, and one that comes takes only what is its due. The shares of a slot that is
// divided go to the members with the next scores, each to another one while there are enough.
//
//   its member     the one that gets ready   →
//   none or dead   lives                      that one becomes its member
//   none or dead   none, dead or drained      the member it is due to
//   lives          is ready                   that one becomes its member
//   lives          is not ready yet           stays so
//   lives          dead, drained or too late  the handover is called off
//   lives          none                       a handover begins if it is due elsewhere, and its member is drained or the members
//                                             have settled; not more than HANDOVERS_MAX at a time
//
// Absent: who does run it. The lease decides that, and a wrong belief here costs time, never correctness.
import { createHash } from 'node:crypto';
import { indexIn, slotIn } from '#bus/shares.ts';
import type { Share } from '#bus/subjects.ts';
import type { PlacementRecord } from './records.ts';

/** Each holds a second copy of a slot's state and reads its input twice. */
const HANDOVERS_MAX = 4;

/** The candidate a key is due to, of candidates with their weights; `place` 1 is the next best, and so on round. */
export function rendezvous(key: string, candidates: ReadonlyMap<string, number>, place = 0): string | undefined {
  const scored = Array.from(candidates, ([candidate, weight]) => {
    // Logarithmic scores keep every candidate's part in proportion to its weight (Schindelhauer, Schomaker 2005, "Weighted distributed hash tables").
    const hash = createHash('sha256').update(`${key}\n${candidate}`).digest().readUIntBE(0, 6);
    return { candidate, score: -weight / Math.log((hash + 0.5) / 2 ** 48) };
  });
  scored.sort((a, b) => b.score - a.score || (a.candidate > b.candidate ? -1 : 1));
  return scored[place % Math.max(1, scored.length)]?.candidate;
}

export interface Members {
  /** Shards of each member that lives. */
  readonly alive: ReadonlyMap<string, number>;
  readonly drained: ReadonlySet<string>;
  /** True once nobody came or went for a while. */
  readonly settled: boolean;
  /** True when the member is ready to take over the slot. */
  isReady(member: string, slot: Share): boolean;
  /** True when the handover of the slot should have ended long ago. */
  isLate(slot: Share): boolean;
}

/** The placements to write, by the table above. */
export function placements(slots: readonly Share[], present: ReadonlyMap<Share, PlacementRecord>, members: Members): Map<Share, PlacementRecord> {
  const { alive, drained } = members;
  const usable = new Map([...alive].filter(([member]) => !drained.has(member)));
  const written = new Map<Share, PlacementRecord>();
  let handovers = [...present.values()].filter(({ next }) => next !== undefined).length;
  for (const slot of slots) {
    const { member, next } = present.get(slot) ?? {};
    const due = rendezvous(slotIn(slot), usable, indexIn(slot)) ?? rendezvous(slotIn(slot), alive, indexIn(slot));
    if (due === undefined) continue;
    if (member === undefined || !alive.has(member)) written.set(slot, { member: next !== undefined && usable.has(next) ? next : due });
    else if (next !== undefined) {
      if (usable.has(next) && members.isReady(next, slot)) written.set(slot, { member: next });
      else if (!usable.has(next) || members.isLate(slot)) written.set(slot, { member });
    } else if (due !== member && (drained.has(member) || members.settled) && handovers < HANDOVERS_MAX) {
      handovers++;
      written.set(slot, { member, next: due });
    }
  }
  return written;
}
