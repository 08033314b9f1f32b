// How an owner begins: the lease, what the log has of each node, and the lane as the newest usable checkpoint left it. Starting,
// recovering and taking over are this one path; a planned handover has a shorter one (standby.ts).
// R1. The lease comes first. Where the outputs stand is read from the log itself, after the lease is taken and never before: a write
//     of the last owner that was still on its way is then either stored and seen, or refused (S4). Only where the last owner let go
//     on purpose and the checkpoint is of that very place, the lease has said it all.
// R2. A checkpoint is a convenience. One that is damaged, missing or of another log costs a replay and nothing else.
// R3. A member's own checkpoint is used only where the log still has what came behind it. What uploads hold, retention has heeded.
// R4. A checkpoint trails the log it is of. One that does not is of a log that lost its end, with the power of its server: it knows an entry
//     that is not there or is another one now, or rows of outputs that the log does not have. An older one is used, or none.
// R5. Where the log still has the checkpoint's landmark (A6 in lane.ts), all the checkpoint knows of outputs is in the log, and only what stands
//     behind the landmark is asked for: what came since, and not one entry for each of a hundred thousand nodes.
import { crc32 } from 'node:zlib';
import type { Fence, LogReader } from '#bus/bus.ts';
import { isMarked } from '#bus/entry-mark.ts';
import { slotIn } from '#bus/shares.ts';
import { idIn, type Share, type Slot } from '#bus/subjects.ts';
import { decodeFrame } from '#bus/frame.ts';
import { isFault } from '#domain/fault.ts';
import type { NodeID } from '#domain/node-spec.ts';
import { viewIdOf } from '#domain/origin.ts';
import { isPacked } from '#domain/packed-nodes.ts';
import type { Parts } from '#domain/parts.ts';
import { withUpstreams } from './assemble.ts';
import { download, heldBy, type Upload, uploadsOf } from './depot.ts';
import { floorsOf, isWhole } from './floor.ts';
import { Lane } from './lane.ts';
import type { Committed } from './lane-output.ts';
import { type Head, headOf, publishedIn } from './lane-head.ts';
import { claim, type Claim, type Tenure } from './lease.ts';
import type { Runnable, SlotPorts } from './slot-terms.ts';

const LEADS_LOG = 'the log has lost its end: the checkpoint knows more, and is not used';
const CHECKPOINT_UNUSABLE = 'the checkpoint cannot be used; the state is rebuilt without it';

/** Of all slots, behind a landmark, for each node of one: from there on the last of each node is sooner found. */
const ENTRIES_BEHIND_MAX = 32;
/** Entries of input that are sooner read again than a checkpoint is fetched from elsewhere. */
const DOWNLOAD_ENTRIES_MIN = 10_000;

interface Found {
  readonly from: 'checkpoint' | 'upload';
  readonly parts: Parts;
  readonly head: Head;
  readonly published: ReadonlySet<NodeID>;
}

/** A lane, and where its state came from. */
export interface Begun {
  readonly lane: Lane;
  readonly from: 'checkpoint' | 'upload' | 'log';
}

/** The same, with what makes its owner the owner. */
export interface BegunOwner extends Begun {
  readonly tenure: Tenure;
  /** Of the log its checkpoints are of. */
  readonly logIdentity: string;
  /** Reads on from where the lane stands; left out where nothing does yet. */
  readonly reader?: LogReader;
}

/** Takes the lease and begins where the last owner ended. Throws LEASE_LOST when somebody else was faster. */
export async function begin(ports: SlotPorts, share: Share, member: string, wanted: Runnable): Promise<BegunOwner> {
  // What can be asked together is, here and below: of many slots that begin on a busy machine each waits longest for its answers.
  const [claimed, { identity: logIdentity }] = await Promise.all([claim(ports, share, member, wanted.division), ports.bus.state('IN')]);
  for (let before = Infinity; ; ) {
    const begun = await restoreLane(ports, share, wanted, logIdentity, before);
    if (await meetLog(ports, share, begun.lane, claimed)) return { ...begun, tenure: claimed, logIdentity };
    before = begun.lane.inputSequence;
    ports.log.warn({ slot: share, from: begun.from, inputSequence: before }, LEADS_LOG); // by R4
  }
}

