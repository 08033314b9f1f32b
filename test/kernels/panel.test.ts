// A panel gives each of its instruments what a plan of it alone would.
import { describe, expect, test } from 'vitest';
import { BAR_COLUMNS } from '#domain/bar.ts';
import type { Params } from '#domain/node-spec.ts';
import { kernelNames, kernelOf, resolveParams, type KernelName } from '#kernels/catalog.ts';
import { Panel } from '#kernels/panel.ts';
import type { PlanNode } from '#kernels/plan-types.ts';
import { CASES } from './cases.ts';
import { columnsOf, mapBars, nodeOf, outputsOf, walk, type Bars } from './series.ts';

const ROWS = 420;
// Seven instruments, so that the last stands alone: decimals of several scales, full doubles, gaps, a jump, and flat prices.
const INSTRUMENTS: readonly Bars[] = [
  walk(ROWS, 71),
  walk(ROWS, 72),
  walk(ROWS, 73, null),
  mapBars(walk(ROWS, 74), (value, row) => (row === 3 || row % 97 === 60 ? NaN : value)),
  mapBars(walk(ROWS, 75), (value, row) => (row % 41 === 9 ? value + 0.000_123 : row === 200 ? 1e12 : value)),
  mapBars(walk(ROWS, 76), (value, row) => (row % 83 === 40 ? value * Math.PI : value)),
  mapBars(walk(ROWS, 77), (value, row) => (row > 100 ? 77.25 : value)),
];
const COLUMNS = INSTRUMENTS.map(columnsOf);

function rowOf(row: number, columnsOfAll: readonly (readonly Float64Array[])[] = COLUMNS): Float64Array[] {
  return BAR_COLUMNS.map((_, column) => Float64Array.from(columnsOfAll, (columns) => columns[column]![row]!));
}

function panelNode(name: KernelName, params: Params): PlanNode {
  const node = nodeOf(name, params);
  return { ...node, inputs: node.inputs.map((input) => ('source' in input ? { ...input, source: 'rows' } : input)) };
}

/** Outputs of each instrument: `[instrument][output][row]`, NaN before the first. */
function drive(panel: Panel, id: string, outputs: number, from = 0, to = ROWS, columnsOfAll: readonly (readonly Float64Array[])[] = COLUMNS): Float64Array[][] {
  const all = columnsOfAll.map(() => Array.from({ length: outputs }, () => new Float64Array(ROWS).fill(NaN)));
  for (let row = from; row < to; row++) {
    panel.append(rowOf(row, columnsOfAll));
    panel.outputsOf(id).forEach((column, k) => column.forEach((value, instrument) => (all[instrument]![k]![row] = value)));
  }
  return all;
}

function expectSame(actual: readonly Float64Array[][], name: KernelName, params: Params, from = 0): void {
  expectBits(actual, INSTRUMENTS.map((bars) => outputsOf(name, params, bars)), params, from);
}

function expectBits(actual: readonly Float64Array[][], expected: readonly (readonly Float64Array[])[], params: Params, from: number): void {
  expected.forEach((outputs, instrument) => {
    outputs.forEach((column, k) => {
      for (let row = from; row < ROWS; row++) {
        if (!Object.is(column[row], actual[instrument]![k]![row])) expect.fail(`${JSON.stringify(params)}, instrument ${instrument}, output ${k}, row ${row}: ${actual[instrument]![k]![row]}, not ${column[row]}`);
      }
    });
  });
}

describe.each(kernelNames)('%s', (name) => {
  const cases = CASES[name].filter((params) => {
    const resolved = resolveParams(name, params);
    const { inputs } = kernelOf(name);
    return kernelOf(name).lookback(resolved) < ROWS && inputs.every((input) => !(input.constant && resolved[input.name] !== undefined));
  });

  test('has the bits of a plan per instrument', () => {
    for (const params of cases) {
      const panel = new Panel([panelNode(name, params)], { columns: BAR_COLUMNS.length, instances: INSTRUMENTS.length });
      expectSame(drive(panel, 'node', kernelOf(name).outputs.length), name, params);
    }
  });
});

const SET = ['sma', 'ema', 'rsi', 'atr', 'bbands', 'stddev'] as const;

test.each(SET)('%s goes on with the same bits after a restart', (name) => {
  const params = { period: 5 };
  const shape = { columns: BAR_COLUMNS.length, instances: INSTRUMENTS.length };
  for (const cut of [1, 4, 137, 333]) {
    const before = new Panel([panelNode(name, params)], shape);
    drive(before, 'node', kernelOf(name).outputs.length, 0, cut);
    const after = new Panel([panelNode(name, params)], shape);
    after.restore(before.snapshot());
    expectSame(drive(after, 'node', kernelOf(name).outputs.length, cut), name, params, cut);
  }
});

// 150 instruments, which go alike but for a few, each at a row of its own: so every bank of 64 goes alike for a while, is broken at its first, in its
// midst, at its last or at the last of all, and goes alike again.
const ODD: Readonly<Record<number, (value: number, row: number) => number>> = {
  0: (value, row) => (row === 150 ? NaN : value), // a gap
  31: (value, row) => (row === 151 ? value + 0.000_5 : value), // more decimal places
  63: (value, row) => (row === 200 || row === 201 ? value * Math.PI : value), // no decimals, for two rows
  64: (value, row) => (row === 202 ? -value : value),
  90: (value, row) => (row >= 203 && row < 215 ? value + 1e7 : value), // a jump and back
  127: (value, row) => (row % 50 === 49 ? NaN : value),
  149: (value, row) => (row === 204 ? 1e300 : row === 320 ? Infinity : value),
};
const ALIKE: readonly Bars[] = Array.from({ length: 150 }, (_, k) => mapBars(walk(ROWS, 200 + k), ODD[k] ?? ((value) => value)));

