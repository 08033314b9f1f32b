// Many ids in few bytes, for records that may name a hundred thousand nodes.
import type { NodeID } from './node-spec.ts';

/** Bytes of an id that tell it from the others of a cluster: of 100,000 nodes two are alike once in four billion clusters. */
const KEY_BYTES = 8;

/** The beginnings of the ids, one behind the other. */
export function packNodes(nodes: readonly NodeID[]): Uint8Array {
  return Buffer.concat(nodes.map((id) => Buffer.from(id.slice(0, 2 * KEY_BYTES), 'hex')));
}

/** How many nodes were packed. */
export function packedCount(packed: Uint8Array): number {
  return packed.length / KEY_BYTES;
}

/** Adds the beginnings of packed ids to a set that `isPacked` asks. */
export function unpackNodes(packed: Uint8Array, into: Set<string>): void {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length);
  for (let at = 0; at < bytes.length; at += KEY_BYTES) into.add(bytes.toString('hex', at, at + KEY_BYTES));
}

export function isPacked(id: NodeID, unpacked: ReadonlySet<string>): boolean {
  return unpacked.has(id.slice(0, 2 * KEY_BYTES));
}