/** By R1, tells a lane what of its outputs the log has, once the lease is taken. False when the lane has more, by R4. */
export async function meetLog(ports: SlotPorts, share: Share, lane: Lane, { before, fence }: Claim): Promise<boolean> {
  const released = before?.released;
  const stand = lane.stand();
  if (released?.inputSequence === stand.inputSequence && released.nodes === stand.nodes && released.chains === stand.chains) return true;
  const after = await landmarkIn(ports, share, lane, fence);
  const committed = await committedOf(ports, share, lane.published, fence, after);
  if (after === undefined && lane.leads(committed)) return false; // by R4
  lane.resume(committed);
  return true;
}

/** By R5, where a lane's landmark stands; undefined where it has none, the log does not have it any more, or too much came since. */
async function landmarkIn({ bus, subjects }: SlotPorts, share: Share, { landmark, published }: Lane, fence: Fence): Promise<number | undefined> {
  if (!landmark || fence.sequence - landmark.sequence > ENTRIES_BEHIND_MAX * published.size) return undefined;
  const entry = await bus.next('OUT', subjects.outputs(slotIn(share)), landmark.sequence);
  return isMarked(entry, landmark) ? landmark.sequence : undefined;
}

/**
 * By R1, how far each node's output is committed, as the owner under a fence finds it; of those alone that have an entry behind `after`, when
 * that is given. Throws LEASE_LOST when it is the owner no more.
 */
export async function committedOf({ bus, subjects }: SlotPorts, share: Share, nodes: ReadonlySet<NodeID>, fence: Fence, after?: number): Promise<Map<NodeID, Committed>> {
  const found = new Map<NodeID, Committed>();
  // Asked for all at once: one question a node would be what a slot of ten thousand waits for longest.
  for (const { subject, sequence, data } of await bus.lastOfEach('OUT', [subjects.outputs(slotIn(share)), fence.subject], fence.sequence, after)) {
    const id = idIn<NodeID>(subject);
    if (!nodes.has(id)) continue;
    const { first, count, chains } = decodeFrame(data, `${subject} at ${sequence}`);
    found.set(id, { next: first + count, chains });
  }
  return found;
}

/** The lane of the wanted nodes that the newest usable checkpoint of those before an input holds, where it left them; else a fresh one of all, at the origin. */
export async function restoreLane(ports: SlotPorts, slot: Share, wanted: Runnable, logIdentity: string, before = Infinity): Promise<Begun> {
  const local = await localOf(ports, slot, logIdentity, before);
  if (local && holdsAll(local, wanted)) {
    const [progress, place] = await Promise.all([progressOf(ports, slot), placeIn(ports, local)]);
    const near = progress - local.head.inputSequence <= DOWNLOAD_ENTRIES_MIN ? await continued(ports, slot, wanted, local, place) : undefined;
    if (near) return near;
  }
  const uploads = (await uploadsOf(ports, slot, logIdentity, wanted.sharesMost)).filter(({ inputSequence }) => inputSequence < before);
  const newer = local ? uploads.filter(({ inputSequence }) => inputSequence > local.head.inputSequence) : uploads;
  const begun =
    (await restoreUpload(ports, slot, wanted, newer)) ??
    (local && (await continued(ports, slot, wanted, local))) ??
    (await restoreUpload(ports, slot, wanted, uploads.slice(newer.length)));
  return begun ?? { lane: new Lane(wanted.nodes, wanted.own, wanted.origins), from: 'log' };
}

function holdsAll({ published }: Found, { own, origins }: Runnable): boolean {
  return [...own].every((id) => published.has(viewIdOf(id, origins.get(id))));
}

/** The lane of those of the wanted nodes that the first usable of the uploads holds, where it left them; undefined when none is. */
export async function restoreUpload(ports: SlotPorts, slot: Share, wanted: Runnable, uploads: readonly Upload[]): Promise<Begun | undefined> {
  for (const upload of uploads) {
    const held = heldBy(upload);
    if (![...wanted.own].some((id) => isPacked(viewIdOf(id, wanted.origins.get(id)), held))) continue;
    const found = await usable(ports, slot, 'upload', () => download(ports, upload));
    const begun = found && (await continued(ports, slot, wanted, found));
    if (begun) return begun;
  }
  return undefined;
}

