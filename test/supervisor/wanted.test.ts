// What a member hands to a slot: whole graphs only, with all that they read.
import { describe, expect, test } from 'vitest';
import { membersDigest } from '#actors/members-entry.ts';
import type { Part } from '#actors/slot-terms.ts';
import { shareName } from '#bus/shares.ts';
import { type Slot, slotName } from '#bus/subjects.ts';
import { seededRandom } from '#clock/random.ts';
import { type DeclaredNode, type NodeID, upstreamsOf } from '#domain/node-spec.ts';
import { slotsOf } from '#dag/dag.ts';
import { Strategy, StreamInput } from '#sdk/mod.ts';
import { NodeIndex } from '#supervisor/node-index.ts';
import { partIn } from '#supervisor/member.ts';
import type { DivisionRecord, NodeRecord } from '#supervisor/records.ts';
import { breadth, leading } from '../support/queries.ts';
import { everything, goldenCross } from '../support/strategies.ts';

const SLOTS = 64;
const spread = new Strategy({
  name: 'spread',
  build: () => {
    const [a, b] = ['AAA', 'BBB'].map((instrument) => new StreamInput({ venue: 'test', instrument, interval: '1m' }));
    return { outputs: { spread: a!.close.minus(b!.close), other: b!.close.times(2) } };
  },
}).declare();

/** Records as the DAG manager writes them, in any order. */
function recordsOf(nodes: readonly DeclaredNode[]): Map<NodeID, NodeRecord> {
  const slots = slotsOf(nodes, SLOTS);
  return new Map(nodes.map((node) => [node.id, { node, slot: slots.get(node.id)! }]));
}

function expectWhole(ordered: readonly DeclaredNode[]): void {
  const seen = new Set<NodeID>();
  for (const { id, spec } of ordered) {
    for (const upstream of upstreamsOf(spec)) expect(seen).toContain(upstream.node);
    seen.add(id);
  }
}

describe('the nodes that are complete', () => {
  test('are all of a strategy’s, each after its upstreams, in whatever order the records came', () => {
    const nodes = everything.declare().nodes;
    const random = seededRandom(1);
    for (let k = 0; k < 20; k++) {
      const ordered = new NodeIndex(recordsOf(nodes.toSorted(() => random.next() - 0.5).toSorted(() => random.next() - 0.5))).complete;
      expect(ordered).toHaveLength(nodes.length);
      expectWhole(ordered);
    }
    expect(new NodeIndex(recordsOf(nodes.toReversed())).complete.map((node) => node.id)).toEqual(new NodeIndex(recordsOf(nodes)).complete.map((node) => node.id));
  });

  test('of a registry that is read half-way are those whose upstreams are all there, at any half-way', () => {
    const nodes = everything.declare().nodes;
    const random = seededRandom(2);
    for (let k = 0; k < 200; k++) {
      const known = nodes.filter(() => random.below(3) > 0);
      const ids = new Set(known.map((node) => node.id));
      const complete = new NodeIndex(new Map(known.map((node) => [node.id, { node, slot: slotName(0) }]))).complete;
      expectWhole(complete);
      // None is held back without a reason.
      const whole = (node: DeclaredNode): boolean => ids.has(node.id) && upstreamsOf(node.spec).every((upstream) => whole(nodes.find((each) => each.id === upstream.node)!));
      expect(new Set(complete.map((node) => node.id))).toEqual(new Set(known.filter(whole).map((node) => node.id)));
    }
  });
});

