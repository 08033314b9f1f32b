// Leases: the newest entry on a subject in the stream of the outputs. Its sequence is the epoch that every write of the owner names as
// its fence. A slot has one lease, which is that of its first share; while it is divided each other share has one too.
// L1. A lease is taken by compare-and-set on the entry that stood before, so of two who try one succeeds.
// L2. An owner that lets go on purpose says how far it came. Whoever comes next knows from that entry alone that all outputs up to
//     there are in the log, and that none follows.
// L3. The slot's lease says how the slot is divided, and each entry carries it on. The entry that divides it ends the right of whoever
//     owned all of it; its sequence is in the names of the other shares' leases, so those of two divisions are never the same.
// L4. A division ends on every lease of its own first: an entry that says `isOver`, behind which nobody takes it, written by the owner of
//     the slot's lease under that fence. Only then an entry without it, or with another one, is written on the slot's lease.
// L5. The entry that divides a slot says where each other share stood, as L2 has it: it is the last that its owner knows of them. The first
//     owner of such a share finds that in the place of a lease.
// So whoever may write a node's rows is decided by one subject at any time, and no wrong belief about a division has effect.
import type { Fence } from '#bus/bus.ts';
import { decode, encode } from '#bus/codec.ts';
import { type Division, indexIn, slotIn } from '#bus/shares.ts';
import type { Share, Slot } from '#bus/subjects.ts';
import { Fault } from '#domain/fault.ts';
import type { SlotPorts } from './slot-terms.ts';

/** The number of no division. */
const NONE = Number.NaN;

/** Where a lane stood when its owner let go. */
export interface Released {
  readonly inputSequence: number;
  /** Says which nodes the lane published … */
  readonly nodes: string;
  /** … and which rows of them, by the chains up to there. */
  readonly chains: string;
}

/** A division in force. */
export interface Divided extends Division {
  /** Sequence of the entry that made it. */
  readonly at: number;
}

export interface Lease {
  readonly sequence: number;
  readonly released: Released | undefined;
  /** Only on a slot's own lease. */
  readonly divided: Divided | undefined;
  /** By L5, of the other shares, the second first. */
  readonly left: readonly Released[] | undefined;
  /** By L4, of a share whose division has ended. */
  readonly isOver: boolean;
}

/** What an owner has. */
export interface Tenure {
  /** Stands while the owner is the owner: the condition of its every write. */
  readonly fence: Fence;
  /** How its slot is divided, by the entry that it wrote or relies on. */
  readonly divided: Divided | undefined;
}

export interface Claim extends Tenure {
  /** The lease that stood when it came. */
  readonly before: Lease | undefined;
}

interface LeaseEntry {
  readonly member?: string;
  readonly released?: Released;
  /** `at` is left out where it is the entry itself. */
  readonly division?: Division & { readonly at?: number };
  readonly left?: readonly Released[];
  readonly isOver?: true;
}

/** A lease as an entry of the log says. */
export function leaseIn(data: Uint8Array, sequence: number, where: string): Lease {
  const { released, division, left, isOver } = decode<LeaseEntry>(data, where);
  return { sequence, released, divided: division && { at: sequence, ...division }, left, isOver: isOver === true };
}

/** The lease of a share as it stands; undefined before the first, and while the slot is not divided as `division` says. */
export async function leaseOf(ports: SlotPorts, share: Share, division: Division | undefined): Promise<Lease | undefined> {
  const first = await standing(ports, ports.subjects.lease(slotIn(share)));
  if (indexIn(share) === 0) return first;
  return first?.divided && first.divided.number === division?.number ? shareLease(ports, share, first, first.divided) : undefined;
}

/** True once a share other than the first may be owned: the slot is divided so. */
export async function isDivided(ports: SlotPorts, slot: Slot, division: Division | undefined): Promise<boolean> {
  const lease = await standing(ports, ports.subjects.lease(slot));
  return lease?.divided !== undefined && lease.divided.number === division?.number;
}

