import { beforeEach, describe, expect, test } from 'vitest';
import { Fault } from '#domain/fault.ts';
import { interval } from '#domain/interval.ts';
import { nodeId } from '#domain/node-id.ts';
import type { DeclaredNode, NodeSpec } from '#domain/node-spec.ts';
import { label } from '#graph/graph.ts';
import { checkSpec } from '#graph/node-spec.ts';
import { checkStrategySpec } from '#graph/strategy-spec.ts';
import { pick, places, randomFrom } from './specs.ts';

const schema = { outputs: ['value'] };
const daily = interval('1d');
const day = { venue: 'demo', instrument: 'SPX', interval: daily };
const declared = (spec: NodeSpec, labels: object = {}): DeclaredNode => ({ id: nodeId(spec), spec, ...labels });
const stream = (field: 'open' | 'close', source = day) => declared({ nodeType: 'stream', code: { stream: 'bars', version: '1.0.0' }, config: { ...source, field }, schema });

/** A small strategy with every type of node, written out as plain data. */
function valid() {
  const [open, close] = [stream('open'), stream('close')];
  const sma = declared({
    nodeType: 'kernel',
    code: { kernel: 'sma', version: '1.0.0' },
    config: { interval: daily, period: 20, params: { period: 20 }, upstreams: [{ node: close.id, output: 'value' }] },
    schema,
  }, { name: 'average', tags: ['trend'] });
  const query = declared({ nodeType: 'tag-query', code: { query: 'tags', version: '1.0.0' }, config: { interval: daily, period: 3, tags: ['breadth', 'trend'], match: 'any' }, schema });
  const custom = declared({
    nodeType: 'custom',
    code: { source: '(window, params) => {\n  return window.a[0] > params.k ? 1 : 0;\n}' },
    config: { interval: daily, period: 2, params: { k: 1.5, on: true, list: [1, 2] }, upstreams: [{ node: sma.id, output: 'value', name: 'a' }, { node: query.id, output: 'value', name: 'b' }] },
    schema,
  });
  const account = declared({
    nodeType: 'account',
    code: { account: 'paper', version: '1.0.0' },
    config: {
      interval: daily,
      period: 1,
      params: { cash: 1, feeBps: 0, slippageBps: 0 },
      upstreams: [{ node: open.id, output: 'value', name: 'open' }, { node: close.id, output: 'value', name: 'close' }, { node: custom.id, output: 'value', name: 'target' }],
    },
    schema: { outputs: ['position', 'equity'] },
  });
  const ref = { node: custom.id, output: 'value' };
  const strategy = { name: 'demo', params: { fast: 3 }, nodes: [open, close, sma, query, custom, account], outputs: { average: { node: sma.id, output: 'value' } }, target: { ref, account: account.id, source: { ...day } } };
  return { open, close, sma, query, custom, account, strategy: structuredClone(strategy) as Mutable };
}

// The tests break plain data on purpose, so its type is open.
type Mutable = Record<string, any>;

let given: ReturnType<typeof valid>;
beforeEach(() => {
  given = valid();
});

function refusal(value: unknown): { code: string; message: string; cure: string | undefined } {
  try {
    checkStrategySpec(value);
  } catch (error) {
    if (error instanceof Fault) return { code: error.code, message: error.message, cure: error.cure };
    throw error;
  }
  throw new Error('accepted');
}

/** Changes the spec of a node and gives it, and every node above it, the id that goes with the change. */
function respecified(strategy: Mutable, at: number, change: (spec: Mutable) => void): Mutable {
  change(strategy.nodes[at].spec);
  return strategy.nodes.reduce((changed: Mutable, _: unknown, index: number) => {
    const { id, spec } = changed.nodes[index];
    return JSON.parse(JSON.stringify(changed).replaceAll(id, nodeId(spec)));
  }, strategy);
}

