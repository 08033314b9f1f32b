// What stands in front of a lane's checkpoint: which log it is of, how far it came, and the chain of every column it gave out. A lane has
// thousands of those and its checkpoint is written twice a second, so they are bytes and not objects.
import { decode, encode } from '#bus/codec.ts';
import type { EntryMark } from '#bus/entry-mark.ts';
import { Fault } from '#domain/fault.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { Parts } from '#domain/parts.ts';

export const HEAD_PART = 'head';
const ID_DIGITS = 64;

/** What a lane gives out; the same at each of its checkpoints. */
export interface Given {
  /** The ids, 32 bytes each. */
  readonly published: Uint8Array;
  /** How many columns each has, u16. */
  readonly widths: Uint8Array;
}

/** An entry of OUT: all a lane gave out stands there or before, and nothing it has yet to give. */
export type Landmark = EntryMark;

export interface Head extends Given {
  readonly log: string;
  readonly inputSequence: number;
  /** CRC of the entry it came to, by which a log is known that lost its end since and has others there; null where that entry was never seen. */
  readonly mark: number | null;
  /** Null while there is none; left out by those that were written before there were any. */
  readonly landmark?: Landmark | null;
  /** Of all columns of all nodes, one behind the other, u32. */
  readonly chains: Uint8Array;
}

export function givenBy(nodes: readonly NodeID[], widths: readonly number[]): Given {
  return { published: Buffer.from(nodes.join(''), 'hex'), widths: bytesOf(Uint16Array.from(widths)) };
}

export function writeHead(head: Omit<Head, 'chains'>, chains: Uint32Array): Uint8Array {
  return encode({ ...head, chains: bytesOf(chains) });
}

/** Throws CHECKPOINT_DAMAGED. */
export function headOf(parts: Parts): Head {
  const head = parts.get(HEAD_PART);
  if (!head) throw new Fault('CHECKPOINT_DAMAGED', 'a checkpoint has no head', { cure: 'nothing to do: the state is rebuilt by replaying the log' });
  return decode<Head>(head, 'checkpoint head');
}

/** By node, the chains its columns had. */
export function chainsIn({ published, widths, chains }: Head): Map<NodeID, Uint32Array> {
  const ids = Buffer.from(published).toString('hex');
  const all = new Uint32Array(ownBytes(chains));
  const found = new Map<NodeID, Uint32Array>();
  let at = 0;
  for (const [k, width] of new Uint16Array(ownBytes(widths)).entries()) found.set(ids.slice(k * ID_DIGITS, (k + 1) * ID_DIGITS) as NodeID, all.subarray(at, (at += width)));
  return found;
}

/** The nodes a checkpoint holds an output of, as far as its lane published them. */
export function publishedIn(head: Head): Set<NodeID> {
  return new Set(chainsIn(head).keys());
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint16Array | Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** In memory of their own, as numbers need them. */
function ownBytes(bytes: Uint8Array): ArrayBufferLike {
  return new Uint8Array(bytes).buffer;
}
