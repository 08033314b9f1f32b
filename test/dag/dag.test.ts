// The comparison of a strategy with what is known: pure, and blind to the order in which strategies came.
import { expect, test } from 'vitest';
import { slotOf } from '#bus/subjects.ts';
import { seededRandom } from '#clock/random.ts';
import { diff, slotsOf } from '#dag/dag.ts';
import { sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import { type DeclaredNode, type NodeID, upstreamsOf } from '#domain/node-spec.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { Strategy, StreamInput } from '#sdk/mod.ts';
import { everything, goldenCross } from '../support/strategies.ts';

const SPECS = [goldenCross.declare(), everything.declare(), goldenCross.declare({ slow: 30 }), goldenCross.declare({ fast: 3 }), everything.declare({ instrument: 'XYZ' })];

/** Brings strategies one after the other and answers everything that was created. */
function bring(specs: readonly StrategySpec[]): Map<NodeID, DeclaredNode> {
  const known = new Map<NodeID, DeclaredNode>();
  for (const spec of specs) for (const node of diff(spec, known).create) known.set(node.id, node);
  return known;
}

test('what is known is reused, the rest is created, and nothing is both or neither', () => {
  const known = bring(SPECS.slice(0, 2));
  for (const spec of SPECS) {
    const { reuse, create } = diff(spec, known);
    expect(reuse.toSorted()).toEqual(spec.nodes.map((node) => node.id).filter((id) => known.has(id)).toSorted());
    expect([...reuse, ...create.map((node) => node.id)].toSorted()).toEqual(spec.nodes.map((node) => node.id).toSorted());
  }
});

test('the same question has the same answer and leaves nothing behind', () => {
  const known = bring(SPECS.slice(0, 1));
  const before = [...known.keys()];
  const answer = diff(SPECS[2]!, known);
  expect(diff(SPECS[2]!, known)).toEqual(answer);
  expect([...known.keys()]).toEqual(before);
});

test('upstreams are created before the nodes that read them', () => {
  const known = bring(SPECS.slice(0, 1));
  for (const spec of SPECS) {
    const seen = new Set<NodeID>(known.keys());
    for (const { id, spec: node } of diff(spec, known).create) {
      for (const upstream of upstreamsOf(node)) expect(seen).toContain(upstream.node);
      seen.add(id);
    }
  }
});

test('the upstreams of a node that is known are known too', () => {
  const known = bring(SPECS);
  for (const { spec } of known.values()) for (const upstream of upstreamsOf(spec)) expect(known.has(upstream.node)).toBe(true);
});

test('in whatever order strategies come, the same nodes are created in all', () => {
  const all = [...bring(SPECS).keys()].toSorted();
  const random = seededRandom(4);
  for (let k = 0; k < 30; k++) {
    const order = SPECS.map((spec) => ({ spec, at: random.next() })).toSorted((a, b) => a.at - b.at);
    expect([...bring(order.map(({ spec }) => spec)).keys()].toSorted()).toEqual(all);
  }
});

test('a node sits in the slot of its first source, in every strategy that has it', () => {
  const at = (instrument: string) => new StreamInput({ venue: 'test', instrument, interval: '1m' });
  const joined = (first: string, second: string) => new Strategy({ name: 'joined', build: () => ({ outputs: { spread: at(first).close.minus(at(second).close) } }) }).declare();
  const slot = (instrument: string) => slotOf(sourceId({ venue: 'test', instrument, interval: interval('1m') }), 64);
  expect(slot('AAA')).not.toBe(slot('BBB'));
  for (const [spec, due] of [[joined('AAA', 'BBB'), slot('AAA')], [joined('BBB', 'AAA'), slot('BBB')]] as const) {
    expect(slotsOf(spec.nodes, 64).get(spec.outputs['spread']!.node)).toBe(due);
  }
  const placed = new Map<NodeID, string>();
  for (const spec of SPECS) {
    for (const [id, here] of slotsOf(spec.nodes, 64)) {
      expect(placed.get(id) ?? here).toBe(here);
      placed.set(id, here);
    }
  }
});
