// The catalogue is what the SDK, the CLI and the identity of a node rest on.
import { describe, expect, test } from 'vitest';
import { BAR_FIELDS } from '#domain/bar.ts';
import { FAULT_CODES } from '#domain/fault.ts';
import type { Params } from '#domain/node-spec.ts';
import { kernelNames, kernelOf, PERIOD_MAX, resolveParams, kernelNamed } from '#kernels/catalog.ts';
import { runKernel } from '#kernels/run-kernel.ts';
import { outputsOf, walk } from './series.ts';

function faultOf(work: () => unknown): { code: string; message: string; cure: string } {
  try {
    work();
  } catch (error) {
    return error as { code: keyof typeof FAULT_CODES; message: string; cure: string };
  }
  throw new Error('nothing was refused');
}

test('no two kernels share an op, and every entry is complete', () => {
  const entries = kernelNames.map(kernelOf);
  expect(new Set(entries.map(({ op }) => op)).size).toBe(entries.length);
  for (const entry of entries) {
    expect(entry.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(entry.doc.length).toBeGreaterThan(2);
    expect(new Set(entry.outputs).size).toBe(entry.outputs.length);
    for (const input of entry.inputs) expect(BAR_FIELDS).toContain(input.default);
    for (const param of Object.values(entry.params)) {
      expect(param.optional === true).toBe(param.default === undefined);
      if (param.default !== undefined) expect(param.default >= param.min && param.default <= param.max).toBe(true);
    }
  }
});

test('defaults are filled in, and a given value wins', () => {
  expect(resolveParams('macd', { fast: 5 })).toEqual({ fast: 5, slow: 26, signal: 9 });
  expect(resolveParams('gt', {})).toEqual({});
  expect(Object.is(resolveParams('gt', { b: -0 }).b, 0), '−0 and 0 are one parameter').toBe(true);
  expect(resolveParams('sma', { period: PERIOD_MAX })).toEqual({ period: 525_600 });
});

// TA-Lib's MACD, APO, PPO and ULTOSC swap periods that are given the other way round; so do we, and it is one node.
test.each<[string, Params, object]>([
  ['macd', { fast: 26, slow: 12 }, { fast: 12, slow: 26, signal: 9 }],
  ['apo', { fast: 30 }, { fast: 26, slow: 30 }],
  ['ppo', { slow: 3 }, { fast: 3, slow: 12 }],
  ['ultosc', { period1: 20, period2: 5, period3: 10 }, { period1: 5, period2: 10, period3: 20 }],
  ['adosc', { fast: 10, slow: 3 }, { fast: 10, slow: 3 }],
])('%s %o is taken as %o', (name, given, taken) => expect(resolveParams(name, given)).toEqual(taken));

describe('refused, with the name of what is wrong', () => {
  test.each<[string, Params, string, RegExp]>([
    ['sma', { period: 0 }, 'PERIOD_INVALID', /sma: period is 0/],
    ['sma', { period: 525_601 }, 'PERIOD_INVALID', /period is 525601/],
    ['ema', { period: 2.5 }, 'PERIOD_INVALID', /2\.5/],
    ['rsi', { period: NaN }, 'PERIOD_INVALID', /NaN/],
    ['atr', { period: '14' }, 'PERIOD_INVALID', /"14"/],
    ['max', { period: null }, 'PERIOD_INVALID', /null/],
    ['macd', { signal: -1 }, 'PERIOD_INVALID', /signal is -1/],
    ['bbands', { multUp: -0.1 }, 'PARAM_INVALID', /multUp is -0\.1/],
    ['gt', { b: Infinity }, 'PARAM_INVALID', /b is Infinity/],
    ['gt', { b: true }, 'PARAM_INVALID', /b is true/],
    ['sma', { length: 3 }, 'PARAM_INVALID', /sma has no parameter "length"/],
    ['not', { b: 1 }, 'PARAM_INVALID', /not has no parameter "b"/],
    ['smaa', {}, 'KERNEL_UNKNOWN', /"smaa"/],
    ['toString', {}, 'KERNEL_UNKNOWN', /"toString"/],
  ])('%s %o', (name, params, code, message) => {
    const fault = faultOf(() => resolveParams(name, params));
    expect(fault).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(fault.cure).toBeTruthy();
  });

  test('a misspelled kernel is answered with the nearest, a strange one with the list', () => {
    expect(faultOf(() => kernelOf('bband')).cure).toContain('did you mean "bbands"');
    expect(faultOf(() => kernelOf('ichimoku-cloud')).cure).toContain('sma');
  });
});

test('a kernel over a file has one value per row and NaN before its look-back', () => {
  const bars = walk(10_000, 8);
  const run = runKernel('bbands', { period: 50 }, bars);
  expect(run).toMatchObject({ name: 'bbands', params: { period: 50, multUp: 2, multDown: 2 } });
  expect(Object.keys(run.outputs)).toEqual(['upper', 'middle', 'lower']);
  expect(Object.values(run.outputs)).toEqual(outputsOf('bbands', { period: 50 }, bars));
  expect(run.outputs.upper![48]).toBeNaN();
  expect(runKernel('gt', { b: 100 }, bars).outputs.value).toEqual(bars.close.map((value) => (value > 100 ? 1 : 0)));
});

test('a kernel is found by its name and by every alias in any case, and no two kernels share one', () => {
  const names = kernelNames.flatMap((name) => [name, ...kernelOf(name).aliases]);
  expect(new Set(names).size).toBe(names.length);
  for (const name of kernelNames) {
    const kernel = kernelOf(name);
    for (const given of [name, ...kernel.aliases]) for (const spelling of [given, given.toUpperCase()]) expect(kernelNamed(spelling)).toBe(kernel);
    if (kernel.talib) expect([name, ...kernel.aliases]).toContain(kernel.talib.name.toLowerCase());
  }
  expect(kernelNamed('SAR').name).toBe('psar');
  expect(() => kernelNamed('SARR')).toThrow(expect.objectContaining({ code: 'KERNEL_UNKNOWN' }));
});

test('a node goes by the kernel’s own name: an alias in a spec is unknown', () => {
  expect(() => kernelOf('sar')).toThrow(expect.objectContaining({ code: 'KERNEL_UNKNOWN' }));
});
