// What must hold of the log at the end of every schedule, whatever went wrong in it.
import { firstSourceOf, withUpstreams } from '#actors/assemble.ts';
import { membersIn } from '#actors/members-entry.ts';
import type { UploadRecord } from '#actors/depot.ts';
import { Owners } from '#actors/owners.ts';
import type { QuarantineRecord } from '#actors/quarantine.ts';
import { decodeFrame } from '#bus/frame.ts';
import { MemoryBus, type MemoryLog } from '#bus/memory.ts';
import { slotIn } from '#bus/shares.ts';
import { idIn, type Share, slotOf, type Subjects } from '#bus/subjects.ts';
import { type BarColumns, type Source, type SourceID, sourceId } from '#domain/bar.ts';
import type { NodeID } from '#domain/node-spec.ts';
import { viewIdOf } from '#domain/origin.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { NodeIndex } from '#supervisor/node-index.ts';
import type { NodeRecord } from '#supervisor/records.ts';
import type { Poison } from '../support/poison.ts';
import { batchRows, expectSameBits, logRows, type NodeRows, rowsOfFrames } from '../support/truth.ts';

/** The batch run's rows of every node of every strategy, from where its history begins. */
export type Truth = ReadonlyMap<NodeID, { readonly rows: NodeRows | undefined; readonly what: string }>;

export class Truths {
  readonly #strategies: readonly StrategySpec[];
  readonly #data: ReadonlyMap<SourceID, BarColumns>;
  readonly #poison: Poison | undefined;
  /** By the node and its origin. */
  readonly #known = new Map<string, NodeRows>();

  constructor(strategies: readonly StrategySpec[], data: ReadonlyMap<SourceID, BarColumns>, poison?: Poison) {
    this.#strategies = strategies;
    this.#data = data;
    this.#poison = poison;
    for (const spec of strategies) if (spec !== poison?.spec) for (const [id, rows] of batchRows(spec, data)) this.#known.set(id, rows);
  }

