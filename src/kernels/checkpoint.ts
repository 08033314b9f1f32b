// Copies a program's pages and states out as blocks, one per id, and pours them back in.
// K1. A node's block stands under its own id. A source's t stands under its id, a join's, whose rows belong to no one, under an id made of
//     what it joins; each further column of either in a block of its own, so that plans that read different columns can share blocks.
//     An operator's block also says how many rows of each side it has taken.
// K2. A block keeps exactly the rows its page must retain, so it follows from the rows so far and not from how they were cut.
// K3. Everything is read and compared before anything is poured: a refused restore leaves the plan as it was.
import { createHash } from 'node:crypto';
import type { PartsWriter } from '#domain/parts.ts';
import { addBlock, beginBlock, type Block, copyWords, damaged, readBlock, readHead, tagOf } from './block.ts';
import { inputKey } from './groups.ts';
import { KernelBlock } from './kernel-block.ts';
import type { Memory } from './memory.ts';
import type { Page } from './page.ts';
import type { PlacedGroup, PlacedNode, PlacedSide, Program } from './program.ts';

const SOURCE_TAG = tagOf('source');
const HOST_TAG = tagOf('host');
const JOIN_TAG = tagOf('join');
const ROWS_TAG = tagOf('rows');

/** Where the blocks of a program are, by id. */
export type BlocksById = Pick<ReadonlyMap<string, Uint8Array>, 'get'>;

/** A block that is written at every checkpoint, with what writes it. */
interface Written {
  readonly id: string;
  readonly write: (writer: PartsWriter) => void;
}

export class ProgramCheckpoint {
  /** Of all blocks, in the order they are written in. */
  readonly ids: readonly string[];
  readonly #program: Program;
  readonly #memory: Memory;
  readonly #written: readonly Written[];
  readonly #kernels: ReadonlyMap<string, KernelBlock>;

  constructor(program: Program, memory: Memory) {
    const { groups, nodes } = program;
    this.#program = program;
    this.#memory = memory;
    this.#kernels = new Map([...nodes].flatMap(([id, node]) => (node.state ? [[id, new KernelBlock(node, tagOfNode(node))]] : [])));
    const ofGroups = [...groups.values()].flatMap((group) => (group.group.source ? writtenOfSource(group, memory) : group.group.rows ? [] : writtenOfJoin(group)));
    const ofNodes = Array.from(nodes, ([id, node]): Written => {
      const kernel = this.#kernels.get(id);
      return { id, write: kernel ? (writer) => kernel.write(memory, writer) : (writer) => writeHostNode(node, memory, writer) };
    });
    this.#written = [...ofGroups, ...ofNodes];
    this.ids = this.#written.map(({ id }) => id);
  }

