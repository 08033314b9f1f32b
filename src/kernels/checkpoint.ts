// Copies a program's pages and states out as blocks, one per id, and pours them back in.
// K1. A node's block stands under its own id. A source's t stands under its id, a join's, whose rows belong to no one, under an id made of
//     what it joins; each further column of either in a block of its own, so that plans that read different columns can share blocks.
//     An operator's block also says how many rows of each side it has taken.
// K2. A block keeps exactly the rows its page must retain, so it follows from the rows so far and not from how they were cut.
// K3. Everything is read and compared before anything is poured: a refused restore leaves the plan as it was.
import { createHash } from 'node:crypto';
import { BlockWriter, damaged, readBlock, tagOf, type Block } from './block.ts';
import { inputKey } from './groups.ts';
import type { Memory } from './memory.ts';
import type { Page } from './page.ts';
import type { PlacedGroup, PlacedNode, PlacedSide, Program } from './program.ts';

const SOURCE_TAG = tagOf('source');
const HOST_TAG = tagOf('host');
const JOIN_TAG = tagOf('join');
const ROWS_TAG = tagOf('rows');

export function snapshotProgram({ groups, nodes }: Program, memory: Memory): Map<string, Uint8Array> {
  const blocks = new BlockWriter();
  for (const group of groups.values()) {
    if (group.group.source) snapshotSource(group, blocks);
    else if (!group.group.rows) snapshotJoin(group, blocks);
  }
  for (const [id, node] of nodes) snapshotNode(id, node, memory, blocks);
  return blocks.blocks();
}

export function restoreProgram({ groups, nodes }: Program, memory: Memory, blocks: ReadonlyMap<string, Uint8Array>): void {
  const pours: (() => void)[] = [];
  const rowsOf = new Map<PlacedGroup, number>();
  for (const group of groups.values()) {
    if (group.group.source) pours.push(readSource(group, blocks, rowsOf));
    else if (!group.group.rows) pours.push(readJoin(group, blocks, rowsOf));
  }
  for (const [id, node] of nodes) {
    const block = readBlock(id, blocks.get(id), node.page.columnCount, tagOfNode(node));
    if (node.member.node.rows) pours.push(readMaker(id, node, block, rowsOf));
    const rows = rowsOf.get(node.group)!;
    if (block.rows !== rows) throw damaged(id, `stands at row ${block.rows}, what it reads stands at row ${rows}`);
    pours.push(pourRows(id, node.page, [block]));
    if (!node.member.node.rows) pours.push(pourState(id, node, memory, block.state));
  }
  for (const group of groups.values()) group.ring.head = 0;
  for (const pour of pours) pour();
  for (const [group, rows] of rowsOf) {
    group.ring.rows = rows;
    group.fresh = 0;
  }
}

function sourceColumnIds({ group }: PlacedGroup): string[] {
  return group.columns.map((column) => (column === 0 ? group.key : `${group.key}.${column}`));
}

function snapshotSource(source: PlacedGroup, blocks: BlockWriter): void {
  const { page, ring: { rows } } = source;
  for (const [k, id] of sourceColumnIds(source).entries()) {
    const kept = Math.min(rows, page.retains[k]!);
    const state = doubleBytes(k === 0 ? [source.watermark] : []);
    blocks.write(id, { tag: SOURCE_TAG, rows, kept, columns: [page.rows(k, kept)], state });
  }
}

function readSource(source: PlacedGroup, blocks: ReadonlyMap<string, Uint8Array>, rowsOf: Map<PlacedGroup, number>): () => void {
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

function snapshotNode(id: string, node: PlacedNode, memory: Memory, blocks: BlockWriter): void {
  const { page, state, group: { ring } } = node;
  const { rows } = ring;
  const kept = Math.min(rows, page.retains[0]!);
  const head = { tag: tagOfNode(node), rows, kept };
  if (state === undefined) blocks.write(id, { ...head, columns: Array.from({ length: page.columnCount }, (_, k) => page.rows(k, kept)), state: hostStateOf(node) });
  else {
    const newest = (ring.head - kept) * 8;
    blocks.copy(id, head, { words: memory.u32, columns: page.bases.map((base) => base + newest), state: state.address, stateBytes: state.bytes });
  }
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

const tags = new WeakMap<PlacedNode, number>();

/** Asked for at every checkpoint, and the same each time. */
function tagOfNode(node: PlacedNode): number {
  const { member } = node;
  if (member.node.rows) return ROWS_TAG;
  if (member.kernel === undefined) return HOST_TAG;
  let tag = tags.get(node);
  if (tag === undefined) {
    const { entry, params } = member.kernel;
    tag = tagOf(`${entry.name}@${entry.version} ${JSON.stringify(params)}`);
    tags.set(node, tag);
  }
  return tag;
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

function pourState(id: string, { member, state }: PlacedNode, memory: Memory, bytes: Uint8Array): () => void {
  if (state === undefined) return () => member.node.host!.restore(bytes.slice());
  if (bytes.length !== state.bytes) throw damaged(id, `has a state of ${bytes.length} bytes, the kernel's is ${state.bytes}`);
  return () => memory.u8.set(bytes, state.address);
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

function snapshotJoin(join: PlacedGroup, blocks: BlockWriter): void {
  const { page, ring: { rows } } = join;
  const kept = Math.min(rows, page.retains[0]!);
  const block = (id: string, column: number, state: Uint8Array) => {
    blocks.write(id, { tag: JOIN_TAG, rows, kept, columns: [page.rows(column, kept)], state });
  };
  const counts = Float64Array.from(join.sides, (side) => side.waiting.count);
  block(idOf(join), 0, concat([counts, ...join.sides.map((side) => waitingColumn(side, 0))]));
  let column = 1;
  for (const { side, k, id } of carriedColumns(join)) block(id, column++, concat([waitingColumn(side, k)]));
}

function waitingColumn({ waiting }: PlacedSide, column: number): Float64Array {
  return waiting.columns[column]!.subarray(waiting.start, waiting.end);
}

function concat(parts: readonly (Float64Array | Uint8Array)[]): Uint8Array {
  return Buffer.concat(parts.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)));
}

function doubleBytes(values: readonly number[]): Uint8Array {
  return concat([Float64Array.from(values)]);
}

function readJoin(join: PlacedGroup, blocks: ReadonlyMap<string, Uint8Array>, rowsOf: Map<PlacedGroup, number>): () => void {
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