/** What the input log says of the place a checkpoint stands at. */
interface Place {
  /** By R4. */
  readonly trailsLog: boolean;
  /** Nothing was ever purged behind it. */
  readonly isWhole: boolean;
}

async function placeIn(ports: SlotPorts, { head, from }: Found): Promise<Place> {
  const [trails, whole] = await Promise.all([trailsLog(ports, head), from === 'upload' || isWhole(ports)]); // by R3
  return { trailsLog: trails, isWhole: whole };
}

/** The lane of the wanted nodes that a checkpoint holds; undefined when it holds none, or they cannot be continued from it. */
async function continued(ports: SlotPorts, slot: Share, { nodes, own, origins }: Runnable, found: Found, known?: Place): Promise<Begun | undefined> {
  const { parts, from, head, published } = found;
  const kept = new Set([...own].filter((id) => published.has(viewIdOf(id, origins.get(id)))));
  if (kept.size === 0) return undefined;
  const place = known ?? (await placeIn(ports, found));
  if (!place.trailsLog) {
    ports.log.warn({ slot, from, inputSequence: head.inputSequence }, LEADS_LOG);
    return undefined;
  }
  try {
    const lane = new Lane(withUpstreams(kept, nodes), kept, origins);
    const floor = place.isWhole ? 0 : Math.max(0, ...(await floorsOf(ports, lane.inputs)).values()); // by R3
    if (floor > head.inputSequence + 1) {
      ports.log.info({ slot, floor, inputSequence: head.inputSequence }, 'the log was purged beyond this member’s checkpoint; an upload is used instead');
      return undefined;
    }
    lane.restore(parts);
    return { lane, from };
  } catch (error) {
    if (!isFault(error) || error.code !== 'CHECKPOINT_DAMAGED') throw error;
    ports.log.warn({ slot, from, reason: error.message }, CHECKPOINT_UNUSABLE);
    return undefined;
  }
}

/** The member's own checkpoint, if it is of before an input. One of a log that was wiped and begun anew since means nothing in the new one. */
async function localOf(ports: SlotPorts, slot: Share, logIdentity: string, before: number): Promise<Found | undefined> {
  const found = await usable(ports, slot, 'checkpoint', () => ports.store.read(slot));
  return found?.head.log === logIdentity && found.head.inputSequence < before ? found : undefined;
}

/** By R4, as far as the input tells. An entry that was purged since was there. */
export async function trailsLog({ bus, subjects }: Pick<SlotPorts, 'bus' | 'subjects'>, { inputSequence, mark }: Pick<Head, 'inputSequence' | 'mark'>): Promise<boolean> {
  const entry = await bus.next('IN', subjects.inputs('*' as Slot), Math.max(1, inputSequence));
  if (entry?.sequence === inputSequence) return typeof mark !== 'number' || crc32(entry.data) === mark;
  return entry !== undefined || inputSequence <= (await bus.state('IN')).lastSequence;
}

/**
 * The input sequence of the newest output of the slot: every step before the one that wrote it is in the log as a whole (S1). Where a slot
 * is divided, or is to be, others write too; then that of the newest output of some of a lane's own nodes, which is as true and a little older.
 */
export async function progressOf({ bus, subjects }: SlotPorts, share: Share, nodes?: readonly NodeID[]): Promise<number> {
  const slot = slotIn(share);
  const newest = nodes ? (await bus.lastOfEach('OUT', nodes.map((node) => subjects.output(slot, node)))).at(-1) : await bus.last('OUT', subjects.outputs(slot));
  return newest ? decodeFrame(newest.data, newest.subject).inputSequence : 0;
}

/** By R2. */
async function usable({ log }: SlotPorts, slot: Share, from: Found['from'], read: () => Parts | undefined | Promise<Parts | undefined>): Promise<Found | undefined> {
  try {
    const parts = await read();
    if (!parts) return undefined;
    const head = headOf(parts);
    return { parts, from, head, published: publishedIn(head) };
  } catch (error) {
    if (!isFault(error)) throw error;
    log.warn({ slot, from, reason: error.message }, CHECKPOINT_UNUSABLE);
    return undefined;
  }
}
