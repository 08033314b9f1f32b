// Stores the frames of a step in the log.
// C1. It returns only when every frame is stored (S1).
// C2. A frame is stored only behind the one before it on its subject (B4), so a refused one never leaves a hole that a crash would
//     make last: what stands after it in the log tells a new owner that all before it is there.
// C3. Every write carries the lease's sequence as its fence. An owner that was passed learns it here, by LEASE_LOST (S2).
import type { Fence, StepEntry, StoredEntry } from '#bus/bus.ts';
import { newerOf } from '#bus/step.ts';
import type { Slot } from '#bus/subjects.ts';
import type { NodeFrame } from './lane-output.ts';
import type { SlotPorts } from './slot-terms.ts';

const RETRY_WAIT_MS = 50;

/** Stores frames of a slot under a fence; tries again what may be tried again. Answers the newest of them. Throws LEASE_LOST, and what the log refuses for good. */
export async function commit({ bus, subjects, clock, log }: SlotPorts, slot: Slot, fence: Fence, frames: readonly NodeFrame[]): Promise<StoredEntry | undefined> {
  let left: readonly StepEntry[] = frames.map(({ node, bytes, messageId }) => ({ subject: subjects.output(slot, node), data: bytes, messageId }));
  let newest: StoredEntry | undefined;
  while (left.length > 0) {
    const outcome = await bus.appendStep(left, fence);
    newest = newerOf(newest, outcome.newest);
    // A frame whose answer was lost may be stored already; its message id keeps it from being stored twice.
    left = outcome.left;
    if (left.length === 0) break;
    log.warn({ slot, frames: left.length, reason: outcome.reason?.message }, 'the log did not take some frames; trying again');
    await clock.sleep(RETRY_WAIT_MS);
  }
  return newest;
}
