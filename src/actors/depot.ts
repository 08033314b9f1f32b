// Checkpoints where every member reaches them. An owner uploads one now and then, and one when its slot is to move, so that the
// next owner begins near the end of the log and not at its origin. What is needed of the log is known from here too (retention).
// D1. An upload is a checkpoint like any other: it never leads the log, and one by an owner that was passed meanwhile is as true as
//     before, since a state is a function of the log alone.
// D2. What a slot has here is said by its record, which is replaced by compare-and-set and never by the owner of an older epoch. So
//     what lies here only gets newer, whoever wakes up late.
// D3. An object is stored before the record names it, and removed only when it does not any more.
// D4. Of every node that is wanted the two newest uploads that hold it stay. The log behind the older of them is all that is ever
//     needed of it, and an upload that turns out damaged costs a longer replay and nothing else.
import type { RecordBucket } from '#bus/bus.ts';
import { shareName, slotIn } from '#bus/shares.ts';
import type { Share } from '#bus/subjects.ts';
import { seal, unseal } from '#checkpoint/checkpoint.ts';
import type { NodeID } from '#domain/node-spec.ts';
import { isPacked, packNodes, unpackNodes } from '#domain/packed-nodes.ts';
import type { Parts } from '#domain/parts.ts';
import { headOf, publishedIn } from './lane-head.ts';
import type { SlotPorts } from './slot-terms.ts';

/** By D4. */
export const HOLDERS = 2;
/** How long an owner is given to upload what a handover begins with. */
const UPLOAD_WAIT_MS = 2_000;
const UPLOAD_POLL_MS = 5;

export interface Upload {
  readonly object: string;
  /** Of the newest entry that is in it. */
  readonly inputSequence: number;
  /** By which a log is known that has another entry there now, as in the head of a checkpoint. */
  readonly mark: number | null;
  /** The nodes it holds, packed. */
  readonly nodes: Uint8Array;
}

/** Bucket `uploads`, by slot or share. */
export interface UploadRecord {
  /** Identity of the log they are of. */
  readonly log: string;
  /** Of the owner that wrote it. */
  readonly epoch: number;
  /** The handover it was written for, if for one. */
  readonly handover: number | null;
  /** The newest first. */
  readonly uploads: readonly Upload[];
}

export interface UploadTerms {
  readonly epoch: number;
  readonly handover: number | undefined;
  /** The nodes of the slot, those of other shares and those that do not run included. */
  readonly wanted: ReadonlySet<NodeID>;
}

/** Brings a checkpoint to the slot's others. Throws NATS_UNREACHABLE. */
export async function upload({ bus }: SlotPorts, slot: Share, parts: Parts, { epoch, handover, wanted }: UploadTerms): Promise<void> {
  const records = await bus.bucket<UploadRecord>('uploads');
  const objects = await bus.objects('checkpoints');
  const head = headOf(parts);
  const { log, inputSequence, mark } = head;
  const nodes = packNodes([...publishedIn(head)]);
  let stored: string | undefined;
  for (;;) {
    const found = await records.get(slot);
    if (found && found.value.log === log && found.value.epoch > epoch) {
      if (stored !== undefined) await objects.remove(stored); // by D2 nobody will name it
      return;
    }
    const before = found?.value.log === log ? found.value.uploads : [];
    const fresh: Upload = { object: freeName(slot, epoch, before), inputSequence, mark, nodes };
    const uploads = needed([fresh, ...before].toSorted((a, b) => b.inputSequence - a.inputSequence), wanted);
    if (uploads.includes(fresh)) {
      stored = fresh.object;
      await objects.put(stored, seal(parts));
    }
    if (!(await records.replace(slot, { log, epoch, handover: handover ?? null, uploads }, found?.revision ?? 0))) continue;
    // Owners that died on the way left objects no record names. No later owner can be writing under a name of an earlier epoch.
    const left = found?.value.epoch === epoch ? before.map(({ object }) => object) : (await objects.keys()).filter((object) => object.startsWith(`${slot}.`) && epochOf(object) <= epoch);
    for (const object of left) if (!uploads.some((kept) => kept.object === object)) await objects.remove(object); // by D3
    return;
  }
}

/** Resolves when something was uploaded for the handover, when that takes too long, or when it is over. By D2 what is there then is newer than what was before. */
export async function untilUploadedFor(ports: SlotPorts, slot: Share, handover: number, isOver: () => boolean): Promise<void> {
  const { clock } = ports;
  for (const lateMs = clock.monotonicMs() + UPLOAD_WAIT_MS; clock.monotonicMs() < lateMs && !isOver(); await clock.sleep(UPLOAD_POLL_MS)) {
    if (await isUploadedFor(ports, slot, handover).catch(() => false)) return;
  }
}

/** True once something was uploaded for the handover. Throws NATS_UNREACHABLE. */
export async function isUploadedFor(ports: SlotPorts, slot: Share, handover: number): Promise<boolean> {
  return (await (await recordsOf(ports)).get(slot))?.value.handover === handover;
}

/** What there is of the slot and this log, by whatever share of it, the newest first. Throws NATS_UNREACHABLE. */
export async function uploadsOf(ports: SlotPorts, share: Share, log: string, sharesMost = 1): Promise<readonly Upload[]> {
  const records = await recordsOf(ports);
  const found = await Promise.all(Array.from({ length: sharesMost }, (_, index) => records.get(shareName(slotIn(share), index))));
  const uploads = found.flatMap((record) => (record?.value.log === log ? record.value.uploads : []));
  return uploads.toSorted((a, b) => b.inputSequence - a.inputSequence);
}

/** Undefined when it was replaced meanwhile. Throws NATS_UNREACHABLE, CHECKPOINT_DAMAGED. */
export async function download({ bus }: SlotPorts, { object }: Upload): Promise<Parts | undefined> {
  const bytes = await (await bus.objects('checkpoints')).get(object);
  return bytes && unseal(bytes, `the upload ${object}`);
}

/** The nodes an upload holds, for `isPacked`. */
export function heldBy({ nodes }: Upload): ReadonlySet<string> {
  const held = new Set<string>();
  unpackNodes(nodes, held);
  return held;
}

function recordsOf({ bus }: SlotPorts): Promise<RecordBucket<UploadRecord>> {
  return bus.bucket<UploadRecord>('uploads');
}

/** By D4, of uploads given newest first. */
function needed(uploads: readonly Upload[], wanted: ReadonlySet<NodeID>): Upload[] {
  const holders = new Map<NodeID, number>();
  return uploads.filter((each) => {
    const held = heldBy(each);
    const its = [...wanted].filter((id) => isPacked(id, held));
    const isNeeded = its.some((id) => (holders.get(id) ?? 0) < HOLDERS);
    for (const id of its) holders.set(id, (holders.get(id) ?? 0) + 1);
    return isNeeded;
  });
}

function freeName(slot: Share, epoch: number, taken: readonly Upload[]): string {
  for (let k = 0; ; k++) {
    const name = `${slot}.${epoch}.${k}`;
    if (!taken.some(({ object }) => object === name)) return name;
  }
}

function epochOf(object: string): number {
  return Number(object.split('.')[1]);
}
