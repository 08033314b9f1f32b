import { describe, expect, test } from 'vitest';
import { BAR_FIELDS } from '#domain/bar.ts';
import { type Kernel, kernelNames, kernelOf, resolveParams } from '#kernels/catalog.ts';
import * as sdk from '#sdk/mod.ts';

const { Output, StreamInput } = sdk;
const price = new StreamInput({ venue: 'demo', instrument: 'SPX', interval: '1d' });
const helpers = sdk as unknown as Record<string, (...given: unknown[]) => sdk.Output | Record<string, sdk.Output>>;

/** These have rows of their own and are no kernels. */
const ROW_OPERATORS = ['filter', 'route', 'dedupe', 'throttle', 'gaps', 'asOf', 'window', 'session', 'buffer', 'byKey'];
/** Kernels that operators reach, found by calling every operator there is. */
const operators = new Map<string, string>();
for (const method of Object.getOwnPropertyNames(Output.prototype)) {
  if (method === 'constructor' || ROW_OPERATORS.includes(method)) continue;
  const { spec } = (price as unknown as Record<string, (other: number) => sdk.Output>)[method]!(2);
  if (spec.nodeType === 'kernel') operators.set(spec.code.kernel, method);
}

function readsBars(kernel: Kernel): boolean {
  return kernel.inputs.length > 1 && kernel.inputs.every((input) => (BAR_FIELDS as readonly string[]).includes(input.name));
}

describe('every kernel of the catalogue', () => {
  test.each(kernelNames)('%s is reached one way: by its own function or by an operator', (name) => {
    expect([typeof helpers[name] === 'function', operators.has(name)].filter(Boolean)).toHaveLength(1);
  });

  test.each(kernelNames.filter((name) => !operators.has(name)))('%s declares its catalogue entry with all params written out', (name) => {
    const kernel = kernelOf(name);
    const fields = [price.close, price.open, price.high];
    const given = readsBars(kernel) ? [price] : kernel.inputs.map((_, at) => fields[at]);
    const declared = helpers[name]!(...given);
    const outputs = declared instanceof Output ? { value: declared } : declared;
    expect(Object.keys(outputs)).toEqual(kernel.outputs);
    const { spec } = Object.values(outputs)[0]!;
    const read = readsBars(kernel) ? kernel.inputs.map((input) => price[input.name as 'high'].id) : given.map((output) => output!.id);
    expect(spec).toMatchObject({
      nodeType: 'kernel',
      code: { kernel: name, version: kernel.version },
      config: { interval: '1d', params: resolveParams(name, {}), upstreams: read.map((node) => ({ node, output: 'value' })) },
      schema: { outputs: kernel.outputs },
    });
    expect(Object.entries(outputs).map(([output, column]) => [output, column.ref.output])).toEqual(kernel.outputs.map((output) => [output, output]));
  });
});

describe('an operator', () => {
  test.each(['plus', 'minus', 'times', 'over', 'gt', 'gte', 'lt', 'lte', 'eq', 'and', 'or'] as const)('%s takes an output as second upstream or a number as param b', (method) => {
    const [byOutput, byNumber] = [price[method](price.open).spec.config, price[method](2.5).spec.config];
    expect(byOutput).toMatchObject({ params: {}, upstreams: [price.ref, price.open.ref] });
    expect(byNumber).toMatchObject({ params: { b: 2.5 }, upstreams: [price.ref] });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses the number %d', (number) => {
    expect(() => price.plus(number)).toThrow(expect.objectContaining({ code: 'PARAM_INVALID' }));
  });

  test.each(['2', null, undefined, {}, [price]])('refuses %j', (other) => {
    expect(() => price.plus(other as never)).toThrow(expect.objectContaining({ code: 'SPEC_INVALID', message: expect.stringMatching(/^add: input b is .*, not an output of a node$/) }));
  });
});

