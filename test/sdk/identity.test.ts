// The defects of identity that systems like this one have had: two nodes that differ shared an id, or one node had two.
import { describe, expect, test } from 'vitest';
import { nodeId } from '#domain/node-id.ts';
import type { NodeSpec } from '#domain/node-spec.ts';
import { bbands, crossover, ema, macd, Node, type Output, sma, StreamInput, TagQueryNode } from '#sdk/mod.ts';
import { pick, type Random, randomFrom } from '../graph/specs.ts';

const day = { venue: 'demo', instrument: 'SPX', interval: '1d' };
const price = new StreamInput(day);

function differ(...outputs: readonly Output[]): void {
  expect(new Set(outputs.map((output) => output.id)).size).toBe(outputs.length);
}

function same(...outputs: readonly Output[]): void {
  expect(new Set(outputs.map((output) => output.id)).size).toBe(1);
}

describe('differ', () => {
  test('two Bollinger multipliers', () => {
    differ(...[{ multUp: 2 }, { multUp: 3 }, { multDown: 3 }, { multUp: 2.5, multDown: 2.5 }].map((params) => bbands(price, params).upper));
  });

  test('two thresholds, which a function cannot capture and takes as params', () => {
    const over = (threshold: number) => new Node({ inputs: { price }, period: 1, params: { threshold }, compute: (window, params) => (window.price[0]! > params.threshold ? 1 : 0) });
    const capturing = (threshold: number) => new Node({ inputs: { price }, period: 1, compute: (window) => (window.price[0]! > threshold ? 1 : 0) });
    differ(over(30), over(70));
    expect(() => capturing(30)).toThrow(expect.objectContaining({ code: 'CODE_CAPTURES', message: expect.stringContaining('"threshold"') }));
  });

  test('the fields of one stream', () => {
    differ(price.open, price.high, price.low, price.close, price.volume);
  });

  test('two outputs of one node, in whatever reads them', () => {
    const { upper, middle, lower } = bbands(price);
    same(upper, middle, lower);
    differ(...[upper, middle, lower].map((band) => ema(band)));
    differ(crossover(price, upper), crossover(price, lower));
  });

  test('two venues', () => {
    differ(price, new StreamInput({ ...day, venue: 'other' }));
  });

  test('two instruments', () => {
    differ(sma(price), sma(new StreamInput({ ...day, instrument: 'NDX' })));
  });

  test('venue and instrument that read the same when joined', () => {
    differ(new StreamInput({ ...day, venue: 'a:b', instrument: 'c' }), new StreamInput({ ...day, venue: 'a', instrument: 'b:c' }));
  });

  test('two intervals', () => {
    differ(sma(price), sma(new StreamInput({ ...day, interval: '1h' })));
  });

  test('two periods', () => {
    differ(sma(price, { period: 20 }), sma(price, { period: 21 }));
    const mean = (period: number) => new Node({ inputs: { price }, period, compute: (window) => window.price[0]! });
    differ(mean(20), mean(21));
  });

  test('swapped operands', () => {
    const [fast, slow] = [sma(price, { period: 10 }), sma(price, { period: 30 })];
    differ(fast.minus(slow), slow.minus(fast));
    differ(crossover(fast, slow), crossover(slow, fast));
  });

  test('an operand and a number that stands in its place', () => {
    differ(price.over(2), price.over(3), price.over(price), price.times(2));
  });

  test('upstreams of one name', () => {
    const reading = (input: Output) => new Node({ inputs: { x: input.named('signal') }, period: 1, compute: (window) => window.x[0]! });
    differ(reading(sma(price)), reading(ema(price)));
  });

  test('inputs given to a function under exchanged names', () => {
    const spread = (a: Output, b: Output) => new Node({ inputs: { a, b }, period: 1, compute: (window) => window.a[0]! - window.b[0]! });
    differ(spread(price.high, price.low), spread(price.low, price.high));
  });

  test('two functions of one name', () => {
    const first = { compute: (window: Readonly<Record<'price', Float64Array>>) => window.price[0]! };
    const second = { compute: (window: Readonly<Record<'price', Float64Array>>) => window.price[0]! * 2 };
    differ(new Node({ inputs: { price }, period: 1, ...first }).named('twin'), new Node({ inputs: { price }, period: 1, ...second }).named('twin'));
  });

  test('one function with other params', () => {
    const scaled = (params: Record<string, number>) => new Node({ inputs: { price }, period: 1, params, compute: (window) => window.price[0]! });
    differ(scaled({ k: 1 }), scaled({ k: 2 }), scaled({ j: 1 }), scaled({}), scaled({ k: 1, j: 1 }));
  });

  test('one function with other names for its outputs', () => {
    const two = (first: string, second: string) => new Node({ inputs: { price }, period: 1, outputs: [first, second], compute: () => [1, 2] });
    differ(two('a', 'b'), two('b', 'a'), two('a', 'c'));
  });

  test('one kernel in two versions', () => {
    const spec = sma(price).spec as Extract<NodeSpec, { nodeType: 'kernel' }>;
    expect(nodeId({ ...spec, code: { ...spec.code, version: '99.0.0' } })).not.toBe(nodeId(spec));
  });

  test('two kernels with equal params', () => {
    differ(sma(price, { period: 9 }), ema(price, { period: 9 }));
    differ(price.gt(1), price.gte(1), price.lt(1), price.lte(1), price.eq(1));
  });

  test('two tag queries', () => {
    const query = { tags: ['trend', 'daily'], match: 'any', interval: '1d', period: 5 } as const;
    differ(...[query, { ...query, match: 'all' as const }, { ...query, period: 6 }, { ...query, interval: '1h' }, { ...query, tags: ['trend'] }].map((each) => new TagQueryNode(each)));
  });
});

