// From declared nodes to a plan: what is taken, in which order, and what is refused with a name and a cure.
import { describe, expect, test } from 'vitest';
import { assemble, sourcesAbove, withUpstreams } from '#actors/assemble.ts';
import { sourceId } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import type { DeclaredNode, KernelSpec, NodeID, NodeSpec } from '#domain/node-spec.ts';
import { upstreamsOf } from '#domain/node-spec.ts';
import { Strategy, StreamInput } from '#sdk/mod.ts';
import { everything, goldenCross } from '../support/strategies.ts';

const { nodes } = goldenCross.declare();
const isSma = ({ spec }: DeclaredNode): boolean => spec.nodeType === 'kernel' && spec.code.kernel === 'sma';

/** The nodes with one of them changed under its id, as no honest declaration would be. */
const withChanged = (which: (node: DeclaredNode) => boolean, change: (spec: KernelSpec) => unknown): DeclaredNode[] => {
  const at = nodes.findIndex(which);
  return nodes.map((node, k) => (k === at ? { ...node, spec: change(node.spec as KernelSpec) as NodeSpec } : node));
};

function refusal(of: readonly DeclaredNode[]): Fault {
  try {
    assemble(of, 16);
  } catch (error) {
    return error as Fault;
  }
  throw new Error('was taken');
}

describe('an assembly', () => {
  test('computes every node but the streams, each after its upstreams, from the sources the streams name', () => {
    const spec = everything.declare();
    const { computed, sources, halting } = assemble(spec.nodes, 16);
    expect(computed.map((node) => node.id)).toEqual(spec.nodes.filter((node) => node.spec.nodeType !== 'stream').map((node) => node.id));
    expect([...sources.entries()]).toEqual([[sourceId(spec.target!.source), spec.target!.source]]);
    expect([...halting.keys()]).toEqual(spec.nodes.filter((node) => ['custom', 'wasm', 'account'].includes(node.spec.nodeType)).map((node) => node.id));
  });

  test('reads two instruments as two sources', () => {
    const [a, b] = ['AAA', 'BBB'].map((instrument) => new StreamInput({ venue: 'test', instrument, interval: '1m' }));
    const spec = new Strategy({ name: 'pair', build: () => ({ outputs: { spread: a!.close.minus(b!.close) } }) }).declare();
    expect([...assemble(spec.nodes, 16).sources.values()].map((source) => source.instrument).toSorted()).toEqual(['AAA', 'BBB']);
  });
});

describe('refused is', () => {
  test.each<[string, DeclaredNode[], Partial<Fault>, RegExp]>([
    ['a kernel of another version', withChanged(isSma, (spec) => ({ ...spec, code: { ...spec.code, version: '99.0.0' } })), { code: 'SPEC_INVALID' }, /sma 99\.0\.0 is not here, \d+\.\d+\.\d+ is/],
    ['a kernel nobody has', withChanged(isSma, (spec) => ({ ...spec, code: { kernel: 'oracle', version: '1.0.0' } })), { code: 'KERNEL_UNKNOWN' }, /oracle/],
    ['an output a kernel does not give', withChanged(isSma, (spec) => ({ ...spec, schema: { outputs: ['value', 'extra'] } })), { code: 'SPEC_INVALID' }, /gives .*, not value, extra/],
    ['an input too many', withChanged(isSma, (spec) => ({ ...spec, config: { ...spec.config, upstreams: [...spec.config.upstreams, ...spec.config.upstreams] } })), { code: 'SPEC_INVALID' }, /2 upstreams are given/],
    ['an input too few', withChanged(isSma, (spec) => ({ ...spec, config: { ...spec.config, upstreams: [] } })), { code: 'SPEC_INVALID' }, /0 upstreams are given/],
    ['an output no upstream has', withChanged(({ spec }) => upstreamsOf(spec).some(({ node }) => nodes.some((each) => each.id === node && isSma(each))), (spec) => ({ ...spec, config: { ...spec.config, upstreams: spec.config.upstreams.map((upstream) => ({ ...upstream, output: 'nonsense' })) } })), { code: 'SPEC_INVALID' }, /has no output "nonsense"/],
  ])('%s', (_, of, fault, message) => {
    const found = refusal(of);
    expect(found).toMatchObject(fault);
    expect(found.message).toMatch(message);
    expect(found.cure).toMatch(/\w{3}/);
  });

  test('a tag query, which nothing here resolves', () => {
    const query = { nodeType: 'tag-query', code: { query: 'tags', version: '1.0.0' }, config: { interval: '1m', period: 1, tags: ['a'], match: 'any' }, schema: { outputs: ['value'] } } as unknown as NodeSpec;
    expect(refusal([{ id: 'f'.repeat(64) as NodeID, spec: query, name: 'found' }])).toMatchObject({ code: 'TAG_QUERY_UNRESOLVED', message: expect.stringContaining('node found') as string });
  });
});

describe('nodes with their upstreams', () => {
  test('are exactly what they reach, in the order given', () => {
    const all = everything.declare().nodes;
    for (const { id } of all) {
      const kept = withUpstreams(new Set([id]), all);
      const reach = new Set<NodeID>([id]);
      for (const node of all.toReversed()) if (reach.has(node.id)) for (const upstream of upstreamsOf(node.spec)) reach.add(upstream.node);
      expect(kept.map((node) => node.id)).toEqual(all.filter((node) => reach.has(node.id)).map((node) => node.id));
    }
    expect(withUpstreams(new Set(), all)).toEqual([]);
  });
});

test('the sources above a node are all whose rows may reach it, through joins and through the members of a query', () => {
  const strategy = new Strategy({
    name: 'several sources',
    build() {
      const [a, b, c] = ['A', 'B', 'C'].map((instrument) => new StreamInput({ venue: 'test', instrument, interval: '1m' }));
      return { outputs: { joined: a!.close.minus(b!.close).times(2), alone: c!.close.times(3) } };
    },
  }).declare();
  const [joined, alone] = [strategy.outputs['joined']!.node, strategy.outputs['alone']!.node];
  const [a, b, c] = ['A', 'B', 'C'].map((instrument) => sourceId({ venue: 'test', instrument, interval: '1m' } as never));
  const query = { id: 'query' as NodeID, spec: { nodeType: 'tag-query', config: {} }, members: [joined, alone] } as unknown as DeclaredNode;
  const above = sourcesAbove([...strategy.nodes, query]);
  expect(above.get(joined)).toEqual(new Set([a, b]));
  expect(above.get(alone)).toEqual(new Set([c]));
  expect(above.get(query.id)).toEqual(new Set([a, b, c]));
});
