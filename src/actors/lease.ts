// The lease of a slot: the newest entry on its subject, in the stream of its outputs. Its sequence is the epoch that every write of
// the owner names as its fence.
// L1. A lease is taken by compare-and-set on the entry that stood before, so of two who try one succeeds.
// L2. An owner that lets go on purpose says how far it came. Whoever comes next knows from that entry alone that all outputs up to
//     there are in the log, and that none follows.
import { decode, encode } from '#bus/codec.ts';
import type { Slot } from '#bus/subjects.ts';
import type { SlotPorts } from './slot-terms.ts';

/** Where a lane stood when its owner let go. */
export interface Released {
  readonly inputSequence: number;
  /** Says which nodes the lane published … */
  readonly nodes: string;
  /** … and which rows of them, by the chains up to there. */
  readonly chains: string;
}

export interface Lease {
  readonly sequence: number;
  readonly released: Released | undefined;
}

interface LeaseEntry {
  readonly member: string;
  readonly released?: Released;
}

/** The lease as it stands; undefined before the first. */
export async function leaseOf({ bus, subjects }: SlotPorts, slot: Slot): Promise<Lease | undefined> {
  const entry = await bus.last('OUT', subjects.lease(slot));
  return entry && { sequence: entry.sequence, released: decode<LeaseEntry>(entry.data, entry.subject).released };
}

/** Takes the lease behind the one that stood, and answers the epoch. Throws LEASE_LOST when somebody else was faster. */
export function takeLease(ports: SlotPorts, slot: Slot, member: string, before: Lease | undefined): Promise<number> {
  return write(ports, slot, { member }, before?.sequence ?? 0);
}

/** By L2. Throws LEASE_LOST when it was somebody else's already. */
export async function releaseLease(ports: SlotPorts, slot: Slot, member: string, epoch: number, released: Released): Promise<void> {
  await write(ports, slot, { member, released }, epoch);
}

function write({ bus, subjects }: SlotPorts, slot: Slot, entry: LeaseEntry, sequence: number): Promise<number> {
  const subject = subjects.lease(slot);
  return bus.append(subject, encode(entry), { fence: { subject, sequence } });
}
