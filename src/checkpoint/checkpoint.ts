// The port to local state that survives the process: one checkpoint per slot, replaced as a whole.
// C1. A checkpoint is a set of named parts written in one transaction: all of them or none are there after a crash.
// C2. It carries a checksum and a format version; one that fails either is unusable as a whole, and the reader is told
//     CHECKPOINT_DAMAGED. It then rebuilds the state from the log.
// C3. A checkpoint never leads the log (the slot writes it only after its outputs are committed), so losing one loses nothing.
import { crc32 } from 'node:zlib';
import { Fault } from '#domain/fault.ts';

/** Persisted: never reuse a number. */
export const CHECKPOINT_FORMAT = 2;
const PREFIX_BYTES = 8;
/** Of the prefix and of what says how long the names and how many the parts are. */
const LENGTHS_AT = 16;
const BETWEEN_NAMES = '\n';

export type CheckpointParts = ReadonlyMap<string, Uint8Array>;

export interface CheckpointStore {
  /** Replaces the slot's checkpoint. Resolves when a restarted process on this machine would find it. Throws DISK_FULL. */
  write(slot: string, parts: CheckpointParts): Promise<void>;
  /** The slot's checkpoint, or undefined when there is none. Throws CHECKPOINT_DAMAGED. */
  read(slot: string): CheckpointParts | undefined;
  remove(slot: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * All parts as one piece of bytes, behind the format version and the checksum:
 *   0 format u32 │ 4 crc32 u32 of what follows │ 8 parts u32 │ 12 bytes of names u32 │ lengths u32 … │ names │ parts …
 * Names and parts each begin on 8 bytes, so that numbers in a part can be read in place.
 */
export function seal(parts: CheckpointParts): Uint8Array {
  const names = Buffer.from([...parts.keys()].join(BETWEEN_NAMES));
  const namesAt = padded(LENGTHS_AT + parts.size * 4);
  let at = padded(namesAt + names.length);
  let bytes = at;
  for (const part of parts.values()) bytes += padded(part.length);
  const sealed = new Uint8Array(bytes);
  const words = new Uint32Array(sealed.buffer, 0, namesAt / 4);
  words[2] = parts.size;
  words[3] = names.length;
  sealed.set(names, namesAt);
  let word = LENGTHS_AT / 4;
  for (const part of parts.values()) {
    words[word++] = part.length;
    sealed.set(part, at);
    at += padded(part.length);
  }
  words[0] = CHECKPOINT_FORMAT;
  words[1] = crc32(sealed.subarray(PREFIX_BYTES));
  return sealed;
}

/** The parts that were sealed, which lie in a copy of the bytes. Throws CHECKPOINT_DAMAGED, naming `where`. */
export function unseal(sealed: Uint8Array, where: string): CheckpointParts {
  const damaged = (why: string): Fault =>
    new Fault('CHECKPOINT_DAMAGED', `${where}: ${why}`, { cure: 'nothing to do: the state is rebuilt by replaying the log', data: { where } });
  if (sealed.length < LENGTHS_AT) throw damaged('the checkpoint is cut short');
  const own = new Uint8Array(sealed);
  const [format, crc, count, namesBytes] = new Uint32Array(own.buffer, 0, LENGTHS_AT / 4) as unknown as [number, number, number, number];
  if (format !== CHECKPOINT_FORMAT) throw damaged(`format ${format} is not ${CHECKPOINT_FORMAT}`);
  if (crc32(own.subarray(PREFIX_BYTES)) !== crc) throw damaged('the checksum does not fit');
  const namesAt = padded(LENGTHS_AT + count * 4);
  const names = count === 0 ? [] : Buffer.from(own.buffer, namesAt, namesBytes).toString().split(BETWEEN_NAMES);
  const lengths = new Uint32Array(own.buffer, LENGTHS_AT, count);
  let at = padded(namesAt + namesBytes);
  return new Map(
    names.map((name, k) => {
      const part = own.subarray(at, at + lengths[k]!);
      at += padded(lengths[k]!);
      return [name, part];
    }),
  );
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
