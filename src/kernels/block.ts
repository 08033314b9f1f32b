// A checkpoint block: the retained rows of some columns and a state, as bytes in this machine's order.
//   0 magic u32 │ 4 format u32 │ 8 columns u32 │ 12 kept rows u32 │ 16 rows f64 │ 24 state bytes u32 │ 28 tag u32 │ columns … │ state …
// B1. `tag` names what the block belongs to (a kernel with version and parameters): state is never poured into another kernel.
import { Fault } from '#domain/fault.ts';

const MAGIC = 0x42544d51; // "QMTB"
const FORMAT = 1;
const HEADER_BYTES = 32;
const WORDS_INITIAL = 256;

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

/** What stands in front of a block's columns and state. */
type Head = Pick<Block, 'tag' | 'rows' | 'kept'>;

/** Columns and a state where they lie in linear memory, in bytes: of each column its first row that is kept. */
export interface Placed {
  readonly words: Uint32Array;
  readonly columns: readonly number[];
  readonly state: number;
  readonly stateBytes: number;
}

/**
 * Writes blocks one behind the other into one piece of memory, each on 8 bytes. A block of a plan is a few hundred bytes, so what a
 * checkpoint of ten thousand costs is what each costs beside its bytes: nothing is allocated for one, and its words are copied as words,
 * since a float64 that is read and written may lose the bits of a NaN.
 */
export class BlockWriter {
  #u32 = new Uint32Array(WORDS_INITIAL);
  #f64 = new Float64Array(this.#u32.buffer);
  #end = 0;
  readonly #places: { readonly id: string; readonly from: number; readonly to: number }[] = [];

  write(id: string, { columns, state, ...head }: Block): void {
    let at = this.#begin(head, columns.length, state.length);
    const bytes = new Uint8Array(this.#u32.buffer);
    for (const column of columns) {
      bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at * 4);
      at += head.kept * 2;
    }
    bytes.set(state, at * 4);
    this.#finish(id, at, state.length);
  }

  copy(id: string, head: Head, { words, columns, state, stateBytes }: Placed): void {
    let at = this.#begin(head, columns.length, stateBytes);
    const u32 = this.#u32;
    for (const column of columns) for (let from = column / 4, end = from + head.kept * 2; from < end; ) u32[at++] = words[from++]!;
    for (let from = state / 4, end = from + Math.ceil(stateBytes / 4), to = at; from < end; ) u32[to++] = words[from++]!;
    this.#finish(id, at, stateBytes);
  }

  /** By id, every block written so far. */
  blocks(): Map<string, Uint8Array> {
    const bytes = new Uint8Array(this.#u32.buffer);
    return new Map(this.#places.map(({ id, from, to }) => [id, bytes.subarray(from, to)]));
  }

  /** Writes a head where the next block stands, and answers where in words its columns begin. */
  #begin({ tag, rows, kept }: Head, columns: number, stateBytes: number): number {
    const at = this.#end / 4;
    const words = at + HEADER_BYTES / 4 + columns * kept * 2 + Math.ceil(stateBytes / 8) * 2;
    if (words > this.#u32.length) {
      const wider = new Uint32Array(2 ** Math.ceil(Math.log2(words)));
      wider.set(this.#u32);
      this.#u32 = wider;
      this.#f64 = new Float64Array(wider.buffer);
    }
    const u32 = this.#u32;
    u32[at] = MAGIC;
    u32[at + 1] = FORMAT;
    u32[at + 2] = columns;
    u32[at + 3] = kept;
    this.#f64[at / 2 + 2] = rows;
    u32[at + 6] = stateBytes;
    u32[at + 7] = tag;
    return at + HEADER_BYTES / 4;
  }

  #finish(id: string, stateAt: number, stateBytes: number): void {
    const to = stateAt * 4 + stateBytes;
    this.#places.push({ id, from: this.#end, to });
    this.#end = Math.ceil(to / 8) * 8;
  }
}

/** One block by itself. */
export function writeBlock(block: Block): Uint8Array {
  const writer = new BlockWriter();
  writer.write('', block);
  return writer.blocks().get('')!.slice();
}

/** Reads a block of `columnCount` columns tagged `tag`; what is answered may lie in `bytes`. Throws CHECKPOINT_DAMAGED naming `id`. */
export function readBlock(id: string, bytes: Uint8Array | undefined, columnCount: number, tag: number): Block {
  if (bytes === undefined) throw damaged(id, 'is missing');
  const own = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice(); // its columns are read in place
  const view = new DataView(own.buffer, own.byteOffset, own.length);
  if (own.length < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) throw damaged(id, 'is not a checkpoint block');
  if (view.getUint32(4, true) !== FORMAT) throw damaged(id, `has format ${view.getUint32(4, true)}, this version reads ${FORMAT}`);
  const kept = view.getUint32(12, true);
  const stateBytes = view.getUint32(24, true);
  if (view.getUint32(28, true) !== tag) throw damaged(id, 'belongs to another kernel, version or parameters');
  if (view.getUint32(8, true) !== columnCount) throw damaged(id, `holds ${view.getUint32(8, true)} columns, not ${columnCount}`);
  if (own.length !== HEADER_BYTES + columnCount * kept * 8 + stateBytes) throw damaged(id, `is ${own.length} bytes long, which is not what it says`);
  const columns = Array.from({ length: columnCount }, (_, k) => new Float64Array(own.buffer, own.byteOffset + HEADER_BYTES + k * kept * 8, kept));
  return { tag, rows: view.getFloat64(16, true), kept, columns, state: own.subarray(own.length - stateBytes) };
}

export function damaged(id: string, what: string): Fault {
  return new Fault('CHECKPOINT_DAMAGED', `the checkpoint of ${id} ${what}`, {
    cure: 'restore from an older checkpoint, or replay the node from its origin',
    data: { id },
  });
}