  /** Adds the block of each id. */
  write(writer: PartsWriter): void {
    for (const { write } of this.#written) write(writer);
  }

  /** Throws CHECKPOINT_DAMAGED, by K3. */
  restore(blocks: BlocksById): void {
    const { groups, nodes } = this.#program;
    const pours: (() => void)[] = [];
    const rowsOf = new Map<PlacedGroup, number>();
    for (const group of groups.values()) {
      if (group.group.source) pours.push(readSource(group, blocks, rowsOf));
      else if (!group.group.rows) pours.push(readJoin(group, blocks, rowsOf));
    }
    for (const [id, node] of nodes) {
      const kernel = this.#kernels.get(id);
      pours.push(kernel ? readKernel(id, node, kernel, blocks, rowsOf, this.#memory) : readHostNode(id, node, blocks, rowsOf));
    }
    for (const group of groups.values()) group.ring.head = 0;
    for (const pour of pours) pour();
    for (const [group, rows] of rowsOf) {
      group.ring.rows = rows;
      group.fresh = 0;
    }
  }
}

function sourceColumnIds({ group }: PlacedGroup): string[] {
  return group.columns.map((column) => (column === 0 ? group.key : `${group.key}.${column}`));
}

function writtenOfSource(source: PlacedGroup, memory: Memory): Written[] {
  const { page, ring } = source;
  return sourceColumnIds(source).map((id, k) => ({
    id,
    write: (writer) => {
      const { rows, head } = ring;
      const kept = Math.min(rows, page.retains[k]!);
      const at = beginBlock(writer, SOURCE_TAG, rows, kept, 1, k === 0 ? 8 : 0);
      const end = copyWords(memory.u32, page.bases[k]! / 4 + (head - kept) * 2, kept * 2, writer.u32, at);
      if (k === 0) writer.f64[end / 2] = source.watermark;
    },
  }));
}

function readSource(source: PlacedGroup, blocks: BlocksById, rowsOf: Map<PlacedGroup, number>): () => void {
  const ids = sourceColumnIds(source);
  const columns = ids.map((id) => readBlock(id, blocks.get(id), 1, SOURCE_TAG));
  const { rows } = columns[0]!;
  const other = columns.findIndex((block) => block.rows !== rows);
  if (other > 0) throw damaged(ids[other]!, `stands at row ${columns[other]!.rows}, its source's times stand at row ${rows}`);
  for (const [k, { kept }] of columns.entries()) checkKept(ids[k]!, kept, Math.min(rows, source.page.retains[k]!), rows);
  rowsOf.set(source, rows);
  const [watermark] = doubles(ids[0]!, columns[0]!.state);
  if (watermark === undefined) throw damaged(ids[0]!, 'does not say up to when its rows are complete');
  return () => {
    source.watermark = watermark;
    columns.forEach(({ columns: [values] }, k) => pourColumn(source.page, k, values!, rows));
  };
}

/** Puts the rows a column must retain back where they were; a block may hold more, for readers of another plan. */
function pourColumn(page: Page, column: number, values: Float64Array, rows: number): void {
  const needed = Math.min(rows, page.retains[column]!);
  page.refill(column, values.subarray(values.length - needed));
}

function writeHostNode(node: PlacedNode, { u32 }: Memory, writer: PartsWriter): void {
  const { page, group: { ring: { rows, head } } } = node;
  const kept = Math.min(rows, page.retains[0]!);
  const state = hostStateOf(node);
  let at = beginBlock(writer, tagOfNode(node), rows, kept, page.columnCount, state.length);
  for (const base of page.bases) at = copyWords(u32, base / 4 + (head - kept) * 2, kept * 2, writer.u32, at);
  writer.u8.set(state, at * 4);
}

function readHostNode(id: string, node: PlacedNode, blocks: BlocksById, rowsOf: Map<PlacedGroup, number>): () => void {
  const { member, page, group } = node;
  const block = readBlock(id, blocks.get(id), page.columnCount, tagOfNode(node));
  const restore = member.node.rows ? readMaker(id, node, block, rowsOf) : () => member.node.host!.restore(block.state.slice());
  checkRow(id, block.rows, rowsOf.get(group)!);
  const pour = pourRows(id, page, [block]);
  return () => {
    restore();
    pour();
  };
}

function readKernel(id: string, { group }: PlacedNode, kernel: KernelBlock, blocks: BlocksById, rowsOf: ReadonlyMap<PlacedGroup, number>, memory: Memory): () => void {
  const head = readHead(id, blocks.get(id), kernel.columns.length, kernel.tag);
  checkRow(id, head.rows, rowsOf.get(group)!);
  checkKept(id, head.kept, Math.min(head.rows, kernel.retain), head.rows);
  if (head.stateBytes !== kernel.stateBytes) throw damaged(id, `has a state of ${head.stateBytes} bytes, the kernel's is ${kernel.stateBytes}`);
  return () => kernel.pour(head, memory);
}

function checkRow(id: string, rows: number, due: number): void {
  if (rows !== due) throw damaged(id, `stands at row ${rows}, what it reads stands at row ${due}`);
}

/** Checks that the blocks hold the rows `page` must retain; the answer puts them there, the columns of the blocks in order. */
function pourRows(id: string, page: Page, blocks: readonly Block[]): () => void {
  const { rows } = blocks[0]!;
  const kept = Math.min(...blocks.map((block) => block.kept));
  checkKept(id, kept, Math.min(rows, Math.max(...page.retains)), rows);
  return () => blocks.flatMap((block) => block.columns).forEach((values, k) => pourColumn(page, k, values, rows));
}

function checkKept(id: string, kept: number, needed: number, rows: number): void {
  if (kept < needed) throw damaged(id, `keeps ${kept} rows of ${rows}, and this plan looks back over ${needed}`);
}

function tagOfNode({ member }: PlacedNode): number {
  if (member.node.rows) return ROWS_TAG;
  if (member.kernel === undefined) return HOST_TAG;
  const { entry, params } = member.kernel;
  return tagOf(`${entry.name}@${entry.version} ${JSON.stringify(params)}`);
}

function hostStateOf({ member, group }: PlacedNode): Uint8Array {
  if (member.node.rows) return concat([Float64Array.from(group.sides, (side) => side.group.ring.rows), member.node.rows.maker.snapshot()]);
  return member.node.host!.snapshot();
}

/** An operator stands at the rows of its sides, and its own rows are counted by nobody else. */
function readMaker(id: string, { member, group }: PlacedNode, { rows, state }: Block, rowsOf: Map<PlacedGroup, number>): () => void {
  const takenBytes = group.sides.length * 8;
  const taken = doubles(id, state.subarray(0, takenBytes));
  group.sides.forEach((side, k) => {
    if (taken[k] !== rowsOf.get(side.group)) throw damaged(id, `has taken ${taken[k]} rows of side ${k}, which stands at row ${rowsOf.get(side.group)}`);
  });
  rowsOf.set(group, rows);
  return () => member.node.rows!.maker.restore(state.slice(takenBytes));
}

function idOf(join: PlacedGroup, column?: string): string {
  const hash = createHash('sha256').update(join.group.key);
  if (column !== undefined) hash.update(` carries ${column}`);
  return `join:${hash.digest('hex')}`;
}

/** A join's columns after t, in the order of its page: the side each comes from, its place there, and its block's id. */
function* carriedColumns(join: PlacedGroup): Generator<{ side: PlacedSide; k: number; id: string }> {
  for (const side of join.sides) {
    for (const [k, input] of side.inputs.entries()) yield { side, k: k + 1, id: idOf(join, inputKey(input)) };
  }
}

function writtenOfJoin(join: PlacedGroup): Written[] {
  const { page, ring } = join;
  const written = (id: string, column: number, stateOf: () => Uint8Array): Written => ({
    id,
    write: (writer) => {
      const kept = Math.min(ring.rows, page.retains[0]!);
      addBlock(writer, { tag: JOIN_TAG, rows: ring.rows, kept, columns: [page.rows(column, kept)], state: stateOf() });
    },
  });
  const lead = written(idOf(join), 0, () => concat([Float64Array.from(join.sides, (side) => side.waiting.count), ...join.sides.map((side) => waitingColumn(side, 0))]));
  return [lead, ...Array.from(carriedColumns(join), ({ side, k, id }, column) => written(id, column + 1, () => concat([waitingColumn(side, k)])))];
}

function waitingColumn({ waiting }: PlacedSide, column: number): Float64Array {
  return waiting.columns[column]!.subarray(waiting.start, waiting.end);
}

function concat(parts: readonly (Float64Array | Uint8Array)[]): Uint8Array {
  return Buffer.concat(parts.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)));
}

function readJoin(join: PlacedGroup, blocks: BlocksById, rowsOf: Map<PlacedGroup, number>): () => void {
  const id = idOf(join);
  const lead = readBlock(id, blocks.get(id), 1, JOIN_TAG);
  const waits = doubles(id, lead.state);
  const counts = waits.slice(0, join.sides.length);
  const waiting = new Map<PlacedSide, Float64Array[]>();
  let at = counts.length;
  join.sides.forEach((side, k) => {
    waiting.set(side, [waits.subarray(at, at + counts[k]!)]);
    at += counts[k]!;
  });
  if (at !== waits.length) throw damaged(id, 'names another number of waiting rows than it holds');

  const carried: Block[] = [];
  for (const { side, id: columnId } of carriedColumns(join)) {
    const block = readBlock(columnId, blocks.get(columnId), 1, JOIN_TAG);
    const values = doubles(columnId, block.state);
    if (block.rows !== lead.rows || values.length !== waiting.get(side)![0]!.length) throw damaged(columnId, 'stands at another row than its join');
    waiting.get(side)!.push(values);
    carried.push(block);
  }
  rowsOf.set(join, lead.rows);
  const pour = pourRows(id, join.page, [lead, ...carried]);
  return () => {
    pour();
    for (const [side, columns] of waiting) side.waiting.refill(columns);
  };
}

function doubles(id: string, bytes: Uint8Array): Float64Array {
  if (bytes.length % 8 !== 0) throw damaged(id, 'holds part of a number');
  return new Float64Array(bytes.slice().buffer);
}
