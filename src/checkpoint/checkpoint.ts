// The port to local state that survives the process: one checkpoint per slot, replaced as a whole.
// C1. A checkpoint is a set of named parts written in one transaction: all of them or none are there after a crash.
// C2. It carries a checksum and a format version; one that fails either is unusable as a whole, and the reader is told
//     CHECKPOINT_DAMAGED. It then rebuilds the state from the log.
// C3. A checkpoint never leads the log (the slot writes it only after its outputs are committed), so losing one loses nothing.
import { crc32 } from 'node:zlib';
import { Fault } from '#domain/fault.ts';
import { KEEPER_BYTES, Parts, PARTS_BYTES_MIN } from '#domain/parts.ts';

/** Persisted: never reuse a number. */
export const CHECKPOINT_FORMAT = 2;

export interface CheckpointStore {
  /** Replaces the slot's checkpoint. Resolves when a restarted process on this machine would find it. Throws DISK_FULL. */
  write(slot: string, parts: Parts): Promise<void>;
  /** The slot's checkpoint, or undefined when there is none. Throws CHECKPOINT_DAMAGED. */
  read(slot: string): Parts | undefined;
  remove(slot: string): Promise<void>;
  close(): Promise<void>;
}

/** The bytes of the parts, with the format version and the checksum of all that follows in front: 0 format u32 │ 4 crc32 u32. */
export function seal({ bytes }: Parts): Uint8Array {
  new Uint32Array(bytes.buffer, bytes.byteOffset, 2).set([CHECKPOINT_FORMAT, crc32(bytes.subarray(KEEPER_BYTES))]);
  return bytes;
}

/** The parts that were sealed; they may lie in the bytes. Throws CHECKPOINT_DAMAGED, naming `where`. */
export function unseal(sealed: Uint8Array, where: string): Parts {
  const damaged = (why: string): Fault =>
    new Fault('CHECKPOINT_DAMAGED', `${where}: ${why}`, { cure: 'nothing to do: the state is rebuilt by replaying the log', data: { where } });
  if (sealed.length < PARTS_BYTES_MIN) throw damaged('the checkpoint is cut short');
  const own = sealed.byteOffset % 8 === 0 ? new Uint8Array(sealed.buffer, sealed.byteOffset, sealed.length) : new Uint8Array(sealed);
  const [format, crc] = new Uint32Array(own.buffer, own.byteOffset, 2);
  if (format !== CHECKPOINT_FORMAT) throw damaged(`format ${format} is not ${CHECKPOINT_FORMAT}`);
  if (crc32(own.subarray(KEEPER_BYTES)) !== crc) throw damaged('the checksum does not fit');
  return Parts.read(own);
}
