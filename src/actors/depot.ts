// Checkpoints where every member reaches them. An owner uploads one now and then, and one when its slot is to move, so that the
// next owner begins near the end of the log and not at its origin.
// D1. An upload is a checkpoint like any other: it never leads the log, and one by an owner that was passed meanwhile is as true as
//     before, since a state is a function of the log alone.
// D2. Losing it, or finding it damaged, costs a longer replay and nothing else.
import { decode, encode } from '#bus/codec.ts';
import type { Slot } from '#bus/subjects.ts';
import { type CheckpointParts, seal, unseal } from '#checkpoint/checkpoint.ts';
import type { SlotPorts } from './slot.ts';

/** A checkpoint as it was uploaded. */
export interface Upload {
  /** The handover it was made for, if for one. */
  readonly handover: number | undefined;
  readonly parts: CheckpointParts;
}

/** Replaces the slot's upload. Throws NATS_UNREACHABLE. */
export async function upload({ bus }: SlotPorts, slot: Slot, { handover, parts }: Upload): Promise<void> {
  const bytes = seal(encode({ ...(handover !== undefined && { handover }), parts: [...parts] }));
  await (await bus.objects('checkpoints')).put(slot, bytes);
}

/** The slot's newest upload; undefined when there is none. Throws NATS_UNREACHABLE, CHECKPOINT_DAMAGED. */
export async function download({ bus }: SlotPorts, slot: Slot): Promise<Upload | undefined> {
  const bytes = await (await bus.objects('checkpoints')).get(slot);
  if (!bytes) return undefined;
  const { handover, parts } = decode<{ handover?: number; parts: [string, Uint8Array][] }>(unseal(bytes, `the upload of slot ${slot}`), 'upload');
  return { handover, parts: new Map(parts) };
}
