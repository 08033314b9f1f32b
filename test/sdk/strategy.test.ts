import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { nodeId } from '#domain/node-id.ts';
import { upstreamsOf } from '#domain/node-spec.ts';
import { checkStrategySpec } from '#graph/strategy-spec.ts';
import { ema, latch, Node, sma, Strategy, StreamInput, TagQueryNode } from '#sdk/mod.ts';
import goldenCross from '../../examples/golden-cross.ts';

const day = { venue: 'demo', instrument: 'SPX', interval: '1d' };
const price = new StreamInput(day);

describe('golden-cross', () => {
  const declared = goldenCross.declare();
  const kinds = declared.nodes.map(({ spec }) => (spec.nodeType === 'kernel' ? spec.code.kernel : spec.nodeType));

  test('takes under 20 lines', () => {
    expect(readFileSync('examples/golden-cross.ts', 'utf8').trimEnd().split('\n').length).toBeLessThan(20);
  });

  test('is two streams, two averages, cross, latch, quantity and account, upstreams first', () => {
    expect(kinds.toSorted()).toEqual(['account', 'crossover', 'latch', 'mul', 'sma', 'sma', 'stream', 'stream']);
    const place = new Map(declared.nodes.map(({ id }, at) => [id, at]));
    for (const [at, { spec }] of declared.nodes.entries()) for (const { node } of upstreamsOf(spec)) expect(place.get(node)).toBeLessThan(at);
  });

  test('is what the gateway accepts, also after a journey over the wire', () => {
    expect(checkStrategySpec(JSON.parse(JSON.stringify(declared)))).toEqual(declared);
  });

  test('trades its own source by an account that reads open, close and target', () => {
    const account = declared.nodes.at(-1)!;
    expect(declared.target).toEqual({ ref: { node: declared.nodes.at(-2)!.id, output: 'value' }, account: account.id, source: day });
    expect(account.spec).toEqual({
      nodeType: 'account',
      code: { account: 'paper', version: '1.0.1' },
      config: {
        interval: '1d',
        period: 1,
        params: { cash: 100_000, feeBps: 0, slippageBps: 0 },
        upstreams: [{ ...price.open.ref, name: 'open' }, { ...price.close.ref, name: 'close' }, { ...declared.target!.ref, name: 'target' }],
      },
      schema: { outputs: ['orderQuantity', 'fillQuantity', 'fillPrice', 'fee', 'position', 'cash', 'equity'] },
    });
  });

  test('declared twice, and in another process, is the same spec', () => {
    expect(goldenCross.declare()).toEqual(declared);
    const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', "console.log(JSON.stringify((await import('./examples/golden-cross.ts')).default.declare()))"], { encoding: 'utf8', env: { ...process.env, TZ: 'Asia/Kathmandu' } });
    expect(JSON.parse(printed)).toEqual(declared);
  });

  test('shares what a param does not touch', () => {
    const faster = goldenCross.declare({ fast: 5 });
    const shared = faster.nodes.filter(({ id }) => declared.nodes.some((node) => node.id === id));
    expect(shared.map(({ spec }) => spec.nodeType)).toEqual(['stream', 'stream', 'kernel']);
    expect(faster.params).toEqual({ ...declared.params, fast: 5 });
  });
});

