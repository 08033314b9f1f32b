import { describe, expect, test } from 'vitest';
import { bbands, Node, sma, StreamInput, TagQueryNode } from '#sdk/mod.ts';

const day = { venue: 'demo', instrument: 'SPX', interval: '1d' };
const price = new StreamInput(day);

describe('a stream input', () => {
  test('is the close of its bars and has its other fields beside it', () => {
    expect(price.spec).toEqual({ nodeType: 'stream', code: { stream: 'bars', version: '1.0.0' }, config: { ...day, field: 'close' }, schema: { outputs: ['value'] } });
    expect(price.volume.spec.config).toEqual({ ...day, field: 'volume' });
    expect(price.source).toEqual(day);
  });

  test('gives the same field node each time, so labels stay', () => {
    price.high.named('top').tagged('bars');
    expect([price.high.vertex.name, [...price.high.vertex.tags], price.high.high === price.high, price.close === price]).toEqual(['top', ['bars'], true, true]);
  });

  test.each<[string, object, string, string]>([
    ['a missing interval', { interval: undefined }, 'INTERVAL_INVALID', 'StreamInput.interval: the interval is missing'],
    ['a bad interval', { interval: '7w' }, 'INTERVAL_INVALID', 'StreamInput.interval: "7w" is not an interval'],
    ['a missing venue', { venue: undefined }, 'SPEC_INVALID', 'StreamInput.config.venue is missing, not a text'],
    ['a number for a name', { instrument: 500 }, 'SPEC_INVALID', 'StreamInput.config.instrument is 500, not a text'],
    ['an unknown field', { field: 'mid' }, 'SPEC_INVALID', 'StreamInput.config.field is "mid"'],
    ['a misspelt option', { feild: 'open' }, 'SPEC_INVALID', 'StreamInput.feild is not a known field'],
  ])('refuses %s', (_, change, code, message) => {
    expect(() => new StreamInput({ ...day, ...change })).toThrow(expect.objectContaining({ code, message, cure: expect.any(String) }));
  });

  test('refuses no configuration at all', () => {
    expect(() => new StreamInput(undefined as never)).toThrow('StreamInput is missing, not a record');
    expect(() => new StreamInput({ venue: 'demo', instrument: 'SPX' } as never)).toThrow('the interval is missing');
  });
});

describe('a node with a function', () => {
  test('is its normalised code, params, period, interval and inputs by name', () => {
    const node = new Node({ inputs: { slow: sma(price), close: price.close }, period: 5, params: { k: 2 }, compute: (window, params) => window.close[4]! * params.k - window.slow[0]! });
    expect(node.spec).toEqual({
      nodeType: 'custom',
      code: { source: '(window, params) => {\n  return window.close[4] * params.k - window.slow[0];\n}' },
      config: { interval: '1d', period: 5, params: { k: 2 }, upstreams: [{ ...price.ref, name: 'close' }, { ...sma(price).ref, name: 'slow' }] },
      schema: { outputs: ['value'] },
    });
  });

  test('with one output is that output', () => {
    const node = new Node({ inputs: { price }, period: 1, compute: () => 1 });
    expect(node.outputs.value.ref).toEqual(node.ref);
    expect(sma(node).spec.config).toMatchObject({ upstreams: [node.ref] });
  });

  test('with several outputs has each by name, and has to be told which is read', () => {
    const node = new Node({ inputs: { price }, period: 1, outputs: ['up', 'down'], compute: () => [1, 2] });
    expect([node.outputs.up.ref.output, node.outputs.down.ref.output]).toEqual(['up', 'down']);
    expect(() => sma(node)).toThrow(expect.objectContaining({ code: 'SPEC_INVALID', message: expect.stringContaining('has the outputs up, down'), cure: 'read one of them, for example .outputs.up' }));
  });

  const compute = () => 1;
  test.each<[string, object, string, string]>([
    ['no inputs', { inputs: {} }, 'GRAPH_SOURCE_MISSING', 'Node reads nothing, so it has no source of rows above it'],
    ['a number as input', { inputs: { price: 3 } }, 'SPEC_INVALID', 'Node.inputs.price is 3, not an output of a node'],
    ['bands as input', { inputs: { price: bbands(price) } }, 'SPEC_INVALID', 'Node.inputs.price is a record of several outputs, not an output of a node'],
    ['inputs of two intervals', { inputs: { a: price.named('daily'), b: new StreamInput({ ...day, interval: '4h' }).named('four-hourly') } }, 'INTERVAL_INVALID', 'Node reads daily at 1d and four-hourly at 4h'],
    ['an input name no code can read', { inputs: { 'a b': price } }, 'SPEC_INVALID', 'Node.config.upstreams[0].name is "a b", not a plain name'],
    ['no period', { period: undefined }, 'PERIOD_INVALID', 'Node.config.period is missing, which is not a period'],
    ['period 0', { period: 0 }, 'PERIOD_INVALID', 'Node.config.period is 0, which is not a period'],
    ['period 2.5', { period: 2.5 }, 'PERIOD_INVALID', 'Node.config.period is 2.5, which is not a period'],
    ['period 525,601', { period: 525_601 }, 'PERIOD_INVALID', 'Node.config.period is 525601, which is not a period'],
    ['a param that is not finite', { params: { k: Number.NaN } }, 'PARAM_INVALID', 'Node.config.params.k is NaN, which a parameter cannot be'],
    ['a param that is a function', { params: { k: compute } }, 'PARAM_INVALID', 'Node.config.params.k is a function, which a parameter cannot be'],
    ['no outputs', { outputs: [] }, 'SPEC_INVALID', 'Node.schema.outputs is empty'],
    ['one output name twice', { outputs: ['a', 'a'] }, 'SPEC_INVALID', 'Node.schema.outputs holds "a" twice'],
    ['no function', { compute: 5 }, 'CODE_INVALID', 'Node.compute is 5, not a function'],
    ['a misspelt option', { perod: 3 }, 'SPEC_INVALID', 'Node.perod is not a known field'],
  ])('refuses %s', (_, change, code, message) => {
    expect(() => new Node({ inputs: { price }, period: 1, compute, ...change })).toThrow(expect.objectContaining({ code, message, cure: expect.any(String) }));
  });
});

describe('a tag query', () => {
  const query = { tags: ['trend'], match: 'any', interval: '1d', period: 3 };

  test('can be read like any node', () => {
    const breadth = new TagQueryNode(query as never);
    expect(new Node({ inputs: { breadth }, period: 1, compute: (window) => window.breadth[0]! }).spec.config).toMatchObject({ interval: '1d', upstreams: [{ node: breadth.id }] });
  });

  test.each<[string, object, string]>([
    ['no tags', { tags: [] }, 'SPEC_INVALID'],
    ['a tag twice', { tags: ['a', 'a'] }, 'SPEC_INVALID'],
    ['an unknown match', { match: 'some' }, 'SPEC_INVALID'],
    ['a missing interval', { interval: undefined }, 'INTERVAL_INVALID'],
    ['period 0', { period: 0 }, 'PERIOD_INVALID'],
  ])('refuses %s', (_, change, code) => {
    expect(() => new TagQueryNode({ ...query, ...change } as never)).toThrow(expect.objectContaining({ code }));
  });
});

test.each(['', ' ', 'a\nb', 'x'.repeat(129), 5])('%j is no name and no tag', (text) => {
  expect(() => price.named(text as string)).toThrow(expect.objectContaining({ code: 'SPEC_INVALID' }));
  expect(() => price.tagged(text as string)).toThrow(expect.objectContaining({ code: 'SPEC_INVALID' }));
});
