// How an owner begins: the lease, what the log has of each node, and the lane as the newest usable checkpoint left it. Starting,
// recovering and moving are this one path.
// R1. The lease comes first. Where the outputs stand is read from the log itself, after the lease is taken and never before: a write
//     of the last owner that was still on its way is then either stored and seen, or refused (S4).
// R2. A checkpoint is a convenience. One that is damaged, missing or of another log costs a replay and nothing else.
import type { Slot } from '#bus/subjects.ts';
import { encode } from '#bus/codec.ts';
import { decodeFrame } from '#bus/frame.ts';
import type { CheckpointParts } from '#checkpoint/checkpoint.ts';
import { isFault } from '#domain/fault.ts';
import type { NodeID } from '#domain/node-spec.ts';
import { withUpstreams } from './assemble.ts';
import { type Committed, headOf, Lane, publishedIn } from './lane.ts';
import type { SlotPorts, Wanted } from './slot.ts';

const CHECKPOINT_UNUSABLE = 'the checkpoint cannot be used; the state is rebuilt from the log';

/** Takes the slot's lease by compare-and-set; its sequence is the epoch. Throws LEASE_LOST when somebody else was faster. */
export async function takeLease({ bus, subjects }: SlotPorts, slot: Slot, member: string): Promise<number> {
  const subject = subjects.lease(slot);
  const held = await bus.last('OUT', subject);
  return bus.append(subject, encode({ member }), { fence: { subject, sequence: held?.sequence ?? 0 } });
}

/** By R1, how far each node's output is committed. */
export async function committedOf({ bus, subjects }: SlotPorts, slot: Slot, nodes: ReadonlySet<NodeID>): Promise<Map<NodeID, Committed>> {
  const found = new Map<NodeID, Committed>();
  await Promise.all(
    [...nodes].map(async (id) => {
      const entry = await bus.last('OUT', subjects.output(slot, id));
      if (!entry) return;
      const { first, count, chains } = decodeFrame(entry.data, `${entry.subject} at ${entry.sequence}`);
      found.set(id, { next: first + count, chains });
    }),
  );
  return found;
}

/** The lane of the wanted nodes that the checkpoint holds, where it left them; else a fresh one of all, at the origin. */
export async function restoreLane(ports: SlotPorts, slot: Slot, { nodes, own }: Wanted, logIdentity: string): Promise<{ lane: Lane; from: 'checkpoint' | 'log' }> {
  const parts = readCheckpoint(ports, slot, logIdentity);
  const published = parts ? publishedIn(parts) : new Set();
  const kept = new Set([...own].filter((id) => published.has(id)));
  if (parts && kept.size > 0) {
    try {
      const lane = new Lane(withUpstreams(kept, nodes), kept, await committedOf(ports, slot, kept));
      lane.restore(parts);
      return { lane, from: 'checkpoint' };
    } catch (error) {
      if (!isFault(error) || error.code !== 'CHECKPOINT_DAMAGED') throw error;
      ports.log.warn({ slot, reason: error.message }, CHECKPOINT_UNUSABLE);
    }
  }
  return { lane: new Lane(nodes, own, await committedOf(ports, slot, own)), from: 'log' };
}

function readCheckpoint({ store, log }: SlotPorts, slot: Slot, logIdentity: string): CheckpointParts | undefined {
  try {
    const parts = store.read(slot);
    // The log may have been wiped and begun anew; what was computed from the old one means nothing in the new.
    return parts && headOf(parts).log === logIdentity ? parts : undefined;
  } catch (error) {
    if (!isFault(error)) throw error;
    log.warn({ slot, reason: error.message }, CHECKPOINT_UNUSABLE);
    return undefined;
  }
}