/** The rows of a column up to `rows`, then NaN. */
function padded(column: Float64Array, rows: number): Float64Array {
  return column.slice().fill(NaN, rows);
}

test.each(SET)('%s of many instruments has the bits of a plan each, however few of them go another way', (name) => {
  const columns = ALIKE.map(columnsOf);
  const shape = { columns: BAR_COLUMNS.length, instances: ALIKE.length };
  const params = { period: 7 };
  const outputs = kernelOf(name).outputs.length;
  const expected = ALIKE.map((bars) => outputsOf(name, params, bars));
  for (const cut of [120, 121]) {
    const before = new Panel([panelNode(name, params)], shape);
    expectBits(drive(before, 'node', outputs, 0, cut, columns), expected.map((all) => all.map((column) => padded(column, cut))), params, 0);
    const after = new Panel([panelNode(name, params)], shape);
    after.restore(before.snapshot());
    expectBits(drive(after, 'node', outputs, cut, ROWS, columns), expected, params, cut);
  }
});

test('a mean and bands over one window, in either order, and what reads the mean, have the bits they have alone', () => {
  const mean = { ...panelNode('sma', { period: 6 }), id: 'mean' };
  const bands = { ...panelNode('bbands', { period: 6 }), id: 'bands' };
  const after: PlanNode = { id: 'after', inputs: [{ node: 'mean', output: 0 }], outputs: ['value'], kernel: { name: 'max', params: { period: 9 } } };
  const shape = { columns: BAR_COLUMNS.length, instances: INSTRUMENTS.length };
  const alone = new Panel([mean, after], shape);
  for (const nodes of [[mean, after, bands], [bands, mean, after]]) {
    expectSame(drive(new Panel(nodes, shape), 'mean', 1), 'sma', { period: 6 });
    expectSame(drive(new Panel(nodes, shape), 'bands', 3), 'bbands', { period: 6 });
    expect(drive(new Panel(nodes, shape), 'after', 1)).toEqual(drive(new Panel([mean, after], shape), 'after', 1));
    expect(new Panel(nodes, shape).warmup('after')).toBe(alone.warmup('after'));
  }
  const other = { ...panelNode('bbands', { period: 5 }), id: 'bands' };
  expectSame(drive(new Panel([mean, other], shape), 'mean', 1), 'sma', { period: 6 });
});

test('nodes read one another', () => {
  const average: PlanNode = { id: 'average', inputs: [{ source: 'rows', column: 4 }], outputs: ['value'], kernel: { name: 'sma', params: { period: 5 } } };
  const trend: PlanNode = { id: 'node', inputs: [{ node: 'average', output: 0 }], outputs: ['value'], kernel: { name: 'dema', params: { period: 3 } } };
  const panel = new Panel([average, trend], { columns: BAR_COLUMNS.length, instances: INSTRUMENTS.length });
  const [first] = drive(panel, 'node', 1);
  const averages = outputsOf('sma', { period: 5 }, INSTRUMENTS[0]!)[0]!.subarray(4);
  const expected = outputsOf('dema', { period: 3 }, { ...INSTRUMENTS[0]!, close: averages, open: averages, high: averages, low: averages, volume: averages })[0]!;
  expect(first![0]!.subarray(4)).toEqual(expected);
  expect(panel.warmup('node')).toBe(4 + 4);
});

test.each(SET)('%s of no instruments at all has no values', (name) => {
  const panel = new Panel([panelNode(name, { period: 3 })], { columns: BAR_COLUMNS.length, instances: 0 });
  for (let row = 0; row < 9; row++) panel.append(BAR_COLUMNS.map(() => new Float64Array(0)));
  expect(panel.outputsOf('node').map((column) => column.length)).toEqual(kernelOf(name).outputs.map(() => 0));
});

test('what a panel cannot run, and a snapshot of another, are refused', () => {
  const shape = { columns: BAR_COLUMNS.length, instances: 2 };
  const host: PlanNode = { id: 'host', inputs: [{ source: 'rows', column: 4 }], outputs: ['value'], host: { lookback: 0, run: () => {}, snapshot: () => new Uint8Array(), restore: () => {} } };
  expect(() => new Panel([host], shape)).toThrow(expect.objectContaining({ code: 'SPEC_INVALID' }));
  expect(() => new Panel([{ ...panelNode('gt', { b: 3 }) }], shape)).toThrow(expect.objectContaining({ code: 'SPEC_INVALID' }));
  const panel = new Panel([panelNode('ema', { period: 3 })], shape);
  expect(() => panel.restore(new Panel([panelNode('ema', { period: 4 })], shape).snapshot())).toThrow(expect.objectContaining({ code: 'CHECKPOINT_DAMAGED' }));
  expect(() => panel.outputsOf('other')).toThrow(expect.objectContaining({ code: 'NODE_UNKNOWN' }));
});