/** Takes the lease of a share of a slot that shall be divided so, or not. Throws LEASE_LOST when somebody else was faster, or the slot is not divided so. */
export async function claim(ports: SlotPorts, share: Share, member: string, division: Division | undefined): Promise<Claim> {
  const slot = slotIn(share);
  const first = await standing(ports, ports.subjects.lease(slot));
  if (indexIn(share) === 0) {
    const fence = await write(ports, ports.subjects.lease(slot), { member, ...(first?.divided && { division: first.divided }) }, first?.sequence ?? 0);
    const held = { fence, divided: first?.divided };
    // The owner before may have died while it ended what this one shall carry on; then another takes its place.
    const isEnding = first?.divided !== undefined && (await hasEnded(ports, slot, first.divided));
    return { ...(await divide(ports, slot, member, division, isEnding ? { fence, divided: { ...first.divided, number: NONE } } : held)), before: first };
  }
  if (!first?.divided || first.divided.number !== division?.number) throw new Fault('LEASE_LOST', `slot ${slot} is not divided as its share ${share} knows`, { retry: true });
  const before = await shareLease(ports, share, first, first.divided);
  if (before?.isOver) throw new Fault('LEASE_LOST', `share ${share}: its division has ended`, { retry: true });
  return { fence: await write(ports, leaseSubject(ports, share, first.divided), { member }, before?.sequence ?? 0), before, divided: first.divided };
}

/** By L2. Throws LEASE_LOST when it was somebody else's already. */
export async function releaseLease(ports: SlotPorts, share: Share, member: string, { fence, divided }: Tenure, released: Released): Promise<void> {
  await write(ports, fence.subject, { member, released, ...(indexIn(share) === 0 && divided && { division: divided }) }, fence.sequence);
}

/** Divides a slot as it shall be, or makes it whole, for the owner of its lease; does nothing where it is so. `left` by L5, if that is known. Throws LEASE_LOST. */
export async function divide(ports: SlotPorts, slot: Slot, member: string, division: Division | undefined, held: Tenure, left?: readonly Released[]): Promise<Tenure> {
  const { fence, divided } = held;
  if (divided?.number === division?.number) return held;
  if (divided) for (const subject of otherLeases(ports, slot, divided)) await ports.bus.append(subject, encode({ isOver: true } satisfies LeaseEntry), { fence }); // by L4
  const moved = await write(ports, fence.subject, { member, ...(division && { division }), ...(left && { left }) }, fence.sequence);
  return { fence: moved, divided: division && { ...division, at: moved.sequence } };
}

/** True when a lease of the division says so, or more of them. */
async function hasEnded(ports: SlotPorts, slot: Slot, divided: Divided): Promise<boolean> {
  const leases = await Promise.all(otherLeases(ports, slot, divided).map((subject) => standing(ports, subject)));
  return leases.some((lease) => lease?.isOver);
}

/** By L5, with sequence 0, what stands for the lease of a share that nobody had yet. */
async function shareLease(ports: SlotPorts, share: Share, { sequence, left }: Lease, divided: Divided): Promise<Lease | undefined> {
  const found = await standing(ports, leaseSubject(ports, share, divided));
  const released = sequence === divided.at ? left?.[indexIn(share) - 1] : undefined;
  return found ?? (released && { sequence: 0, released, divided: undefined, left: undefined, isOver: false });
}

function otherLeases({ subjects }: SlotPorts, slot: Slot, { at, shares }: Divided): string[] {
  return Array.from({ length: shares - 1 }, (_, k) => subjects.shareLease(slot, at, k + 1));
}

function leaseSubject({ subjects }: SlotPorts, share: Share, { at }: Divided): string {
  return subjects.shareLease(slotIn(share), at, indexIn(share));
}

async function standing({ bus }: SlotPorts, subject: string): Promise<Lease | undefined> {
  const entry = await bus.last('OUT', subject);
  return entry && leaseIn(entry.data, entry.sequence, entry.subject);
}

async function write({ bus }: SlotPorts, subject: string, entry: LeaseEntry, sequence: number): Promise<Fence> {
  return { subject, sequence: await bus.append(subject, encode(entry), { fence: { subject, sequence } }) };
}