describe('an indicator refuses', () => {
  const hourly = new StreamInput({ venue: 'demo', instrument: 'SPX', interval: '1h' });

  test.each<[string, () => unknown, string, string | RegExp]>([
    ['a number for its input', () => sdk.sma(5 as never), 'SPEC_INVALID', 'sma: input value is 5, not an output of a node'],
    ['a text for its input', () => sdk.sma('close' as never), 'SPEC_INVALID', 'sma: input value is "close", not an output of a node'],
    ['nothing for its input', () => (sdk.sma as () => unknown)(), 'SPEC_INVALID', 'sma: input value is missing, not an output of a node'],
    ['a node of several outputs', () => sdk.sma(sdk.bbands(price) as never), 'SPEC_INVALID', 'sma: input value is a record of several outputs, not an output of a node'],
    ['a bare period', () => sdk.sma(price, 20 as never), 'PARAM_INVALID', 'sma: its parameters are 20, not a record'],
    ['an unknown param', () => sdk.sma(price, { length: 20 } as never), 'PARAM_INVALID', 'sma has no parameter "length"'],
    ['period 0', () => sdk.sma(price, { period: 0 }), 'PERIOD_INVALID', /period is 0/],
    ['period −1', () => sdk.sma(price, { period: -1 }), 'PERIOD_INVALID', /period is -1/],
    ['period 1.5', () => sdk.sma(price, { period: 1.5 }), 'PERIOD_INVALID', /period is 1.5/],
    ['period 525,601', () => sdk.sma(price, { period: 525_601 }), 'PERIOD_INVALID', /period is 525601/],
    ['a period as text', () => sdk.sma(price, { period: '20' as never }), 'PERIOD_INVALID', /period is "20"/],
    ['a look-back that adds up to more than the limit', () => sdk.macd(price, { slow: 525_600, signal: 525_600 }), 'PERIOD_INVALID', /^macd\.config\.period is 1051199/],
    ['inputs of two intervals', () => sdk.crossover(price, hourly), 'INTERVAL_INVALID', /^crossover reads SPX close \w+… at 1d and SPX close \w+… at 1h$/],
    ['a single output for bars', () => sdk.atr(sdk.sma(price) as never), 'SPEC_INVALID', 'atr is given a single output, but it reads high, low, close'],
    ['bars with a field missing', () => sdk.atr({ high: price.high, low: price.low } as never), 'SPEC_INVALID', 'atr: bars.close is missing'],
    ['an argument too many', () => (sdk.latch as (...given: unknown[]) => unknown)(price, {}, 3), 'SPEC_INVALID', 'latch is called with 3 arguments'],
  ])('%s', (_, declare, code, message) => {
    expect(declare).toThrow(expect.objectContaining({ code, message: typeof message === 'string' ? message : expect.stringMatching(message), cure: expect.any(String) }));
  });

  test('nothing at the limits: period 1 and 525,600', () => {
    expect(sdk.sma(price, { period: 1 }).spec.config).toMatchObject({ period: 1 });
    expect(sdk.sma(price, { period: 525_600 }).spec.config).toMatchObject({ period: 525_600 });
  });
});

describe('kernel(name)', () => {
  test.each(kernelNames.flatMap((name) => [name, ...kernelOf(name).aliases].map((given) => [given, name] as const)))('%s declares nodes of %s', (given, name) => {
    const inputs = kernelOf(name).inputs.map((_, at) => [price.close, price.open, price.high][at]);
    const declared = sdk.kernel(given)(...(readsBars(kernelOf(name)) ? [price] : inputs));
    expect((declared instanceof Output ? declared : Object.values(declared)[0]!).spec).toMatchObject({ code: { kernel: name } });
  });

  test('is typed where the name is', () => {
    expect(sdk.kernel('macd')(price, { fast: 5 }).signal.id).toBe(sdk.macd(price, { fast: 5 }).signal.id);
  });

  test('refuses a name nobody knows with the nearest', () => {
    expect(() => sdk.kernel('linearreg_slop')).toThrow(expect.objectContaining({ code: 'KERNEL_UNKNOWN' }));
  });
});

test('bars may be given field by field', () => {
  expect(sdk.atr({ high: price.high, low: price.low, close: price.close }).id).toBe(sdk.atr(price).id);
  expect(sdk.atr({ close: price.close, high: price.high.plus(1), low: price.low }).id).not.toBe(sdk.atr(price).id);
});