  /** A node without a record has no rows yet. */
  of(records: ReadonlyMap<NodeID, NodeRecord>): Truth {
    const truth = new Map<NodeID, { rows: NodeRows | undefined; what: string }>();
    for (const spec of this.#strategies) {
      for (const { id, spec: { nodeType } } of spec.nodes) {
        const record = records.get(id);
        if (nodeType !== 'stream') truth.set(id, { rows: record && this.#rowsOf(id, spec, record), what: `${spec.name} ${id.slice(0, 8)}` });
      }
    }
    return truth;
  }

  #rowsOf(id: NodeID, spec: StrategySpec, { origin }: NodeRecord): NodeRows {
    const view = viewIdOf(id, origin);
    let rows = this.#known.get(view);
    if (!rows) {
      const data = new Map(
        [...this.#data].map(([source, columns]) => {
          const first = origin?.rows[source] ?? 0;
          return [source, columns.map((column) => column.subarray(first, this.#endOf(id, first)))];
        }),
      );
      rows = batchRows({ ...spec, nodes: withUpstreams(new Set([id]), spec.nodes) }, data).get(id)!;
      this.#known.set(view, rows);
    }
    return rows;
  }

  /** One past the last row of a source a node is shown; a poisoned one, and what reads it, stops before its row. */
  #endOf(id: NodeID, first: number): number | undefined {
    if (!this.#poison || (id !== this.#poison.node && id !== this.#poison.reader)) return undefined;
    const row = this.#poison.rowFrom(first);
    return row < 0 ? undefined : row;
  }
}

/** What stands in quarantine must be the poisoned node, at its row, unless its history begins behind that; false while it is not there. */
export async function isHeld(log: MemoryLog, { node, rowFrom }: Poison, records: ReadonlyMap<NodeID, NodeRecord>): Promise<boolean> {
  const held = await (await new MemoryBus(log).bucket<QuarantineRecord>('quarantine')).all();
  // It has one source, and counts its rows from where its history begins.
  const [first = 0] = Object.values(records.get(node)?.origin?.rows ?? {});
  const row = rowFrom(first);
  const escapes = row < 0;
  if (held.some(({ value }) => escapes || value.node !== node || value.row !== row - first || value.code !== 'COMPUTE_FAILED')) throw new Error(`in quarantine: ${JSON.stringify(held)}`);
  return escapes || held.length === 1;
}

/** What stands in quarantine, and why. */
export async function quarantinedIn(log: MemoryLog): Promise<string[]> {
  const held = await (await new MemoryBus(log).bucket<QuarantineRecord>('quarantine')).all();
  return held.map(({ value: { node, code, reason } }) => `${node.slice(0, 8)} ${code} ${reason}`);
}

/** Whether two uploads of a slot, of whose rows some are purged, know more than is left of the input log up to an entry: that is outside of what is promised. */
export async function losesUploads(log: MemoryLog, end: number): Promise<boolean> {
  if (log.streams.IN.purged.size === 0) return false;
  const records = await (await new MemoryBus(log).bucket<UploadRecord>('uploads')).all();
  const lost = records.flatMap(({ key, value }) => value.uploads.flatMap(({ inputSequence }) => (inputSequence > end ? [slotIn(key as Share)] : [])));
  return new Set(lost).size < lost.length;
}

export async function recordsIn(log: MemoryLog): Promise<Map<NodeID, NodeRecord>> {
  const records = await (await new MemoryBus(log).bucket<NodeRecord>('nodes')).all();
  return new Map(records.map(({ key, value }) => [key as NodeID, value]));
}

export function purgedIn({ streams }: MemoryLog): number {
  return streams.IN.purged.size + streams.OUT.purged.size;
}

/**
 * Where tag queries are read, the truth is one run over all of the input log, in which the members are told. Undefined until every node has a record
 * and the query has the members it shall have in the end.
 */
export function truthOfQueries({ streams }: MemoryLog, records: ReadonlyMap<NodeID, NodeRecord>, strategies: readonly StrategySpec[], members: readonly NodeID[]): Truth | undefined {
  const index = new NodeIndex(records);
  const known = new Map(index.complete.map((node) => [node.id, node]));
  const asked = strategies.flatMap(({ nodes }) => nodes.filter(({ spec }) => spec.nodeType !== 'stream').map(({ id }) => id));
  for (const id of asked) {
    if (!known.has(id)) return undefined;
    if (known.get(id)!.spec.nodeType !== 'tag-query') continue;
    const told = streams.IN.entries.filter(({ subject }) => idIn<NodeID>(subject) === id).toSorted((a, b) => membersIn(a).behind - membersIn(b).behind).at(-1);
    if (!told || membersIn(told).members.join() !== members.toSorted().join()) return undefined;
  }
  return new Map(Array.from(logRows(records, streams.IN.entries, asked), ([id, rows]) => [id, { rows, what: `tag query ${id.slice(0, 8)}` }]));
}

/** The nodes that do not have all their rows in the log yet. */
export function missingRows({ streams }: MemoryLog, truth: Truth): string {
  const newest = new Map([...streams.OUT.lastOn].map(([subject, { data }]) => [idIn<NodeID>(subject), data]));
  const missing: string[] = [];
  for (const [id, { rows, what }] of truth) {
    if (!rows) {
      missing.push(`${what}, which has no record`);
      continue;
    }
    const data = newest.get(id);
    const { first, count } = data ? decodeFrame(data, id) : { first: 0, count: 0 };
    if (first + count < rows.first + (rows.columns[0]?.length ?? 0)) missing.push(`${what} at ${first + count}`);
  }
  return missing.join(', ');
}

/** Every node's rows are the batch run's, bit for bit, none missing, none twice. */
export function checkRows({ streams }: MemoryLog, truth: Truth): void {
  const entries = Map.groupBy(streams.OUT.entries, ({ subject }) => idIn<NodeID>(subject));
  for (const [id, { rows, what }] of truth) {
    if (rows!.first < 0 && !entries.has(id)) continue; // its history is shorter than its warm-up
    expectSameBits(rowsOfFrames(entries.get(id) ?? []), rows!, what);
  }
}

/** Every frame bears the epoch of the lease that stood when it was stored: one writer at any time. */
export function checkOneWriter({ streams }: MemoryLog, records: ReadonlyMap<NodeID, NodeRecord>): void {
  const owners = new Owners();
  for (const { subject, sequence, data } of streams.OUT.entries) {
    if (owners.heard(subject, sequence, data)) continue;
    const { epoch } = decodeFrame(data, subject);
    const standing = owners.epochOf(subject.split('.')[3]!, firstSourceOf(idIn<NodeID>(subject), (id) => records.get(id)!.node));
    if (epoch !== standing) throw new Error(`${subject} at ${sequence}: written under epoch ${epoch}, and ${standing} stood`);
  }
}

/** No row of a source is missing from the input log. Rows may stand there twice, since readers skip them. */
export function checkInput({ streams }: MemoryLog, subjects: Subjects, sources: readonly Source[], slots: number): void {
  for (const source of sources) {
    const id = sourceId(source);
    let next = 0;
    for (const { subject, data } of streams.IN.entries) {
      if (subject !== subjects.input(slotOf(id, slots), id)) continue;
      const { first, count } = decodeFrame(data, subject);
      if (first > next) throw new Error(`${subject}: rows ${next} to ${first - 1} are missing from the input log`);
      next = Math.max(next, first + count);
    }
  }
}

/** Divisions that came into force. */
export function divisionsOf({ streams }: MemoryLog): number {
  return new Set(streams.OUT.entries.flatMap(({ subject }) => (/\.lease\.\w+\.(\d+)\./.exec(subject)?.[1] ?? []))).size;
}

/** Owners a slot had, one after the other. */
export function livesOf({ streams }: MemoryLog): number {
  return streams.OUT.entries.reduce((lives, { subject }) => lives + Number(subject.includes('.lease.')), 0);
}
