// There is an example of every engine and of every operator, each with a test. The catalogues are walked, so that what is added to them is missed here.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { kernels, type KernelName } from '#kernels/catalog.ts';
import { averages } from '#kernels/catalog-averages.ts';
import { candles } from '#kernels/catalog-candles.ts';
import { cycles } from '#kernels/catalog-cycle.ts';
import { momentum } from '#kernels/catalog-momentum.ts';
import { operators as rowwise } from '#kernels/catalog-operators.ts';
import { oscillators } from '#kernels/catalog-oscillators.ts';
import { prices } from '#kernels/catalog-prices.ts';
import { regression } from '#kernels/catalog-regression.ts';
import { statistics } from '#kernels/catalog-statistics.ts';
import { transforms } from '#kernels/catalog-transforms.ts';
import { trend } from '#kernels/catalog-trend.ts';
import { volatility } from '#kernels/catalog-volatility.ts';
import { volume } from '#kernels/catalog-volume.ts';
import { operators } from '#kernels/operator.ts';
import { type DeclaredNode, type NodeID, upstreamsOf } from '#domain/node-spec.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';

const names = readdirSync('examples').filter((name) => name.endsWith('.ts') && name !== 'data.ts'); // which makes bars
const specs = new Map<string, StrategySpec>();
for (const name of names) specs.set(name, ((await import(/* @vite-ignore */ new URL(`../../examples/${name}`, import.meta.url).href)) as { default: { declare(): StrategySpec } }).default.declare());
const nodes = [...specs.values()].flatMap((spec) => spec.nodes);
const used = new Set(nodes.flatMap(({ spec }) => (spec.nodeType === 'kernel' ? [spec.code.kernel as KernelName] : [])));
const given = nodes.flatMap(({ spec }) => (spec.nodeType === 'operator' ? [{ operator: spec.code.operator, params: spec.config.params, interval: spec.config.interval }] : []));

const GROUPS = { averages, candles, cycles, momentum, oscillators, prices, regression, rowwise, statistics, transforms, trend, volatility, volume };
/** What an engine is called where it is asked for, and the modules of assembly/engine that are it; of state machines, the kernels that are one. */
const ENGINES: Readonly<Record<string, readonly string[]>> = { 'window moments': ['moments', 'spread'], IIR: ['lookahead', 'seeding', 'exponential', 'cascade'], extrema: ['extrema'], cumulative: ['total'], candles: ['candle'] };
const STATE_MACHINES: readonly KernelName[] = ['supertrend', 'psar', 'latch', 'crossover'];

const enginesOf = (kernel: string): string[] => {
  try {
    return Array.from(readFileSync(`assembly/kernel/${kernel}.ts`, 'utf8').matchAll(/from '\.\.\/engine\/([a-z-]+)'/g), ([, engine]) => engine!);
  } catch {
    return []; // a kernel in another one's file
  }
};

describe('an example uses', () => {
  test('a kernel of every group of the catalogue, and the groups are all of it', () => {
    expect(Object.values(GROUPS).flatMap((group) => Object.keys(group)).toSorted()).toEqual(Object.keys(kernels).toSorted());
    expect(Object.entries(GROUPS).flatMap(([name, group]) => (Object.keys(group).some((kernel) => used.has(kernel as KernelName)) ? [] : [name]))).toEqual([]);
  });

  test.each(Object.entries(ENGINES))('the engine of %s', (name, modules) => {
    const standing = [...used].filter((kernel) => enginesOf(name === 'candles' && kernel.startsWith('cdl') ? 'candle-two' : kernel).some((engine) => modules.includes(engine)));
    expect(standing.length).toBeGreaterThan(0);
  });

  test('a state machine', () => expect(STATE_MACHINES.filter((kernel) => used.has(kernel)).length).toBeGreaterThan(0));

  test.each(Object.keys(operators))('the operator %s', (operator) => expect(given.map((each) => each.operator)).toContain(operator));

  test.each(Object.entries(operators).flatMap(([operator, { params }]) => Object.entries(params).flatMap(([param, kind]) => ('words' in kind ? kind.words.map((word: string): [string, string, string] => [operator, param, word]) : []))))(
    'the operator %s with %s %s',
    (operator, param, word) => expect(given.filter((each) => each.operator === operator).map(({ params }) => params[param])).toContain(word),
  );

  test('windows that tumble and windows that slide', () => {
    const windows = nodes.flatMap(({ spec }) => (spec.nodeType === 'operator' && spec.code.operator === 'window' ? [spec.config] : []));
    const lengths: Record<string, number> = { '1h': 3_600_000, '1d': 86_400_000 };
    expect(new Set(windows.map(({ interval, params }) => (params['widthMs'] === lengths[interval] ? 'tumble' : 'slide')))).toEqual(new Set(['tumble', 'slide']));
  });

  test('a join of several instruments, row by row', () => {
    const joins = [...specs.values()].filter((spec) => spec.nodes.some((node) => node.spec.nodeType !== 'account' && node.spec.nodeType !== 'operator' && sourcesOf(node, spec).size > 1));
    expect(joins.length).toBeGreaterThan(0);
  });

  test.each(['lag', 'mom', 'rocp'] as const)('%s, by which a value is compared with those before it', (kernel) => expect([...used]).toContain(kernel));

  test.each([['a map of rows', 1], ['a rolling apply', 2]])('%s by a function of the author', (_, least) => {
    const periods = nodes.flatMap(({ spec }) => (spec.nodeType === 'custom' ? [spec.config.period] : []));
    expect(periods.some((period) => (least === 1 ? period === 1 : period >= least))).toBe(true);
  });

  test.each(['rank', 'zscore'])('the %s of an output among whoever carries a tag', (output) => {
    const queries = new Set(nodes.flatMap(({ id, spec }) => (spec.nodeType === 'tag-query' ? [id] : [])));
    const read = nodes.flatMap(({ spec }) => upstreamsOf(spec).filter(({ node }) => queries.has(node)).map((upstream) => upstream.output));
    expect(read).toContain(output);
  });

  test.each(['wasm', 'account', 'custom', 'tag-query'] as const)('a node of kind %s', (kind) => expect(nodes.map(({ spec }) => spec.nodeType)).toContain(kind));
});

test('every example is run by a test', () => {
  const tests = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.test.ts') && !path.endsWith('examples/coverage.test.ts'));
  const text = tests.map((path) => readFileSync(`test/${path}`, 'utf8')).join('\n');
  expect(names.filter((name) => !text.includes(`examples/${name}`))).toEqual([]);
});

test('every example is listed in examples/README.md', () => {
  const readme = readFileSync('examples/README.md', 'utf8');
  expect(names.filter((name) => !readme.includes(`](${name})`))).toEqual([]);
});

/** The instruments a node of a strategy stands on. */
function sourcesOf(node: DeclaredNode, { nodes: all }: StrategySpec): Set<string> {
  const byId = new Map<NodeID, DeclaredNode>(all.map((each) => [each.id, each]));
  const visit = ({ spec }: DeclaredNode): string[] => (spec.nodeType === 'stream' ? [`${spec.config.venue} ${spec.config.instrument}`] : upstreamsOf(spec).flatMap((upstream) => visit(byId.get(upstream.node)!)));
  return new Set(visit(node));
}