describe('what a slot shall compute', () => {
  test('is its own computed nodes, each once, however many strategies have them; streams are nobody’s to publish', () => {
    const nodes = [...goldenCross.declare().nodes, ...goldenCross.declare({ slow: 30 }).nodes];
    const records = recordsOf(nodes);
    const [slot] = new Set([...records.values()].map((record) => record.slot));
    const { own, nodes: all } = new NodeIndex(records).wantedOf(slot!);
    expect(own).toEqual(new Set(nodes.filter((node) => node.spec.nodeType !== 'stream').map((node) => node.id)));
    expect(all).toHaveLength(records.size);
  });

  test('brings foreign upstreams along, unpublished', () => {
    const records = recordsOf(spread.nodes);
    const { slot } = records.get(spread.outputs['spread']!.node)!;
    const foreign = [...records.values()].filter((record) => record.slot !== slot);
    expect(foreign.length).toBeGreaterThan(0);
    const wanted = new NodeIndex(records).wantedOf(slot);
    expect(wanted.own).toEqual(new Set([spread.outputs['spread']!.node]));
    expectWhole(wanted.nodes);
    expect(wanted.nodes.some((node) => records.get(node.id)!.slot !== slot)).toBe(true);
    // A foreign node nobody here reads stays away.
    expect(wanted.nodes.map((node) => node.id)).not.toContain(spread.outputs['other']!.node);
  });

  test('is nothing for a slot that has no node', () => {
    const records = recordsOf(spread.nodes);
    const used = new Set([...records.values()].map((record) => record.slot));
    const empty = Array.from({ length: SLOTS }, (_, k) => slotName(k)).find((slot: Slot) => !used.has(slot))!;
    expect(new NodeIndex(records).wantedOf(empty)).toEqual({ own: new Set(), nodes: [], origins: new Map(), quarantine: new Map() });
  });

  test('is of a tag query what it was made with, also a node that is retired and nobody gives out any more', () => {
    const [reader, leader] = [breadth.declare(), leading.declare()];
    const member = leader.outputs['average']!.node;
    const records = recordsOf([...leader.nodes, ...reader.nodes].map((node) => (node.spec.nodeType === 'tag-query' ? { ...node, members: [member] } : node)));
    const query = records.get(reader.outputs['mean']!.node)!;
    records.set(member, { ...records.get(member)!, isRetired: true });
    const index = new NodeIndex(records);
    const wanted = index.wantedOf(query.slot);
    expectWhole(wanted.nodes);
    expect(wanted.nodes.map(({ id }) => id)).toContain(member);
    expect(wanted.own).not.toContain(member);
    expect(index.wantedOf(records.get(member)!.slot).own).not.toContain(member);
    // Whose rows begin where, and what the query is made with, is said of it and of all that reads it.
    const smooth = reader.outputs['smooth']!.node;
    for (const id of [query.node.id, smooth]) expect(index.wantedOf(records.get(id)!.slot).origins.get(id)!.queries).toEqual({ [query.node.id]: membersDigest([member]) });
  });
});

describe('a slot that is divided', () => {
  const venues = Array.from({ length: 40 }, (_, k) => goldenCross.declare({ venue: 'test', instrument: `I${k}`, interval: '1m' }));
  const nodes = [...new Map([...venues, spread, everything.declare()].flatMap((spec) => spec.nodes).map((node) => [node.id, node])).values()];
  const records = new Map([...recordsOf(nodes)].map(([id, record]) => [id, { ...record, slot: slotName(0) }]));
  const index = new NodeIndex(records);
  const whole = index.wantedOf(slotName(0));
  const record = (state: DivisionRecord['state']): DivisionRecord => ({ number: 3, shares: 3, salt: 1, state, sharesMost: 3 });
  const shares = [0, 1, 2].map((k) => shareName(slotName(0), k));

  test('gives each node to one share, with all that it reads, and the same however it is asked', () => {
    const wanted = shares.map((share) => index.wantedOf(share, undefined, record('divided')));
    expect(wanted.reduce((sum, { own }) => sum + own.size, 0)).toBe(whole.own.size);
    expect(new Set(wanted.flatMap(({ own }) => [...own]))).toEqual(whole.own);
    for (const each of wanted) {
      expect(each.own.size).toBeGreaterThan(0);
      expect(each.division).toEqual({ number: 3, shares: 3, salt: 1 });
      expect(each.kept!.size, 'no upload of another share’s node is given up').toBe(whole.own.size);
      expectWhole(each.nodes);
    }
    const again = shares.map((share) => new NodeIndex(new Map([...records].toReversed())).wantedOf(share, undefined, record('uniting')));
    expect(again.map(({ own }) => [...own].toSorted())).toEqual(wanted.map(({ own }) => [...own].toSorted()));
  });

  test('is its first owner’s as a whole while the others get ready, and when it is whole again', () => {
    for (const state of ['dividing', 'whole'] as const) {
      const wanted = index.wantedOf(slotName(0), undefined, record(state));
      expect(wanted.own).toEqual(whole.own);
      expect(wanted.division).toBeUndefined();
    }
    expect(index.wantedOf(shares[1]!, undefined, record('dividing')).own).toEqual(index.wantedOf(shares[1]!, undefined, record('divided')).own);
  });

  const owner = { role: 'owner', handover: undefined } as const;
  const moving = { role: 'owner', handover: 9 } as const;
  test.for<[DivisionRecord['state'] | undefined, number, Part, Part | undefined]>([
    [undefined, 0, owner, owner],
    [undefined, 1, owner, undefined],
    ['whole', 0, owner, owner],
    ['whole', 1, owner, undefined],
    ['dividing', 0, owner, { role: 'owner', handover: -3 }],
    ['dividing', 0, moving, moving],
    ['dividing', 1, owner, { role: 'standby', handover: -3 }],
    ['dividing', 3, owner, undefined],
    ['divided', 0, owner, owner],
    ['divided', 1, owner, owner],
    ['divided', 1, moving, moving],
    ['divided', 3, owner, undefined],
    ['uniting', 0, owner, owner],
    ['uniting', 1, owner, { role: 'owner', handover: -3 }],
    ['uniting', 2, moving, moving],
  ])('%s makes of share %i placed as %o: %o', ([state, share, placed, part]) => {
    expect(partIn(placed, shareName(slotName(0), share), state && record(state))).toEqual(part);
  });
});
