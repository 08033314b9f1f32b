// How an owner begins: the lease, what the log has of each node, and the lane as the newest usable checkpoint left it. Starting,
// recovering and taking over are this one path; a planned handover has a shorter one (standby.ts).
// R1. The lease comes first. Where the outputs stand is read from the log itself, after the lease is taken and never before: a write
//     of the last owner that was still on its way is then either stored and seen, or refused (S4). Only where the last owner let go
//     on purpose and the checkpoint is of that very place, the lease has said it all.
// R2. A checkpoint is a convenience. One that is damaged, missing or of another log costs a replay and nothing else.
import type { Slot } from '#bus/subjects.ts';
import { decodeFrame } from '#bus/frame.ts';
import type { CheckpointParts } from '#checkpoint/checkpoint.ts';
import { isFault } from '#domain/fault.ts';
import type { NodeID } from '#domain/node-spec.ts';
import { withUpstreams } from './assemble.ts';
import { download } from './depot.ts';
import { type Committed, Lane } from './lane.ts';
import { headOf, publishedIn } from './lane-head.ts';
import { type Lease, leaseOf, takeLease } from './lease.ts';
import type { SlotPorts, Wanted } from './slot.ts';

const CHECKPOINT_UNUSABLE = 'the checkpoint cannot be used; the state is rebuilt without it';

/** Entries of input that are sooner read again than a checkpoint is fetched from elsewhere. */
const DOWNLOAD_ENTRIES_MIN = 10_000;

interface Found {
  readonly from: 'checkpoint' | 'upload';
  readonly parts: CheckpointParts;
  readonly head: ReturnType<typeof headOf>;
}

/** A lane, and where its state came from. */
export interface Begun {
  readonly lane: Lane;
  readonly from: 'checkpoint' | 'upload' | 'log';
}

/** Takes the slot's lease and begins where its last owner ended. Throws LEASE_LOST when somebody else was faster. */
export async function begin(ports: SlotPorts, slot: Slot, member: string, wanted: Wanted, logIdentity: string): Promise<Begun & { epoch: number }> {
  const before = await leaseOf(ports, slot);
  const epoch = await takeLease(ports, slot, member, before);
  const begun = await restoreLane(ports, slot, wanted, logIdentity);
  await meetLog(ports, slot, begun.lane, before, epoch);
  return { ...begun, epoch };
}

/** By R1, tells a lane what of its outputs the log has, once the lease is taken behind `before`. */
export async function meetLog(ports: SlotPorts, slot: Slot, lane: Lane, before: Lease | undefined, epoch: number): Promise<void> {
  const released = before?.released;
  const stand = lane.stand();
  if (released?.inputSequence === stand.inputSequence && released.nodes === stand.nodes && released.chains === stand.chains) return;
  lane.resume(await committedOf(ports, slot, lane.published, epoch));
}

/** By R1, how far each node's output is committed, as the owner of an epoch finds it. Throws LEASE_LOST when it is the owner no more. */
export async function committedOf({ bus, subjects }: SlotPorts, slot: Slot, nodes: ReadonlySet<NodeID>, epoch: number): Promise<Map<NodeID, Committed>> {
  const found = new Map<NodeID, Committed>();
  // Asked for all at once: one question a node would be what a slot of ten thousand waits for longest.
  for (const { subject, sequence, data } of await bus.lastOfEach('OUT', [subjects.outputs(slot), subjects.lease(slot)], epoch)) {
    const id = subject.slice(subject.lastIndexOf('.') + 1) as NodeID;
    if (!nodes.has(id)) continue;
    const { first, count, chains } = decodeFrame(data, `${subject} at ${sequence}`);
    found.set(id, { next: first + count, chains });
  }
  return found;
}

/** The lane of the wanted nodes that the newest usable checkpoint holds, where it left them; else a fresh one of all, at the origin. */
export async function restoreLane(ports: SlotPorts, slot: Slot, { nodes, own }: Wanted, logIdentity: string): Promise<Begun> {
  for (const { parts, from } of await checkpointsOf(ports, slot, logIdentity)) {
    const published = publishedIn(parts);
    const kept = new Set([...own].filter((id) => published.has(id)));
    if (kept.size === 0) continue;
    try {
      const lane = new Lane(withUpstreams(kept, nodes), kept);
      lane.restore(parts);
      return { lane, from };
    } catch (error) {
      if (!isFault(error) || error.code !== 'CHECKPOINT_DAMAGED') throw error;
      ports.log.warn({ slot, from, reason: error.message }, CHECKPOINT_UNUSABLE);
    }
  }
  return { lane: new Lane(nodes, own), from: 'log' };
}

/** The checkpoints there are of this log, the newest first. */
async function checkpointsOf(ports: SlotPorts, slot: Slot, logIdentity: string): Promise<Found[]> {
  // The log may have been wiped and begun anew; what was computed from the old one means nothing in the new.
  const ofThisLog = (found: Found | undefined): Found[] => (found?.head.log === logIdentity ? [found] : []);
  const local = ofThisLog(await usable(ports, slot, 'checkpoint', () => ports.store.read(slot)));
  const newest = await progressOf(ports, slot);
  if (local[0] && newest - local[0].head.inputSequence <= DOWNLOAD_ENTRIES_MIN) return local;
  const uploaded = ofThisLog(await usable(ports, slot, 'upload', () => download(ports, slot)));
  return [...local, ...uploaded].toSorted((a, b) => b.head.inputSequence - a.head.inputSequence);
}

/** The input sequence of the newest output of the slot: every step before the one that wrote it is in the log as a whole (S1). */
export async function progressOf({ bus, subjects }: SlotPorts, slot: Slot): Promise<number> {
  const entry = await bus.last('OUT', subjects.outputs(slot));
  return entry ? decodeFrame(entry.data, entry.subject).inputSequence : 0;
}

/** By R2. */
async function usable({ log }: SlotPorts, slot: Slot, from: Found['from'], read: () => CheckpointParts | undefined | Promise<CheckpointParts | undefined>): Promise<Found | undefined> {
  try {
    const parts = await read();
    return parts && { parts, from, head: headOf(parts) };
  } catch (error) {
    if (!isFault(error)) throw error;
    log.warn({ slot, from, reason: error.message }, CHECKPOINT_UNUSABLE);
    return undefined;
  }
}
