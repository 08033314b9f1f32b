// A forming bar: what its close would bring, without anything being kept.
import { describe, expect, test } from 'vitest';
import { kernelNames, kernelOf, type KernelName, resolveParams } from '#kernels/catalog.ts';
import { type HostNode, Plan, type PlanNode } from '#kernels/plan.ts';
import { CASES } from './cases.ts';
import { columnsOf, firstDifference, mapBars, nodeOf, outputsOf, planOf, walk } from './series.ts';

const ROWS = 420;
const bars = mapBars(walk(ROWS, 61), (value, row, field) => (row === 301 && field === 'close' ? NaN : row % 50 < 3 ? value * Math.PI : value));
const columns = columnsOf(bars);
const rowAt = (row: number, factor = 1) => Float64Array.from(columns, (column, k) => column[row]! * (k === 0 ? 1 : factor));

/** Those that output anything within the rows. */
const casesOf = (name: KernelName) => CASES[name].filter((params) => kernelOf(name).lookback(resolveParams(name, params)) < ROWS);

describe.each(kernelNames)('%s', (name) => {
  test('peeked at is what the append then gives, and no peek leaves a trace', () => {
    for (const params of casesOf(name)) {
      const plain = outputsOf(name, params, bars);
      const plan = planOf(nodeOf(name, params), 8);
      const intake = plan.intake('bars');
      for (let row = 0; row < ROWS; row++) {
        if (row % 3 === 0) {
          // The bar forms, up, and where it closes. Rings slide every few dozen rows, some of them under a peek.
          plan.peek('bars', rowAt(row, 1.01));
          const peeked = plan.peek('bars', rowAt(row)).get('node') ?? plain.map(() => NaN);
          plain.forEach((column, k) => Object.is(peeked[k], column[row]) || expect.fail(`${JSON.stringify(params)}, row ${row}: ${peeked[k]}, not ${column[row]}`));
        }
        intake.row.set(rowAt(row));
        intake.push();
        const fired = plan.rowsOf('node');
        if (fired.count > 0) fired.columns.forEach((values, k) => Object.is(values[0], plain[k]![row]) || expect.fail(`row ${row} after peeks: ${values[0]}`));
      }
    }
  });

  test('is the same to a snapshot before and after a peek', () => {
    for (const params of casesOf(name)) {
      const plan = planOf(nodeOf(name, params), 128);
      for (let row = 0; row < ROWS; row += 128) {
        plan.append('bars', columns, row, Math.min(ROWS, row + 128));
        const before = plan.snapshot();
        plan.peek('bars', rowAt(row, 1.5));
        expect(plan.snapshot()).toEqual(before);
      }
    }
  });
});

test('what an author computes is not asked about a forming bar, and what reads it is NaN', () => {
  let calls = 0;
  const host: HostNode = {
    lookback: 0,
    run: ([close], [out], count) => {
      calls++;
      for (let row = 0; row < count; row++) out![row] = close![row]! * 2;
    },
    snapshot: () => new Uint8Array(),
    restore: () => undefined,
  };
  const close = { source: 'bars', column: 4 };
  const nodes: PlanNode[] = [
    { id: 'average', inputs: [close], outputs: ['value'], kernel: { name: 'sma', params: { period: 2 } } },
    { id: 'own', inputs: [close], outputs: ['value'], host },
    { id: 'doubled', inputs: [{ node: 'own', output: 0 }], outputs: ['value'], kernel: { name: 'ema', params: { period: 1 } } },
  ];
  const plan = new Plan([{ id: 'bars', columns: 6 }], nodes, { chunkRowsMax: 8 });
  plan.append('bars', columns, 0, 8);
  const peek = plan.peek('bars', rowAt(8));
  expect(calls).toBe(1);
  expect([...peek.keys()]).toEqual(['average', 'own', 'doubled']);
  expect(peek.get('average')![0]).toBe((columns[4]![7]! + columns[4]![8]!) / 2);
  expect([peek.get('own')![0], peek.get('doubled')![0]]).toEqual([NaN, NaN]);
  plan.append('bars', columns, 8, 9);
  expect(plan.rowsOf('doubled').columns[0]![0]).toBe(columns[4]![8]! * 2);
});

test('a kernel that has an input of its own history peeks like the rest: outputs of several kernels in a row', () => {
  const nodes: PlanNode[] = [
    { id: 'rsi', inputs: [{ source: 'bars', column: 4 }], outputs: ['value'], kernel: { name: 'rsi', params: { period: 5 } } },
    { id: 'sma', inputs: [{ node: 'rsi', output: 0 }], outputs: ['value'], kernel: { name: 'sma', params: { period: 9 } } },
  ];
  const make = () => new Plan([{ id: 'bars', columns: 6 }], nodes, { chunkRowsMax: 300 });
  const [peeked, plain] = [make(), make()];
  peeked.append('bars', columns, 0, 200);
  plain.append('bars', columns, 0, 200);
  const ahead = peeked.peek('bars', rowAt(200)).get('sma');
  peeked.append('bars', columns, 200, 300);
  plain.append('bars', columns, 200, 300);
  expect(firstDifference(Float64Array.from(peeked.rowsOf('sma').columns[0]!), Float64Array.from(plain.rowsOf('sma').columns[0]!))).toBe(-1);
  expect(ahead![0]).toBe(plain.rowsOf('sma').columns[0]![0]);
  expect(kernelOf('sma').outputs).toHaveLength(ahead!.length);
});