describe('do not differ', () => {
  test('names and tags', () => {
    same(sma(price), sma(price).named('average'), sma(price).tagged('trend', 'daily'), sma(new StreamInput(day).named('close')));
  });

  test('the order in which configuration is written', () => {
    same(price, new StreamInput({ interval: '1d', instrument: 'SPX', venue: 'demo' }));
    same(macd(price, { fast: 5, slow: 9 }).macd, macd(price, { slow: 9, fast: 5 }).macd);
  });

  test('the order in which inputs and params of a function are written', () => {
    const compute = (window: Readonly<Record<'a' | 'b', Float64Array>>, params: { readonly j: number; readonly k: number }) => window.a[0]! * params.j + window.b[0]! * params.k;
    same(
      new Node({ inputs: { a: price.high, b: price.low }, period: 1, params: { j: 1, k: 2 }, compute }),
      new Node({ compute, params: { k: 2, j: 1 }, period: 1, inputs: { b: price.low, a: price.high } }),
    );
  });

  test('the order of tags in a query', () => {
    const query = { match: 'any', interval: '1d', period: 5 } as const;
    same(new TagQueryNode({ ...query, tags: ['a', 'b'] }), new TagQueryNode({ ...query, tags: ['b', 'a'] }));
  });

  test('two spellings of one interval', () => {
    same(new StreamInput({ ...day, interval: '60s' }), new StreamInput({ ...day, interval: '1m' }));
  });

  test('a default and the same value given', () => {
    same(price, new StreamInput({ ...day, field: 'close' }), price.close, price.high.close);
    same(sma(price), sma(price, {}), sma(price, { period: 20 }));
    same(new Node({ inputs: { price }, period: 1, compute: () => 1 }), new Node({ inputs: { price }, period: 1, params: {}, outputs: ['value'], compute: () => 1 }));
  });

  test('0 and −0', () => {
    same(price.plus(0), price.plus(-0));
    const shifted = (shift: number) => new Node({ inputs: { price }, period: 1, params: { shift }, compute: () => 1 });
    same(shifted(0), shifted(-0));
  });

  test('the way a function is written', () => {
    same(
      new Node({ inputs: { price }, period: 1, compute: (window) => window.price[0]! * 2 }),
      // Twice the price.
      new Node({ inputs: { price }, period: 1, compute(window) { return (window.price[0x0]!) * 2.0; /* done */ } }),
      new Node({ inputs: { price }, period: 1, compute: function twice(window) {
        return window.price[0]! * 2;
      } }),
    );
  });
});

describe('random graphs', () => {
  /** A graph of a few nodes whose shape and numbers come from the seed; `nudge` changes one number deep inside it. */
  function grown(random: Random, nudge = 0): Output {
    let outputs: Output[] = [price, price.high, price.low];
    for (let size = 2 + Math.floor(random() * 6); size > 0; size--) {
      const [a, b] = [pick(random, outputs), pick(random, outputs)];
      const number = Math.floor(random() * 50) + 1;
      const turn = Math.floor(random() * 6);
      const next = [
        () => sma(a, { period: number }),
        () => bbands(a, { multUp: number }).upper,
        () => a.minus(b).times(number),
        () => crossover(a, b).plus(number),
        () => ema(a.over(b.plus(1)), { period: number }),
        () => new Node({ inputs: { a, b }, period: number, params: { k: number }, compute: (window, params) => window.a[0]! * params.k - window.b[0]! }),
      ][turn]!();
      outputs = [...outputs, next];
    }
    return sma(outputs.at(-1)!.times(1 + nudge), { period: 3 }).gt(outputs.at(-2)!);
  }

  test('built twice are equal; with one number changed deep below they are not: 3,000 of each', () => {
    const ids = new Set<string>();
    for (let seed = 0; seed < 3_000; seed++) {
      const id = grown(randomFrom(seed)).id;
      expect(grown(randomFrom(seed)).id).toBe(id);
      expect(grown(randomFrom(seed), 2 ** -52).id).not.toBe(id);
      ids.add(id);
    }
    expect(ids.size).toBeGreaterThan(2_950);
  });
});
