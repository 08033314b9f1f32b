// An author's function as a node: what it sees, and what becomes of a node whose function fails.
import { describe, expect, test } from 'vitest';
import { reasonOf } from '#actors/halt.ts';
import { CustomNode } from '#actors/custom.ts';
import type { CustomSpec, Params } from '#domain/node-spec.ts';
import { interval } from '#domain/interval.ts';

interface Terms {
  readonly period?: number;
  readonly params?: Params;
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
}

function specOf(source: string, { period = 1, params = {}, inputs = ['x'], outputs = ['value'] }: Terms = {}): CustomSpec {
  const upstreams = inputs.map((name) => ({ node: '0'.repeat(64) as never, output: 'value', name }));
  return { nodeType: 'custom', code: { source }, config: { interval: interval('1m'), period, params, upstreams }, schema: { outputs } };
}

/** Runs rows through a node in pieces; `inputs` hold the look-back in front of the first row. */
function run(node: CustomNode, inputs: readonly Float64Array[], pieces: readonly number[], outputs = 1): number[][] {
  const answers: number[][] = Array.from({ length: outputs }, () => []);
  let from = 0;
  for (const count of pieces) {
    const out = Array.from({ length: outputs }, () => new Float64Array(count).fill(7));
    node.run(inputs.map((input) => input.subarray(from, from + node.lookback + count)), out, count);
    for (const [k, column] of out.entries()) answers[k]!.push(...column);
    from += count;
  }
  return answers;
}

const rows = (...values: number[]): Float64Array => Float64Array.from(values);
const count = (from: number, to: number): Float64Array => Float64Array.from({ length: to - from }, (_, k) => from + k);

describe('a window', () => {
  test('holds as many rows as the period, oldest first, the newest last', () => {
    const node = new CustomNode(specOf('({ x }) => x.length * 1000 + x[0] * 10 + x[x.length - 1]', { period: 3 }));
    expect(run(node, [count(1, 6)], [3])).toEqual([[3013, 3024, 3035]]);
  });

  test('names every input', () => {
    const node = new CustomNode(specOf('({ high, low }) => high[0] - low[0]', { inputs: ['high', 'low'] }));
    expect(run(node, [rows(5, 9), rows(3, 4)], [2])).toEqual([[2, 5]]);
  });

  test('is a new record for every row, so nothing is carried over by writing on it', () => {
    const node = new CustomNode(specOf('(window) => { window.sum = (window.sum ?? 0) + window.x[0]; return window.sum; }'));
    expect(run(node, [rows(1, 2, 3)], [3])).toEqual([[1, 2, 3]]);
  });
});

describe('params', () => {
  test('are what was declared', () => {
    const node = new CustomNode(specOf('({ x }, { weights, label }) => label === "a" ? x[0] * weights[1] : 0', { params: { weights: [1, 2.5], label: 'a' } }));
    expect(run(node, [rows(2)], [1])).toEqual([[5]]);
  });

  test.each(['params.n = params.n + 1', 'params.list[0] = params.list[0] + 1', 'params.list.push(1)', 'delete params.n', 'params.more = 1'])('are frozen all the way down: %s changes nothing', (change) => {
    const node = new CustomNode(specOf(`({ x }, params) => { try { ${change}; } catch {} return params.n + params.list[0] + params.list.length + (params.more ?? 2); }`, { params: { n: 1, list: [10] } }));
    expect(run(node, [rows(0, 0, 0)], [1, 2])).toEqual([[14, 14, 14]]);
  });
});

describe('an answer', () => {
  test('is a number; true counts as 1, false as 0, NaN is no value and no failure', () => {
    const node = new CustomNode(specOf('({ x }) => (x[0] > 2 ? true : x[0] > 1 ? NaN : x[0] > 0 ? false : -1.5)'));
    expect(run(node, [rows(0, 1, 2, 3)], [4])).toEqual([[-1.5, 0, Number.NaN, 1]]);
    expect(node.halt).toBeUndefined();
  });

  test('of a node with several outputs is a list with a number for each', () => {
    const node = new CustomNode(specOf('({ x }) => [x[0], -x[0], x[0] > 1]', { outputs: ['a', 'b', 'c'] }));
    expect(run(node, [rows(1, 2)], [1, 1], 3)).toEqual([[1, 2], [-1, -2], [0, 1]]);
  });

  test('infinite is a number like any other', () => {
    expect(run(new CustomNode(specOf('({ x }) => 1 / x[0]')), [rows(0)], [1])).toEqual([[Number.POSITIVE_INFINITY]]);
  });
});

