// Checkpoints where every member reaches them. An owner uploads one now and then, and one when its slot is to move, so that the
// next owner begins near the end of the log and not at its origin.
// D1. An upload is a checkpoint like any other: it never leads the log, and one by an owner that was passed meanwhile is as true as
//     before, since a state is a function of the log alone.
// D2. Losing it, or finding it damaged, costs a longer replay and nothing else.
import type { Slot } from '#bus/subjects.ts';
import { type CheckpointParts, seal, unseal } from '#checkpoint/checkpoint.ts';
import type { SlotPorts } from './slot.ts';

const FOR_NO_HANDOVER = 'now and then';

/** Replaces the slot's upload; `handover` is the one it is made for. Throws NATS_UNREACHABLE. */
export async function upload({ bus }: SlotPorts, slot: Slot, parts: CheckpointParts, handover: number | undefined): Promise<void> {
  await (await bus.objects('checkpoints')).put(slot, seal(parts), handover === undefined ? FOR_NO_HANDOVER : String(handover));
}

/** True once the slot's upload is the one that was made for the handover. Throws NATS_UNREACHABLE. */
export async function isUploadedFor({ bus }: SlotPorts, slot: Slot, handover: number): Promise<boolean> {
  return (await (await bus.objects('checkpoints')).tagOf(slot)) === String(handover);
}

/** The slot's newest upload; undefined when there is none. Throws NATS_UNREACHABLE, CHECKPOINT_DAMAGED. */
export async function download({ bus }: SlotPorts, slot: Slot): Promise<CheckpointParts | undefined> {
  const bytes = await (await bus.objects('checkpoints')).get(slot);
  return bytes && unseal(bytes, `the upload of slot ${slot}`);
}
