// Stores the frames of a step in the log.
// C1. It returns only when every frame is stored (S1).
// C2. A frame is sent only when the one before it on its subject is stored, so a refused one never leaves a hole that a crash would
//     make last: what stands after it in the log tells a new owner that all before it is there.
// C3. Every write carries the lease's sequence as its fence. An owner that was passed learns it here, by LEASE_LOST (S2).
import type { Slot } from '#bus/subjects.ts';
import { type Fault, isFault } from '#domain/fault.ts';
import type { NodeFrame } from './lane.ts';
import type { SlotPorts } from './slot.ts';

const RETRY_WAIT_MS = 50;

/** Stores frames under an epoch; tries again what may be tried again. Throws LEASE_LOST, and what the log refuses for good. */
export async function commit(ports: SlotPorts, slot: Slot, epoch: number, frames: readonly NodeFrame[]): Promise<void> {
  const queues = Array.from(Map.groupBy(frames, (frame) => frame.node).values());
  const turns = Math.max(0, ...queues.map((queue) => queue.length));
  // By C2 a node's frames go one after the other, those of different nodes together.
  for (let turn = 0; turn < turns; turn++) await store(ports, slot, epoch, queues.flatMap((queue) => queue.slice(turn, turn + 1)));
}

/** Appends at most one frame of each node. */
async function store({ bus, subjects, clock, log }: SlotPorts, slot: Slot, epoch: number, frames: readonly NodeFrame[]): Promise<void> {
  const fence = { subject: subjects.lease(slot), sequence: epoch };
  let left = frames;
  while (left.length > 0) {
    const tries = await Promise.allSettled(left.map(({ node, bytes, messageId }) => bus.append(subjects.output(slot, node), bytes, { fence, messageId })));
    const failed = left.filter((_, k) => tries[k]!.status === 'rejected');
    if (failed.length === 0) return;
    const reasons = tries.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    const final = reasons.find((reason) => !isFault(reason) || !reason.retry);
    if (final) throw final;
    log.warn({ slot, frames: failed.length, reason: (reasons[0] as Fault).message }, 'the log did not take some frames; trying again');
    await clock.sleep(RETRY_WAIT_MS);
    // A frame whose answer was lost may be stored already; its message id keeps it from being stored twice.
    left = failed;
  }
}