describe('a node whose function fails', () => {
  const FAILURES: readonly [string, string, string][] = [
    ['throws', 'if (x[0] === 3) throw "no"; return x[0];', 'threw no'],
    ['throws by accident', 'const none = null; return x[0] === 3 ? none.close : x[0];', "threw TypeError: Cannot read properties of null (reading 'close') at line 1 of its code: ({ x }) => { const none = null; return x[0] === 3 ? none.close : x[0]; }"],
    ['throws what cannot be spelled', 'if (x[0] === 3) throw { toString() { throw 1; } }; return x[0];', 'threw what cannot be spelled'],
    ['answers nothing', 'if (x[0] !== 3) return x[0];', 'gave undefined where a number was due'],
    ['answers a word', 'return x[0] === 3 ? "3" : x[0];', 'gave "3" where a number was due'],
    ['answers null', 'return x[0] === 3 ? null : x[0];', 'gave null where a number was due'],
    ['answers a big whole number', 'return x[0] === 3 ? 3n : x[0];', 'gave 3 where a number was due'],
    ['answers an object', 'return x[0] === 3 ? { value: 3 } : x[0];', 'gave an object where a number was due'],
    ['answers an object that throws when it is looked at', 'return x[0] === 3 ? [{ valueOf() { throw 1; } }] : x[0];', 'gave an array of 1 where a number was due'],
    ['answers a list that is too long', 'return x[0] === 3 ? [3, 4] : x[0];', 'gave an array of 2 where a number was due'],
    ['answers an empty list', 'return x[0] === 3 ? [] : x[0];', 'gave an array of 0 where a number was due'],
  ];

  test.each(FAILURES)('%s: it stands still at that row, and says which and why', (_, body, reason) => {
    const node = new CustomNode(specOf(`({ x }) => { ${body} }`));
    expect(run(node, [rows(1, 2, 3, 4, 5)], [2, 3])).toEqual([[1, 2, Number.NaN, Number.NaN, Number.NaN]]);
    expect(node.halt).toMatchObject({ row: 2, code: 'COMPUTE_FAILED' });
    expect(reasonOf(node.halt!)).toBe(`compute ${reason}`);
  });

  test('with a list that is too short for its outputs has failed in all of them', () => {
    const node = new CustomNode(specOf('({ x }) => (x[0] === 2 ? [1] : [1, 2])', { outputs: ['a', 'b'] }));
    expect(run(node, [rows(1, 2, 3)], [3], 2)).toEqual([[1, Number.NaN, Number.NaN], [2, Number.NaN, Number.NaN]]);
    expect(node.halt).toMatchObject({ row: 1, reason: 'compute gave an array of 1 where 2 numbers were due' });
  });

  test('with a list whose second part throws when it is read has failed in all of them', () => {
    const node = new CustomNode(specOf('({ x }) => { const list = [1, 2]; if (x[0] === 2) Object.defineProperty(list, 1, { get() { throw 1; } }); return list; }', { outputs: ['a', 'b'] }));
    expect(run(node, [rows(1, 2, 3)], [3], 2)).toEqual([[1, Number.NaN, Number.NaN], [2, Number.NaN, Number.NaN]]);
    expect(node.halt!.row).toBe(1);
  });

  test('is not asked again, and the reason stays that of the first failure', () => {
    const node = new CustomNode(specOf('({ x }) => { throw `row ${x[0]}`; }'));
    run(node, [rows(1, 2, 3)], [1, 1, 1]);
    expect(node.halt).toMatchObject({ row: 0, reason: 'compute threw row 1' });
  });
});