describe('params', () => {
  const seen: unknown[] = [];
  const strategy = new Strategy({
    name: 'typed',
    params: { period: 10, ratio: 0.5, label: 'x', on: true, levels: [1, 2] },
    build: (params) => {
      seen.push(params);
      return { outputs: { average: sma(price, { period: params.period }) } };
    },
  });

  test('given as text are read as the type of their default', () => {
    const { params } = strategy.declare({ period: '7', ratio: '1e-3', label: '7', on: 'false', levels: '3,4.5' });
    expect(params).toEqual({ period: 7, ratio: 0.001, label: '7', on: false, levels: [3, 4.5] });
    expect(seen.at(-1)).toEqual(params);
  });

  test('given as values are taken as they are', () => {
    expect(strategy.declare({ period: 7, on: false, levels: [] }).params).toMatchObject({ period: 7, on: false, levels: [] });
  });

  test('are frozen, so a declaration cannot change the next', () => {
    strategy.declare();
    expect(Object.isFrozen(seen.at(-1))).toBe(true);
  });

  test.each<[Record<string, unknown>, string]>([
    [{ period: 'ten' }, 'strategy typed: param period is "ten", not a number'],
    [{ period: '' }, 'strategy typed: param period is "", not a number'],
    [{ period: Number.NaN }, 'strategy typed: param period is NaN, not a number'],
    [{ period: 'Infinity' }, 'strategy typed: param period is "Infinity", not a number'],
    [{ period: undefined }, 'strategy typed: param period is missing, not a number'],
    [{ label: 5 }, 'strategy typed: param label is 5, not a string'],
    [{ on: 'yes' }, 'strategy typed: param on is "yes", not a boolean'],
    [{ levels: '1,x' }, 'strategy typed: param levels is "1,x", not a list of numbers'],
    [{ levels: 5 }, 'strategy typed: param levels is 5, not a list of numbers'],
    [{ perod: 5 }, 'strategy typed has no param "perod"'],
    [{ toString: 5 }, 'strategy typed has no param "toString"'],
  ])('%j is refused: %s', (overrides, message) => {
    expect(() => strategy.declare(overrides)).toThrow(expect.objectContaining({ code: 'PARAM_INVALID', message, cure: expect.any(String) }));
  });

  test('an unknown one is answered with the known ones', () => {
    expect(() => strategy.declare({ perod: 5 })).toThrow(expect.objectContaining({ cure: 'its params are: period, ratio, label, on, levels' }));
  });

  test.each<[Record<string, unknown>, string, RegExp]>([
    [{ fast: 0 }, 'PERIOD_INVALID', /^strategy golden-cross: sma: period is 0, .*\(from param fast\)$/],
    [{ slow: '2.5' }, 'PERIOD_INVALID', /^strategy golden-cross: sma: period is 2\.5, .*\(from param slow\)$/],
    [{ fast: -1, slow: -1 }, 'PERIOD_INVALID', /\(from param fast or slow\)$/],
    [{ interval: '9w' }, 'INTERVAL_INVALID', /"9w" is not an interval \(from param interval\)$/],
    [{ instrument: '' }, 'SPEC_INVALID', /instrument is "", not a text \(from param instrument\)$/],
  ])('%j is refused by the node it reaches, which names the param', (overrides, code, message) => {
    expect(() => goldenCross.declare(overrides)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });
});

describe('account terms', () => {
  const strategy = new Strategy({ name: 'terms', account: { cash: 5_000, feeBps: 2 }, build: () => ({ target: latch(price) }) });
  const termsOf = (spec: ReturnType<typeof strategy.declare>) => (spec.nodes.at(-1)!.spec.config as { params: unknown }).params;

  test('are the defaults, under the strategy\'s, under the caller\'s', () => {
    expect(termsOf(strategy.declare())).toEqual({ cash: 5_000, feeBps: 2, slippageBps: 0 });
    expect(termsOf(strategy.declare({}, { feeBps: 10, slippageBps: -1 }))).toEqual({ cash: 5_000, feeBps: 10, slippageBps: -1 });
  });

  test.each([[{ cash: 0 }, /account\.cash is 0/], [{ cash: Number.NaN }, /account\.cash is NaN/], [{ feeBps: 10_000 }, /account\.feeBps is 10000/], [{ slippageBps: '5' }, /account\.slippageBps is "5"/], [{ fee: 5 } as never, /has no param "fee"/]])('%j are refused', (terms, message) => {
    expect(() => strategy.declare({}, terms as never)).toThrow(expect.objectContaining({ code: 'PARAM_INVALID', message: expect.stringMatching(message) }));
    expect(() => new Strategy({ name: 'terms', account: terms as never, build: () => ({}) })).toThrow(expect.objectContaining({ code: 'PARAM_INVALID' }));
  });
});

describe('the graph', () => {
  const declare = (build: () => object) => new Strategy({ name: 'graph', build }).declare();

  test('holds a node once, however often it is declared, with the labels of all declarations', () => {
    const { nodes } = declare(() => ({ outputs: { a: sma(price).tagged('b'), b: sma(price).named('average').tagged('a'), c: ema(sma(price)) } }));
    expect(nodes).toHaveLength(3);
    expect(nodes.filter((node) => node.name === 'average').map((node) => node.tags)).toEqual([['a', 'b']]);
  });

  test('labels do not change ids', () => {
    const { nodes } = declare(() => ({ outputs: { a: sma(new StreamInput(day).named('p')).named('q') } }));
    expect(nodes.map((node) => node.id)).toEqual(declare(() => ({ outputs: { a: sma(price) } })).nodes.map((node) => node.id));
    expect(nodes.every((node) => node.id === nodeId(node.spec))).toBe(true);
  });

  test('of a diamond 60 deep is walked once, not 2^60 times', () => {
    expect(declare(() => ({ outputs: { top: Array.from({ length: 60 }).reduce<StreamInput>((below) => below.plus(below) as StreamInput, price) } })).nodes).toHaveLength(61);
  });

  test('trades the first stream its target reads, or the one it is told to', () => {
    const other = new StreamInput({ ...day, instrument: 'NDX' });
    const target = sma(other).gt(sma(price));
    expect(declare(() => ({ target })).target!.source.instrument).toBe('NDX');
    expect(declare(() => ({ target, trade: price })).target!.source.instrument).toBe('SPX');
  });

  test('may hold a tag query: it is data until something runs it', () => {
    const query = new TagQueryNode({ tags: ['trend'], match: 'any', interval: '1d', period: 3 });
    expect(declare(() => ({ target: latch(query), trade: price })).nodes.some(({ spec }) => spec.nodeType === 'tag-query')).toBe(true);
    expect(() => declare(() => ({ target: latch(query) }))).toThrow(expect.objectContaining({ code: 'GRAPH_SOURCE_MISSING', message: expect.stringContaining('it is not known what to trade') }));
  });

  test.each<[string, () => object, string, RegExp]>([
    ['nothing', () => ({}), 'SPEC_INVALID', /has neither a target nor an output/],
    ['undefined', () => undefined as never, 'SPEC_INVALID', /what build returns is missing, not a record/],
    ['a bare output', () => sma(price), 'SPEC_INVALID', /what build returns\.\w+ is not a known field/],
    ['a misspelt target', () => ({ taget: sma(price) }), 'SPEC_INVALID', /what build returns\.taget is not a known field/],
    ['a number as target', () => ({ target: 1 }), 'SPEC_INVALID', /target is 1, not an output of a node/],
    ['an output with a name that is none', () => ({ outputs: { 'a b': price } }), 'SPEC_INVALID', /"a b", not a plain name/],
    ['a trade that is no stream', () => ({ target: latch(price), trade: 'SPX' }), 'SPEC_INVALID', /trade is "SPX", not a StreamInput/],
    ['a trade of another interval', () => ({ target: latch(price), trade: new StreamInput({ ...day, interval: '1h' }) }), 'INTERVAL_INVALID', /the account reads .* at 1h and .* at 1d/],
    ['two outputs and says not which', () => ({ target: new Node({ inputs: { price }, period: 1, outputs: ['a', 'b'], compute: () => [1, 2] }) }), 'SPEC_INVALID', /has the outputs a, b/],
  ])('of a build that returns %s is refused', (_, build, code, message) => {
    expect(() => declare(build)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message), cure: expect.any(String) }));
  });

  test('a bug in build is thrown as it is', () => {
    const bug = new TypeError('undefined is not a function');
    expect(() => declare(() => { throw bug; })).toThrow(bug);
  });
});

test.each<[unknown, string]>([
  [{ build: () => ({}) }, 'Strategy.name is missing'],
  [{ name: '', build: () => ({}) }, 'Strategy.name is "", not a text'],
  [{ name: 'x' }, 'Strategy.build is missing'],
  [{ name: 'x', build: 5 }, 'Strategy.build is 5, not a function'],
  [{ name: 'x', build: () => ({}), parms: {} }, 'Strategy.parms is not a known field'],
  [{ name: 'x', build: () => ({}), params: { k: null } }, 'strategy x: param k is null'],
  [{ name: 'x', build: () => ({}), params: { k: Number.NaN } }, 'strategy x: param k is NaN'],
  [{ name: 'x', build: () => ({}), params: [1] }, 'Strategy.params is a list, not a record'],
  [undefined, 'Strategy is missing, not a record'],
])('the strategy %j is refused: %s', (declaration, message) => {
  expect(() => new Strategy(declaration as never)).toThrow(expect.objectContaining({ name: 'Fault', message: expect.stringContaining(message) }));
});