describe('a valid strategy', () => {
  test('passes unchanged, as a copy', () => {
    const checked = checkStrategySpec(given.strategy);
    expect(checked).toEqual(given.strategy);
    expect(checked.nodes[0]?.spec).not.toBe(given.strategy.nodes[0].spec);
  });

  test('passes after a journey through JSON', () => {
    expect(checkStrategySpec(JSON.parse(JSON.stringify(given.strategy)))).toEqual(given.strategy);
  });

  test('needs no target when it has outputs, and no outputs when it has a target', () => {
    const { target, ...computing } = given.strategy;
    expect(checkStrategySpec(computing)).not.toHaveProperty('target');
    expect(checkStrategySpec({ ...given.strategy, outputs: {} }).target).toEqual(target);
    expect(refusal({ ...computing, outputs: {} }).message).toBe('strategy has neither a target nor an output');
  });
});

describe('a claimed id', () => {
  test('is recomputed, and refused with the node and both ids when it is another', () => {
    given.strategy.nodes[2].spec.config.period = 21;
    const { id } = given.sma;
    const hashed = nodeId(given.strategy.nodes[2].spec);
    expect(refusal(given.strategy)).toMatchObject({ code: 'SPEC_INVALID', message: `nodes[2].id of average is ${id}, but its spec hashes to ${hashed}` });
  });

  test.each(['', 'abc', 'A'.repeat(64), null, 7])('%j is no NodeID', (id) => {
    given.strategy.nodes[0].id = id;
    expect(refusal(given.strategy).message).toMatch(/^nodes\[0\]\.id is .* not a NodeID$/);
  });
});

describe('references', () => {
  test('to a node that is not there are refused with reader and upstream', () => {
    given.strategy.nodes.splice(2, 1);
    expect(refusal(given.strategy)).toMatchObject({ code: 'GRAPH_UPSTREAM_UNKNOWN', message: `node ${label(given.custom)} reads ${given.sma.id.slice(0, 8)}…, which does not exist` });
  });

  test('to a later node are refused', () => {
    given.strategy.nodes.reverse();
    expect(refusal(given.strategy).message).toMatch(/which stands after it$/);
  });

  test('to an output the node does not have are refused with those it has', () => {
    const strategy = respecified(given.strategy, 4, (spec) => (spec.config.upstreams[0].output = 'upper'));
    expect(refusal(strategy)).toMatchObject({ code: 'SPEC_INVALID', message: expect.stringMatching(/reads "upper" of average, which has no such output/), cure: 'its outputs are: value' });
  });

  test('across intervals are refused with both', () => {
    const hourly = stream('close', { ...day, interval: interval('1h') });
    const strategy = respecified(given.strategy, 2, (spec) => (spec.config.upstreams[0].node = hourly.id));
    expect(refusal({ ...strategy, nodes: [hourly, ...strategy.nodes] })).toMatchObject({ code: 'INTERVAL_INVALID', message: 'average.upstreams[0] has interval 1h, the node 1d' });
  });

  test('of outputs must lead to a node', () => {
    given.strategy.outputs.average.node = 'f'.repeat(64);
    expect(refusal(given.strategy)).toMatchObject({ code: 'GRAPH_UPSTREAM_UNKNOWN', message: expect.stringMatching(/^outputs\.average names/) });
  });

  test('a node declared twice is refused', () => {
    given.strategy.nodes.push(given.strategy.nodes[0]);
    expect(refusal(given.strategy).message).toMatch(/is declared twice$/);
  });

  test('a kernel that reads nothing has no source', () => {
    const strategy = respecified(given.strategy, 2, (spec) => (spec.config.upstreams = []));
    expect(refusal(strategy)).toMatchObject({ code: 'GRAPH_SOURCE_MISSING', message: 'node average has no source of rows above it' });
  });
});

describe('the target', () => {
  test('must be what its account reads', () => {
    given.strategy.target.ref = { node: given.sma.id, output: 'value' };
    expect(refusal(given.strategy).message).toBe('target.account.target is not the target');
  });

  test('must be traded at the prices of its own source', () => {
    given.strategy.target.source.instrument = 'NDX';
    expect(refusal(given.strategy).message).toBe('target.account.open is not the open of demo:NDX:1d');
  });

  test('must name an account', () => {
    given.strategy.target.account = given.sma.id;
    expect(refusal(given.strategy).message).toBe('target.account is not an account node of this strategy');
  });

  test('of an account with its inputs in another order is refused', () => {
    const strategy = respecified(given.strategy, 5, (spec) => (spec.config.upstreams = spec.config.upstreams.toReversed()));
    expect(refusal(strategy)).toMatchObject({ message: expect.stringMatching(/is target, close, open$/), cure: 'an account reads open, close, target, in this order' });
  });
});

