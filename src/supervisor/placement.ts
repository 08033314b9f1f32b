// Who should run a slot: rendezvous hashing over the members alive. Each slot goes to the member with the highest score, so a
// member that goes moves only its own slots, and one that comes takes only what is its due.
// Absent: who does run it. The lease decides that, and a wrong belief here costs time, never correctness.
import { createHash } from 'node:crypto';
import type { Slot } from '#bus/subjects.ts';

export function rendezvous(key: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestScore = '';
  for (const candidate of candidates) {
    const score = createHash('sha256').update(`${key}\n${candidate}`).digest('hex');
    if (score > bestScore) [best, bestScore] = [candidate, score];
  }
  return best;
}

/**
 * The placements to write: slots nobody was given yet, and slots whose member is dead. A slot whose member lives stays
 * where it is, since moving it without need costs its readers a pause.
 */
export function placements(slots: readonly Slot[], present: ReadonlyMap<Slot, string>, alive: readonly string[]): Map<Slot, string> {
  const wanted = new Map<Slot, string>();
  for (const slot of slots) {
    const now = present.get(slot);
    if (now !== undefined && alive.includes(now)) continue;
    const next = rendezvous(slot, alive);
    if (next !== undefined && next !== now) wanted.set(slot, next);
  }
  return wanted;
}
