// Tag queries in a lane: who counts at which moment follows from the entries alone, however they are cut, doubled or restarted.
import { expect, test } from 'vitest';
import { Lane } from '#actors/lane.ts';
import type { NodeFrame } from '#actors/lane-output.ts';
import { inputOf, membersEntry } from '#actors/members-entry.ts';
import type { Origins } from '#actors/view.ts';
import type { LogEntry } from '#bus/bus.ts';
import { decodeFrame, encodeFrame } from '#bus/frame.ts';
import { type Slot, subjects } from '#bus/subjects.ts';
import { type Random, seededRandom } from '#clock/random.ts';
import { type SourceID, sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { DeclaredNode, NodeID } from '#domain/node-spec.ts';
import { NodeIndex } from '#supervisor/node-index.ts';
import type { NodeRecord } from '#supervisor/records.ts';
import { walk } from '../support/bars.ts';
import { breadth, leading } from '../support/queries.ts';
import { batchRows, expectSameBits, type NodeRows, rowsOfFrames } from '../support/truth.ts';

const ROWS = 240;
const PERIOD = 3; // of the query
const names = subjects('t');
const SLOT = '000' as Slot;
const data = new Map(['ABC', 'XYZ'].map((instrument, k) => [sourceId({ venue: 'test', instrument, interval: interval('1m') }), walk(ROWS, 60 + k)]));
const [ABC, XYZ] = [...data.keys()] as [SourceID, SourceID];
const reader = breadth.declare();
const leaders = [leading.declare(), leading.declare({ instrument: 'XYZ' }), leading.declare({ period: 9 })];
const members = leaders.map(({ outputs }) => outputs['average']!.node);
const sourceOf = new Map<NodeID, SourceID>([[members[0]!, ABC], [members[1]!, XYZ], [members[2]!, ABC]]);
const query = reader.outputs['mean']!.node;
const own = new Set(reader.nodes.filter(({ spec }) => spec.nodeType !== 'stream').map(({ id }) => id));

/** Records of a registry in which the queries are made with these members, of which one source begins at a later row. */
function recordsOf(made: readonly NodeID[], { firstRow = 0, firstMembers = [] }: { readonly firstRow?: number; readonly firstMembers?: readonly NodeID[] } = {}): Map<NodeID, NodeRecord> {
  const nodes = [reader, ...leaders].flatMap((spec) => spec.nodes);
  return new Map(
    nodes.map((node: DeclaredNode): [NodeID, NodeRecord] => [
      node.id,
      node.spec.nodeType === 'tag-query' ? { node: { ...node, members: made.toSorted(), firstMembers }, slot: SLOT, ...(firstRow > 0 && { origin: { sequence: 1, rows: { [ABC]: firstRow } } }) } : { node, slot: SLOT },
    ]),
  );
}

function laneOf(records: ReadonlyMap<NodeID, NodeRecord>): { lane: Lane; origins: Origins } {
  const { nodes, origins } = new NodeIndex(records).wantedOf(SLOT);
  return { lane: new Lane(nodes, own, origins), origins };
}

interface Told {
  readonly set: readonly NodeID[];
}
interface Brought {
  readonly source: SourceID;
  readonly first: number;
  readonly count: number;
}

/** Rows of both sources, one some rows ahead of the other, and between them who the members are. */
function story(random: Random): (Told | Brought)[] {
  const events: (Told | Brought)[] = [];
  const next = new Map([...data.keys()].map((source) => [source, 0]));
  while ([...next.values()].some((row) => row < ROWS)) {
    const [source, first] = [...next].filter(([, row]) => row < ROWS)[random.below([...next.values()].filter((row) => row < ROWS).length)]!;
    const count = Math.min(ROWS - first, 1 + random.below(9));
    events.push({ source, first, count });
    next.set(source, first + count);
    if (random.below(12) === 0) events.push({ set: members.filter(() => random.below(3) > 0) });
  }
  return events;
}

/** The entries, the members' of each query on its own subject, and now and then one that came before once more. */
function entriesOf(events: readonly (Told | Brought)[], random: Random): LogEntry[] {
  const entries: LogEntry[] = [];
  const queries = reader.nodes.filter(({ spec }) => spec.nodeType === 'tag-query').map(({ id }) => id);
  const last = new Map<NodeID, number>();
  const put = (subject: string, bytes: Uint8Array): number => entries.push({ subject, sequence: entries.length + 1, data: bytes });
  for (const event of events) {
    if ('set' in event) for (const id of queries) last.set(id, put(names.input(SLOT, inputOf(id)), membersEntry({ members: event.set.toSorted(), behind: last.get(id) ?? 0 })));
    else {
      const columns = data.get(event.source)!.map((column) => column.slice(event.first, event.first + event.count));
      put(names.input(SLOT, event.source), encodeFrame({ kind: 'source', id: event.source, epoch: 0, first: event.first, count: event.count, inputSequence: 0, watermark: 0, chains: new Uint32Array(6), columns }));
    }
    if (random.below(5) === 0) put(entries[random.below(entries.length)]!.subject, new Uint8Array()); // filled below
  }
  // A double has the bytes of an entry of its subject that lies before it.
  return entries.map((entry, k) => (entry.data.length > 0 ? entry : { ...entry, data: entries.slice(0, k).find(({ subject, data: bytes }) => subject === entry.subject && bytes.length > 0)!.data }));
}

/** t, mean and count of each moment, by the definition: it is decided by the set of the first event at which each of it is complete up to it. What comes while nobody is in it is lost. */
function byDefinition(events: readonly (Told | Brought)[], from: ReadonlyMap<SourceID, number> = new Map(), first: readonly NodeID[] = []): number[][] {
  const rows = new Map<NodeID, NodeRows>(
    leaders.map((spec, k) => {
      const later = new Map([...data].map(([id, columns]) => [id, columns.map((column) => column.subarray(from.get(id) ?? 0))]));
      return [members[k]!, batchRows(spec, later).get(members[k]!)!];
    }),
  );
  const reached = new Map<SourceID, number>();
  const decided: number[][] = [[], [], []];
  let set = first;
  let lost = new Map(reached);
  let until = -Infinity;
  for (const event of events) {
    if ('set' in event) ({ set } = event);
    else reached.set(event.source, data.get(event.source)![0]![event.first + event.count - 1]!);
    if (set.length === 0) {
      lost = new Map(reached);
      continue;
    }
    const horizon = Math.min(...set.map((member) => reached.get(sourceOf.get(member)!) ?? -Infinity));
    for (const t of new Set(set.flatMap((member) => rows.get(member)!.columns[0]!).toSorted((a, b) => a - b))) {
      if (t <= until || t > horizon) continue;
      const present = set.toSorted().flatMap((member) => {
        const [times, values] = rows.get(member)!.columns as [number[], number[]];
        const row = times.indexOf(t);
        return row + 1 >= PERIOD && t > (lost.get(sourceOf.get(member)!) ?? -Infinity) ? [values[row]!] : [];
      });
      if (present.length === 0) continue;
      [t, present.reduce((sum, value) => sum + value, 0) / present.length, present.length].forEach((value, c) => decided[c]!.push(value));
    }
    until = Math.max(until, horizon);
  }
  return decided;
}

const rowsOf = (frames: readonly NodeFrame[], id: NodeID): NodeRows => rowsOfFrames(frames.filter(({ node }) => node === id).map(({ bytes }) => ({ subject: id, sequence: 0, data: bytes })));

test.each([1, 2, 3, 4, 5, 6])('story %i gives the rows of its definition, in any batches, with entries doubled, and restarted anywhere', (seed) => {
  const events = story(seededRandom(seed));
  const entries = entriesOf(events, seededRandom(seed + 100));
  const expected = byDefinition(events);
  expect(expected[0]!.length).toBeGreaterThan(50);
  const records = recordsOf(members);
  for (const batch of [1, 7, entries.length]) {
    let { lane } = laneOf(records);
    const frames: NodeFrame[] = [];
    for (let at = 0; at < entries.length; at += batch) {
      lane.apply(entries.slice(at, at + batch));
      frames.push(...lane.takeFrames(1));
      const state = lane.checkpoint('log');
      ({ lane } = laneOf(records));
      lane.restore(state);
    }
    const { columns } = rowsOf(frames, query);
    expect(columns.slice(0, 3)).toEqual(expected);
  }
});

test('members whose source begins at a later row are computed from there, for the query and what reads it', () => {
  const events = story(seededRandom(9));
  const entries = entriesOf(events, seededRandom(10));
  const { lane } = laneOf(recordsOf(members, { firstRow: 50 }));
  lane.apply(entries);
  expect(rowsOf(lane.takeFrames(1), query).columns.slice(0, 3)).toEqual(byDefinition(events, new Map([[ABC, 50]])));
});

test('a query that was made without a member gives nothing from the entry on that names it; made with it, it goes on with the same bits', () => {
  const events: (Told | Brought)[] = [
    { set: [members[0]!] },
    { source: ABC, first: 0, count: 100 },
    { source: XYZ, first: 0, count: 100 },
    { set: [members[0]!, members[1]!] },
    { source: ABC, first: 100, count: 100 },
    { source: XYZ, first: 100, count: 100 },
  ];
  const entries = entriesOf(events, { ...seededRandom(1), below: () => 1 });
  const { lane: before } = laneOf(recordsOf([members[0]!]));
  before.apply(entries);
  const early = before.takeFrames(1);
  const given = rowsOf(early, query);
  const expected = byDefinition(events);
  expect(given.columns[0]!.at(-1)).toBe(data.get(ABC)![0]![99]);
  // By O3 of view.ts it is another one now, to whoever keeps its state or asks what runs; a node that asks nobody is the same.
  const { lane, origins } = laneOf(recordsOf([members[0]!, members[1]!]));
  const asking = [...own].filter((id) => origins.has(id));
  expect(asking).toHaveLength(4);
  for (const id of own) expect(before.gives(id, origins.get(id))).toBe(!origins.has(id));
  lane.resume(new Map(early.map(({ node, bytes }) => [node, decodeFrame(bytes, node)] as const).map(([node, { first, count, chains }]) => [node, { next: first + count, chains }])));
  lane.apply(entries);
  const late = lane.takeFrames(2);
  expect(rowsOf([...early, ...late], query).columns.slice(0, 3)).toEqual(expected);
  for (const id of asking) {
    const { lane: whole } = laneOf(recordsOf([members[0]!, members[1]!]));
    whole.apply(entries);
    expectSameBits(rowsOf([...early, ...late], id), rowsOf(whole.takeFrames(1), id), id.slice(0, 8));
  }
});

test('what lies before the first entry is decided with the members it names, as it is computed and not at the entry', () => {
  const first = members.slice(0, 2);
  const events: (Told | Brought)[] = [
    { source: ABC, first: 0, count: 90 },
    { source: XYZ, first: 0, count: 80 },
    { set: first },
    { source: XYZ, first: 80, count: 40 },
    { set: members },
    { source: ABC, first: 90, count: 60 },
  ];
  const { lane } = laneOf(recordsOf(members, { firstMembers: first }));
  const entries = entriesOf(events, { ...seededRandom(1), below: () => 1 });
  lane.apply(entries.slice(0, 2));
  const early = lane.takeFrames(1);
  expect(rowsOf(early, query).columns[0]!.at(-1)).toBe(data.get(XYZ)![0]![79]);
  lane.apply(entries);
  expect(rowsOf([...early, ...lane.takeFrames(1)], query).columns.slice(0, 3)).toEqual(byDefinition(events, new Map(), first));
});