describe('a spec', () => {
  const at = { stream: 0, kernel: 2, query: 3, custom: 4 } as const;

  test.each<[keyof typeof at, (spec: Mutable) => void, string, string]>([
    ['stream', (spec) => (spec.nodeType = 'streem'), 'SPEC_INVALID', 'nodeType is "streem"'],
    ['stream', (spec) => delete spec.schema, 'SPEC_INVALID', 'schema is missing'],
    ['stream', (spec) => (spec.schema.outputs = []), 'SPEC_INVALID', 'schema.outputs is empty'],
    ['stream', (spec) => (spec.schema.outputs = ['a', 'a']), 'SPEC_INVALID', 'schema.outputs holds "a" twice'],
    ['stream', (spec) => (spec.schema.outputs = ['a b']), 'SPEC_INVALID', 'schema.outputs[0] is "a b", not a plain name'],
    ['stream', (spec) => (spec.config.field = 'mid'), 'SPEC_INVALID', 'config.field is "mid"'],
    ['stream', (spec) => (spec.config.venue = ''), 'SPEC_INVALID', 'config.venue is "", not a text'],
    ['stream', (spec) => (spec.config.venue = 'demo '), 'SPEC_INVALID', 'config.venue is "demo ", with blanks around it'],
    ['stream', (spec) => (spec.config.venue = 'de\u0000mo'), 'SPEC_INVALID', 'which holds characters that cannot be shown'],
    ['stream', (spec) => (spec.config.venue = 'x'.repeat(129)), 'SPEC_INVALID', 'config.venue is 129 characters long'],
    ['stream', (spec) => (spec.config.tenant = 'me'), 'SPEC_INVALID', 'config.tenant is not a known field'],
    ['stream', (spec) => delete spec.config.interval, 'SPEC_INVALID', 'config.interval is missing'],
    ['stream', (spec) => (spec.config.interval = '60s'), 'INTERVAL_INVALID', 'config.interval is "60s"'],
    ['stream', (spec) => (spec.config.interval = '2d'), 'INTERVAL_INVALID', 'config.interval: "2d" is not an interval'],
    ['kernel', (spec) => (spec.config.period = 0), 'PERIOD_INVALID', 'config.period is 0'],
    ['kernel', (spec) => (spec.config.period = 525_601), 'PERIOD_INVALID', 'config.period is 525601'],
    ['kernel', (spec) => (spec.config.period = 1.5), 'PERIOD_INVALID', 'config.period is 1.5'],
    ['kernel', (spec) => (spec.config.period = '20'), 'PERIOD_INVALID', 'config.period is "20"'],
    ['kernel', (spec) => (spec.config.params.period = Number.NaN), 'PARAM_INVALID', 'config.params.period is NaN'],
    ['kernel', (spec) => (spec.config.params.period = Number.POSITIVE_INFINITY), 'PARAM_INVALID', 'config.params.period is Infinity'],
    ['kernel', (spec) => (spec.config.params.period = { a: 1 }), 'PARAM_INVALID', 'config.params.period is a record'],
    ['kernel', (spec) => (spec.config.params.list = [1, '2']), 'PARAM_INVALID', 'config.params.list[1] is "2"'],
    ['kernel', (spec) => (spec.config.params = []), 'SPEC_INVALID', 'config.params is a list, not a record'],
    ['kernel', (spec) => (spec.config.upstreams[0].name = 'a'), 'SPEC_INVALID', 'config.upstreams[0].name is not a known field'],
    ['kernel', (spec) => (spec.code.version = '1.0'), 'SPEC_INVALID', 'code.version is "1.0", which is not a version'],
    ['query', (spec) => (spec.config.match = 'some'), 'SPEC_INVALID', 'config.match is "some"'],
    ['query', (spec) => (spec.config.tags = []), 'SPEC_INVALID', 'config.tags is empty'],
    ['query', (spec) => (spec.config.tags = spec.config.tags.toReversed()), 'SPEC_INVALID', 'config.tags is not in order'],
    ['custom', (spec) => (spec.config.upstreams = spec.config.upstreams.toReversed()), 'SPEC_INVALID', 'config.upstreams is b, a'],
    ['custom', (spec) => (spec.config.upstreams[1].name = 'a'), 'SPEC_INVALID', 'config.upstreams names "a" twice'],
    ['custom', (spec) => delete spec.config.upstreams[0].name, 'SPEC_INVALID', 'config.upstreams[0].name is missing'],
    ['custom', (spec) => (spec.code.source = '(w) => Date.now()'), 'CODE_CAPTURES', 'Date'],
    ['custom', (spec) => (spec.code.source = 'process.exit(1)'), 'CODE_INVALID', 'not a single function'],
    ['custom', (spec) => (spec.code.source = '(w) => 1'), 'CODE_INVALID', 'code.source is not in its normal form'],
    ['custom', (spec) => (spec.code.source = 7), 'SPEC_INVALID', 'code.source is 7, not a text'],
  ])('of a %s is refused with its field: %s', (type, change, code, message) => {
    const spec = given.strategy.nodes[at[type]].spec;
    change(spec);
    const wrong = refusal(given.strategy);
    expect(wrong).toMatchObject({ code, message: expect.stringContaining(message), cure: expect.any(String) });
    expect(() => checkSpec(spec, 'node')).toThrow(expect.objectContaining({ code }));
  });

  test('with −0 is the spec with 0, since both have one id', () => {
    const spec = { ...given.sma.spec, config: { ...given.sma.spec.config, params: { period: 20, shift: -0, list: [-0] } } };
    const checked = checkSpec(spec) as Extract<NodeSpec, { nodeType: 'kernel' }>;
    expect(Object.is(checked.config.params.shift, 0)).toBe(true);
    expect(checked.config.params.list).toEqual([0]);
  });
});

