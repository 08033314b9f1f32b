// A frame carries consecutive rows of one source or node as raw columns.
//
//   0  "QF"        2  version u8    3  kind u8     4  columns u16   6  zero u16
//   8  count u32  12  crc32 u32 of the frame with this field zero
//  16  epoch u64  24  first row u64  32  input sequence u64  40  watermark f64
//  48  id, 32 bytes
//  80  chain u32 × columns, padded to 8
//   …  column 0: f64 × count, column 1, …           all little endian
//
// F1. Rows are first, first + 1, …: a row's number derives from the input, so frame borders mean nothing.
// F2. The chain of a column is the CRC of all its rows since row `start` of the node; it does not depend on frame borders,
//     so a replay that gives other bits is noticed although the log would drop its frame as a duplicate.
import { crc32 } from 'node:zlib';
import { crcOfDouble } from './crc.ts';
import { Fault } from '#domain/fault.ts';

export const FRAME_VERSION = 1;
const HEADER_BYTES = 80;
const MAGIC = 0x4651;
const KINDS = ['', 'source', 'output'] as const;

export interface Frame {
  readonly kind: 'source' | 'output';
  /** Source or node id, 64 hex digits. */
  readonly id: string;
  /** Lease sequence of the writer; 0 for a feed. */
  readonly epoch: number;
  /** Number of the first row. */
  readonly first: number;
  /** 0 of a frame that only says how far its node is. */
  readonly count: number;
  /** Sequence in IN of the newest entry these rows were computed from; 0 for a feed. */
  readonly inputSequence: number;
  /** Event time up to which the rows are complete: the last row's t; NaN without rows. */
  readonly watermark: number;
  readonly chains: Uint32Array;
  /** `t` first, then the features; each `count` long. */
  readonly columns: readonly Float64Array[];
}

/** Fewer rows than this cost more to hand to zlib than to go through. */
const NATIVE_ROWS_MIN = 16;

/** Continues the chains of columns over their rows `from` … `to − 1`, in place. */
export function extendChains(chains: Uint32Array, columns: readonly Float64Array[], from: number, to: number): void {
  for (let c = 0; c < columns.length; c++) {
    if (to - from < NATIVE_ROWS_MIN) {
      let crc = chains[c]!;
      for (let row = from; row < to; row++) crc = crcOfDouble(columns[c]![row]!, crc);
      chains[c] = crc;
      continue;
    }
    const rows = columns[c]!.subarray(from, to);
    chains[c] = crc32(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength), chains[c]);
  }
}

/** Whether nothing of its subject came before a frame: its chains follow from its own rows alone. */
export function isFirstOfAll({ chains, columns, count }: Pick<Frame, 'chains' | 'columns' | 'count'>): boolean {
  const own = new Uint32Array(columns.length);
  extendChains(own, columns, 0, count);
  return own.every((chain, c) => chain === chains[c]);
}

function bodyOffset(columns: number): number {
  return (HEADER_BYTES + columns * 4 + 7) & ~7;
}

function putU64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true);
  view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
}

function getU64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

export function encodeFrame(frame: Frame): Uint8Array {
  const width = frame.columns.length;
  const body = bodyOffset(width);
  const bytes = new Uint8Array(body + width * frame.count * 8);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, MAGIC, true);
  bytes[2] = FRAME_VERSION;
  bytes[3] = KINDS.indexOf(frame.kind);
  view.setUint16(4, width, true);
  view.setUint32(8, frame.count, true);
  putU64(view, 16, frame.epoch);
  putU64(view, 24, frame.first);
  putU64(view, 32, frame.inputSequence);
  view.setFloat64(40, frame.watermark, true);
  bytes.set(Buffer.from(frame.id, 'hex'), 48);
  for (let c = 0; c < width; c++) view.setUint32(HEADER_BYTES + c * 4, frame.chains[c]!, true);
  const out = new Float64Array(bytes.buffer, body);
  for (let c = 0; c < width; c++) out.set(frame.columns[c]!, c * frame.count);
  view.setUint32(12, crc32(bytes), true);
  return bytes;
}

/** Reads a frame, checking version, length and checksum. `where` names the place in errors, such as a subject and sequence. */
export function decodeFrame(data: Uint8Array, where: string): Frame {
  const damaged = (why: string): Fault =>
    new Fault('FRAME_INVALID', `${where}: ${why}`, { cure: 'check the writer’s version; a damaged replica of the log is repaired by restoring it from a good one' });
  if (data.length < HEADER_BYTES) throw damaged(`a frame needs ${HEADER_BYTES} bytes, this has ${data.length}`);
  // The columns must lie on 8 bytes to be read in place, and a message's bytes start anywhere.
  const bytes = new Uint8Array(data);
  const view = new DataView(bytes.buffer);
  if (view.getUint16(0, true) !== MAGIC) throw damaged('the bytes are not a frame');
  if (bytes[2] !== FRAME_VERSION) throw damaged(`frame version ${bytes[2]} is not ${FRAME_VERSION}`);
  const kind = KINDS[bytes[3]!];
  if (kind !== 'source' && kind !== 'output') throw damaged(`frame kind ${bytes[3]} is unknown`);
  const width = view.getUint16(4, true);
  const count = view.getUint32(8, true);
  const body = bodyOffset(width);
  if (bytes.length !== body + width * count * 8) throw damaged(`${width} columns of ${count} rows do not fill ${bytes.length} bytes`);
  const crc = view.getUint32(12, true);
  view.setUint32(12, 0, true);
  if (crc32(bytes) !== crc) throw damaged('the checksum does not fit');
  const chains = new Uint32Array(width);
  for (let c = 0; c < width; c++) chains[c] = view.getUint32(HEADER_BYTES + c * 4, true);
  const columns = Array.from({ length: width }, (_, c) => new Float64Array(bytes.buffer, body + c * count * 8, count));
  return {
    kind,
    id: Buffer.from(bytes.subarray(48, 80)).toString('hex'),
    epoch: getU64(view, 16),
    first: getU64(view, 24),
    count,
    inputSequence: getU64(view, 32),
    watermark: view.getFloat64(40, true),
    chains,
    columns,
  };
}
