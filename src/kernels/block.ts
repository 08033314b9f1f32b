// A checkpoint block: the retained rows of some columns and a state, as bytes in this machine's order.
//   0 magic u32 │ 4 format u32 │ 8 columns u32 │ 12 kept rows u32 │ 16 rows f64 │ 24 state bytes u32 │ 28 tag u32 │ columns … │ state …
// B1. `tag` names what the block belongs to (a kernel with version and parameters): state is never poured into another kernel.
import { Fault } from '#domain/fault.ts';
import { PartNames, PartsWriter } from '#domain/parts.ts';

const MAGIC = 0x42544d51; // "QMTB"
const FORMAT = 1;
const HEADER_BYTES = 32;
/** More words than these are sooner copied by the engine than by a loop. */
const LOOP_WORDS_MAX = 128;

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

/** Writes what stands in front of the columns of a block and makes room for those and its state. Answers where, in words, the columns begin. */
export function beginBlock(writer: PartsWriter, tag: number, rows: number, kept: number, columns: number, stateBytes: number): number {
  const at = writer.begin(HEADER_BYTES + columns * kept * 8 + stateBytes);
  const { u32 } = writer;
  u32[at] = MAGIC;
  u32[at + 1] = FORMAT;
  u32[at + 2] = columns;
  u32[at + 3] = kept;
  writer.f64[at / 2 + 2] = rows;
  u32[at + 6] = stateBytes;
  u32[at + 7] = tag;
  return at + HEADER_BYTES / 4;
}

/** Copies `count` words; as words, since a float64 that is read and written may lose the bits of a NaN. Answers where the next would go. */
export function copyWords(from: Uint32Array, at: number, count: number, to: Uint32Array, place: number): number {
  if (count > LOOP_WORDS_MAX) {
    to.set(from.subarray(at, at + count), place);
    return place + count;
  }
  for (const end = at + count; at < end; ) to[place++] = from[at++]!;
  return place;
}

export function addBlock(writer: PartsWriter, { tag, rows, kept, columns, state }: Block): void {
  let at = beginBlock(writer, tag, rows, kept, columns.length, state.length) * 4;
  for (const column of columns) {
    writer.u8.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at += kept * 8;
  }
  writer.u8.set(state, at);
}

/** One block by itself. */
export function writeBlock(block: Block): Uint8Array {
  const writer = new PartsWriter(new PartNames(['']));
  addBlock(writer, block);
  return writer.parts().get('')!.slice();
}

/** What a block says of itself, and where in its words its columns begin; the state is behind them. */
export interface BlockHead {
  readonly rows: number;
  readonly kept: number;
  readonly stateBytes: number;
  readonly words: Uint32Array;
  readonly columnsAt: number;
}

/** Reads what stands in front of a block of `columnCount` columns tagged `tag`. Throws CHECKPOINT_DAMAGED naming `id`. */
export function readHead(id: string, bytes: Uint8Array | undefined, columnCount: number, tag: number): BlockHead {
  if (bytes === undefined) throw damaged(id, 'is missing');
  const own = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice(); // its columns are read in place
  const words = new Uint32Array(own.buffer, own.byteOffset, own.length >>> 2);
  if (own.length < HEADER_BYTES || words[0] !== MAGIC) throw damaged(id, 'is not a checkpoint block');
  if (words[1] !== FORMAT) throw damaged(id, `has format ${words[1]}, this version reads ${FORMAT}`);
  const [kept, stateBytes] = [words[3]!, words[6]!];
  if (words[7] !== tag) throw damaged(id, 'belongs to another kernel, version or parameters');
  if (words[2] !== columnCount) throw damaged(id, `holds ${words[2]} columns, not ${columnCount}`);
  if (own.length !== HEADER_BYTES + columnCount * kept * 8 + stateBytes) throw damaged(id, `is ${own.length} bytes long, which is not what it says`);
  return { rows: new Float64Array(own.buffer, own.byteOffset + 16, 1)[0]!, kept, stateBytes, words, columnsAt: HEADER_BYTES / 4 };
}

/** Reads a block of `columnCount` columns tagged `tag`; what is answered may lie in `bytes`. Throws CHECKPOINT_DAMAGED naming `id`. */
export function readBlock(id: string, bytes: Uint8Array | undefined, columnCount: number, tag: number): Block {
  const { rows, kept, stateBytes, words: { buffer, byteOffset } } = readHead(id, bytes, columnCount, tag);
  const columnsAt = byteOffset + HEADER_BYTES;
  const columns = Array.from({ length: columnCount }, (_, k) => new Float64Array(buffer, columnsAt + k * kept * 8, kept));
  return { tag, rows, kept, columns, state: new Uint8Array(buffer, columnsAt + columnCount * kept * 8, stateBytes) };
}

export function damaged(id: string, what: string): Fault {
  return new Fault('CHECKPOINT_DAMAGED', `the checkpoint of ${id} ${what}`, {
    cure: 'restore from an older checkpoint, or replay the node from its origin',
    data: { id },
  });
}