describe('whatever comes over the wire', () => {
  const copyOf = ({ holder, key }: { holder: Mutable; key: string }) => JSON.parse(JSON.stringify(holder[key], (_, value) => (typeof value === 'bigint' ? null : value)) ?? 'null');
  const junk: unknown[] = [undefined, null, true, 0, -1, 1.5, Number.NaN, 1n, '', 'x', '\ud800', 'constructor', '__proto__', [], {}, [[]], { toString: 1 }, () => 1, Symbol('s'), new Date(0), 'a'.repeat(10_000), '('.repeat(5_000)];

  test('is answered with a Fault or a strategy whose ids are true, never with a crash: 30,000 random changes', () => {
    const random = randomFrom(11);
    const codes = new Set<string>();
    const original = JSON.stringify(given.strategy);
    for (let round = 0; round < 30_000; round++) {
      const strategy: unknown = JSON.parse(original);
      for (let changes = 1 + Math.floor(random() * 2); changes > 0; changes--) {
        const all = places(strategy);
        if (all.length === 0) break;
        const { holder, key } = pick(random, all);
        const turn = random();
        if (turn < 0.25) delete holder[key];
        else if (turn < 0.4) holder[pick(random, ['extra', '__proto__', 'constructor', '0', 'name'])] = pick(random, junk);
        else if (turn < 0.6) holder[key] = copyOf(pick(random, all));
        else holder[key] = pick(random, junk);
      }
      try {
        const { nodes } = checkStrategySpec(strategy);
        expect(nodes.every((node) => node.id === nodeId(node.spec))).toBe(true);
        codes.add('accepted');
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        expect(error.cure).toBeTypeOf('string');
        codes.add(error.code);
      }
    }
    // Changes of labels are accepted; the rest meets every kind of refusal.
    expect([...codes].toSorted()).toEqual(['CODE_INVALID', 'GRAPH_UPSTREAM_UNKNOWN', 'INTERVAL_INVALID', 'PARAM_INVALID', 'PERIOD_INVALID', 'SPEC_INVALID', 'accepted'].toSorted());
  });

  test.each(junk.map((value): [string, unknown] => [typeof value, value]))('a bare %s is refused', (_, value) => {
    expect(() => checkStrategySpec(value)).toThrow(Fault);
    expect(() => checkSpec(value)).toThrow(Fault);
  });
});
