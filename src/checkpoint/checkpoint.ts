// The port to local state that survives the process: one checkpoint per slot, replaced as a whole.
// C1. A checkpoint is a set of named parts written in one transaction: all of them or none are there after a crash.
// C2. Every part carries a checksum and a format version; a part that fails either makes the whole checkpoint unusable,
//     and the reader is told CHECKPOINT_DAMAGED. It then rebuilds the state from the log.
// C3. A checkpoint never leads the log (the slot writes it only after its outputs are committed), so losing one loses nothing.
import { crc32 } from 'node:zlib';
import { Fault } from '#domain/fault.ts';

/** Persisted: never reuse a number. */
export const CHECKPOINT_FORMAT = 1;
const PREFIX_BYTES = 8;

export type CheckpointParts = ReadonlyMap<string, Uint8Array>;

export interface CheckpointStore {
  /** Replaces the slot's checkpoint. Resolves when a restarted process on this machine would find it. Throws DISK_FULL. */
  write(slot: string, parts: CheckpointParts): Promise<void>;
  /** The slot's checkpoint, or undefined when there is none. Throws CHECKPOINT_DAMAGED. */
  read(slot: string): CheckpointParts | undefined;
  remove(slot: string): Promise<void>;
  close(): Promise<void>;
}

/** Puts the format version and the checksum in front of a part. */
export function seal(part: Uint8Array): Uint8Array {
  const sealed = new Uint8Array(PREFIX_BYTES + part.length);
  const view = new DataView(sealed.buffer);
  view.setUint32(0, CHECKPOINT_FORMAT, true);
  view.setUint32(4, crc32(part), true);
  sealed.set(part, PREFIX_BYTES);
  return sealed;
}

/** Checks and removes what seal() put in front. */
export function unseal(sealed: Uint8Array, where: string): Uint8Array {
  const damaged = (why: string): Fault =>
    new Fault('CHECKPOINT_DAMAGED', `${where}: ${why}`, { cure: 'nothing to do: the state is rebuilt by replaying the log', data: { where } });
  if (sealed.length < PREFIX_BYTES) throw damaged('the part is cut short');
  const view = new DataView(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const format = view.getUint32(0, true);
  if (format !== CHECKPOINT_FORMAT) throw damaged(`format ${format} is not ${CHECKPOINT_FORMAT}`);
  const part = sealed.subarray(PREFIX_BYTES);
  if (crc32(part) !== view.getUint32(4, true)) throw damaged('the checksum does not fit');
  return part;
}
