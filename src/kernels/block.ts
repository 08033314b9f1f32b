// A checkpoint block: the retained rows of some columns and a state, as bytes in this machine's order.
//   0 magic u32 │ 4 format u32 │ 8 columns u32 │ 12 kept rows u32 │ 16 rows f64 │ 24 state bytes u32 │ 28 tag u32 │ columns … │ state …
// B1. `tag` names what the block belongs to (a kernel with version and parameters): state is never poured into another kernel.
import { Fault } from '#domain/fault.ts';

const MAGIC = 0x42544d51; // "QMTB"
const FORMAT = 1;
const HEADER_BYTES = 32;

export interface Block {
  readonly tag: number;
  /** Rows so far, of which the newest `kept` are in the columns. */
  readonly rows: number;
  readonly kept: number;
  readonly columns: readonly Float64Array[];
  readonly state: Uint8Array;
}

/** FNV-1a of a text: a short name, not a checksum. */
export function tagOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

export function writeBlock(block: Block): Uint8Array {
  const { columns, kept, state } = block;
  const bytes = new Uint8Array(HEADER_BYTES + columns.length * kept * 8 + state.length);
  const view = new DataView(bytes.buffer);
  [MAGIC, FORMAT, columns.length, kept].forEach((value, k) => view.setUint32(k * 4, value, true));
  view.setFloat64(16, block.rows, true);
  view.setUint32(24, state.length, true);
  view.setUint32(28, block.tag, true);
  const values = new Float64Array(bytes.buffer, HEADER_BYTES, columns.length * kept);
  columns.forEach((column, k) => values.set(column, k * kept));
  bytes.set(state, HEADER_BYTES + values.byteLength);
  return bytes;
}

/** Reads a block of `columnCount` columns tagged `tag`. Throws CHECKPOINT_DAMAGED naming `id`. */
export function readBlock(id: string, bytes: Uint8Array | undefined, columnCount: number, tag: number): Block {
  if (bytes === undefined) throw damaged(id, 'is missing');
  const own = bytes.slice(); // aligned, and not anybody else's buffer
  const view = new DataView(own.buffer);
  if (own.length < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) throw damaged(id, 'is not a checkpoint block');
  if (view.getUint32(4, true) !== FORMAT) throw damaged(id, `has format ${view.getUint32(4, true)}, this version reads ${FORMAT}`);
  const kept = view.getUint32(12, true);
  const stateBytes = view.getUint32(24, true);
  if (view.getUint32(28, true) !== tag) throw damaged(id, 'belongs to another kernel, version or parameters');
  if (view.getUint32(8, true) !== columnCount) throw damaged(id, `holds ${view.getUint32(8, true)} columns, not ${columnCount}`);
  if (own.length !== HEADER_BYTES + columnCount * kept * 8 + stateBytes) throw damaged(id, `is ${own.length} bytes long, which is not what it says`);
  const columns = Array.from({ length: columnCount }, (_, k) => new Float64Array(own.buffer, HEADER_BYTES + k * kept * 8, kept));
  return { tag, rows: view.getFloat64(16, true), kept, columns, state: own.subarray(own.length - stateBytes) };
}

export function damaged(id: string, what: string): Fault {
  return new Fault('CHECKPOINT_DAMAGED', `the checkpoint of ${id} ${what}`, {
    cure: 'restore from an older checkpoint, or replay the node from its origin',
    data: { id },
  });
}
