// What a lane gives out of one node: the rows it computed and the log does not have yet, and the chains that say what the log has.
import { encodeFrame, extendChains, type Frame } from '#bus/frame.ts';
import { Fault } from '#domain/fault.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { Rows } from '#kernels/plan.ts';

/** Keeps a frame under 64 KB, where the log is fast. */
const FRAME_BODY_BYTES_MAX = 60_000;
const ROOM_ROWS_MIN = 8;

/** A column before its first row: a hundred thousand nodes begin with one, and need none until rows come. */
export const EMPTY = new Float64Array(0);

/** How far a node's output is committed in the log. */
export interface Committed {
  /** Number of the next row. */
  readonly next: number;
  readonly chains: Uint32Array;
}

export interface NodeFrame {
  readonly node: NodeID;
  readonly bytes: Uint8Array;
  /** Equal only for frames of the same rows: the log may drop a second one as a duplicate, and nothing is lost by it. */
  readonly messageId: string;
}

export interface Output {
  readonly id: NodeID;
  /** What the plan calls it. */
  readonly viewId: NodeID;
  readonly chains: Uint32Array;
  /** What the log had of it beyond what this lane has computed again. */
  committed: Committed | undefined;
  /** Number of the row that has to come next, once it is known. */
  next: number | undefined;
  first: number;
  count: number;
  /** `t` and the outputs, each with room for `count` rows at least. */
  readonly columns: Float64Array[];
}

/** Of a node with so many columns as there are chains. */
export function newOutput(id: NodeID, viewId: NodeID, chains: Uint32Array): Output {
  return { id, viewId, chains, committed: undefined, next: undefined, first: 0, count: 0, columns: Array.from(chains, () => EMPTY) };
}

/** From here on it gives out what the log does not have; what it computed before, the log has. Throws REPLAY_DIVERGED. */
export function resumeOutput(output: Output, known: Committed): void {
  output.committed = known;
  if (output.next === known.next) {
    compare(output);
    output.committed = undefined;
  }
  output.next ??= known.next;
}

/** Takes rows the node fired. Answers how many are missing between those before and these. Throws REPLAY_DIVERGED. */
export function collect(output: Output, rows: Rows): number {
  if (rows.count === 0) return 0;
  const columns = [rows.t, ...rows.columns];
  const gapRows = Math.max(0, rows.first - (output.next ?? rows.first));
  output.next = rows.first + rows.count;
  const skip = output.committed ? Math.min(rows.count, Math.max(0, output.committed.next - rows.first)) : 0;
  if (skip > 0) {
    extendChains(output.chains, columns, 0, skip);
    if (rows.first + skip === output.committed!.next) compare(output);
  }
  if (output.committed && output.next >= output.committed.next) output.committed = undefined;
  if (output.count === 0) output.first = rows.first + skip;
  const count = output.count + rows.count - skip;
  for (let c = 0; c < columns.length; c++) {
    const column = (output.columns[c] = withRoom(output.columns[c]!, output.count, count));
    column.set(columns[c]!.subarray(skip), output.count);
  }
  output.count = count;
  return gapRows;
}

/** Takes its rows out as frames, in order. */
export function takeFramesOf(output: Output, epoch: number, inputSequence: number, frames: NodeFrame[]): void {
  const width = output.columns.length;
  const rowsMax = Math.max(1, Math.floor(FRAME_BODY_BYTES_MAX / (8 * width)));
  for (let at = 0; at < output.count; at += rowsMax) {
    const count = Math.min(rowsMax, output.count - at);
    const columns = output.columns.map((column) => column.subarray(at, at + count));
    extendChains(output.chains, columns, 0, count);
    const first = output.first + at;
    const frame: Frame = { kind: 'output', id: output.id, epoch, first, count, inputSequence, watermark: columns[0]![count - 1]!, chains: output.chains, columns };
    frames.push({ node: output.id, bytes: encodeFrame(frame), messageId: rowsId(output.id, first, count) });
  }
  output.count = 0;
}

/** A frame without rows: how far a node is. */
export function emptyFrame(id: NodeID, { next, chains }: Committed, epoch: number, inputSequence: number): NodeFrame {
  const columns = Array.from(chains, () => EMPTY);
  const frame: Frame = { kind: 'output', id, epoch, first: next, count: 0, inputSequence, watermark: Number.NaN, chains, columns };
  return { node: id, bytes: encodeFrame(frame), messageId: `${rowsId(id, next, 0)}@${inputSequence}` };
}

/** Names rows of a source or node for the log's duplicate window. */
export function rowsId(id: string, first: number, count: number): string {
  return `${id.slice(0, 24)}:${first}+${count}`;
}

/** A column with room for `rows` rows that begins with the `kept` of the given one; the given one where it has room. */
export function withRoom(column: Float64Array, kept: number, rows: number): Float64Array {
  if (column.length >= rows) return column;
  const wider = new Float64Array(Math.max(ROOM_ROWS_MIN, 2 * rows));
  wider.set(column.subarray(0, kept));
  return wider;
}

/** By A2 of lane.ts. */
function compare(output: Output): void {
  const { next, chains } = output.committed!;
  if (output.chains.every((chain, c) => chain === chains[c])) return;
  throw new Fault('REPLAY_DIVERGED', `node ${output.id}: rows before ${next} were committed with other bits than this replay gives`, {
    cure: 'a kernel or compute function is not deterministic, or its code changed under the same version: give it a new version and publish again',
    data: { node: output.id, next },
  });
}
