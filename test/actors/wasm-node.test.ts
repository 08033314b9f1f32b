// WebAssembly kernels in the real process: each may hurt its own node and nothing else, and keeps nothing but its state.
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { WasmNode } from '#actors/wasm-node.ts';
import { interval } from '#domain/interval.ts';
import type { WasmSpec } from '#domain/node-spec.ts';
import { Sandbox } from '#sandbox/sandbox.ts';
import { compileKernel } from '../support/kernel.ts';

/** One module that behaves as its first param says, from the row on at which its input is 3; the second is its warm-up. */
const KINDS = ['sum', 'traps', 'never ends', 'calls itself for ever', 'makes its memory grow', 'writes outside its memory', 'leaves a mark in memory', 'reads behind its columns'] as const;
const SOURCE = `
  @inline const MARK: usize = 1024;
  function deep(x: f64): f64 { return x > 1e300 ? x : deep(x + 1.0) + deep(x + 2.0); }
  export function state_bytes(kind: f64, warm: f64): i32 { return <i32>(kind < 0 ? -kind : 8); }
  export function warmup(kind: f64, warm: f64): i32 { return <i32>warm; }
  export function run(state: usize, x: usize, out: usize, count: i32, kind: f64, warm: f64): void {
    let sum = load<f64>(state);
    for (let k = 0; k < count; k++) {
      const value = load<f64>(x + (k << 3));
      sum += value;
      if (value == 3.0) {
        if (kind == 1) unreachable();
        if (kind == 2) while (true) if (sum == 0.5) break;
        if (kind == 3) sum = deep(sum);
        if (kind == 4) memory.grow(1);
        if (kind == 5) store<f64>(0x7fffff00, 1.0);
      }
      if (kind == 6) { store<f64>(MARK, load<f64>(MARK) + 1.0); if (count == 1) sum = load<f64>(MARK); }
      if (kind == 7) sum = load<f64>((memory.size() << 16) - 8);
      store<f64>(out + (k << 3), sum);
    }
    store<f64>(state, sum);
    if (kind == 7) store<f64>((memory.size() << 16) - 8, 99.0);
  }
`;
// A page of its own, or the mark would lie where the state does.
const module = compileKernel(SOURCE, ['--initialMemory', '1', '--maximumMemory', '16']).toString('base64');
// A mutable global, which nothing from outside can put back.
const counting = compileKernel(`
  let calls: f64 = 0.0;
  export function state_bytes(kind: f64, warm: f64): i32 { return 8; }
  export function warmup(kind: f64, warm: f64): i32 { return 0; }
  export function run(state: usize, x: usize, out: usize, count: i32, kind: f64, warm: f64): void { calls += 1.0; for (let k = 0; k < count; k++) store<f64>(out + (k << 3), calls); }
`).toString('base64');

function nodeOf(kind: (typeof KINDS)[number] | number, warm = 0, code = module): WasmNode {
  const values = [typeof kind === 'number' ? kind : KINDS.indexOf(kind), warm];
  const upstreams = [{ node: '0'.repeat(64) as never, output: 'value' }];
  const spec: WasmSpec = { nodeType: 'wasm', code: { module: code }, config: { interval: interval('1m'), period: warm + 1, params: { values }, upstreams }, schema: { outputs: ['value'] } };
  return new WasmNode(spec);
}

function run(node: WasmNode, pieces: readonly number[], input = Float64Array.from({ length: 5_000 }, (_, k) => k)): number[] {
  const answers: number[] = [];
  for (const count of pieces) {
    const out = new Float64Array(count).fill(7);
    const from = answers.length;
    node.run([input.subarray(from, from + node.lookback + count)], [out], count);
    answers.push(...out);
  }
  return answers;
}

// Whatever a kernel did to the process would be met by the one after it.
afterEach(() => expect(run(nodeOf('sum'), [3, 2])).toEqual([0, 1, 3, 6, 10]));

describe('a kernel', () => {
  /** 0 + 1 + … + row. */
  const sums = Array.from({ length: 5_000 }, (_, row) => (row * (row + 1)) / 2);

  test.each([[[5_000]], [[1, 2, 3, 4_994]], [[1_023, 1, 1_025, 2_951]], [[...Array.from({ length: 60 }, () => 1), 4_940]]])('goes on from its state, in pieces of %j', (pieces) => {
    expect(run(nodeOf('sum'), pieces)).toEqual(sums);
  });

  test('takes the rows of its warm-up first and answers from the row behind them', () => {
    const node = nodeOf('sum', 4);
    expect(node.lookback).toBe(4);
    expect(run(node, [1, 2, 3])).toEqual(sums.slice(4, 10));
  });

  test('goes on from a checkpoint as if nothing had been, in a new process too', () => {
    const first = nodeOf('sum', 2);
    expect(run(first, [10])).toEqual(sums.slice(2, 12));
    process.kill(Sandbox.ofThread().pid!, 'SIGKILL');
    const second = nodeOf('sum', 2);
    second.restore(first.snapshot());
    expect(run(second, [5], Float64Array.from({ length: 7 }, (_, k) => k + 10))).toEqual(sums.slice(12, 17));
  });
});

describe('a kernel that', () => {
  test.each<[(typeof KINDS)[number], RegExp]>([
    ['traps', /^its module trapped: unreachable$/],
    ['never ends', /^its module did not answer within 2 s$/],
    ['calls itself for ever', /^its module trapped: Maximum call stack size exceeded$/],
    ['makes its memory grow', /^its module made its memory grow, which a kernel may not$/],
    ['writes outside its memory', /^its module trapped: memory access out of bounds$/],
  ])('%s halts at that row, and its siblings go on', { timeout: 20_000 }, (kind, reason) => {
    for (const pieces of [[6], [1, 1, 3, 1]]) {
      const [node, sibling] = [nodeOf(kind), nodeOf('sum')];
      expect(run(sibling, [2])).toEqual([0, 1]);
      expect(run(node, pieces)).toEqual([0, 1, 3, NaN, NaN, NaN]);
      expect(node.halt).toMatchObject({ row: 3, code: 'COMPUTE_FAILED', reason: expect.stringMatching(reason) as string });
      const rest = new Float64Array(2);
      sibling.run([Float64Array.of(2, 3)], [rest], 2);
      expect([...rest]).toEqual([3, 6]);
      if (kind === 'never ends') break; // seconds each
    }
  });

  test('fails in its warm-up halts at its first row', () => {
    const node = nodeOf('traps', 10);
    expect(run(node, [2])).toEqual([NaN, NaN]);
    expect(node.halt!.row).toBe(0);
  });

  test.each([[300_000, 'asks for 300000 bytes of state, and may have 262144']])('asks for %i bytes of state is refused', (bytes, reason) => {
    const node = nodeOf(-bytes);
    run(node, [2]);
    expect(node.halt).toMatchObject({ row: 0, reason: `its module ${reason}` });
  });

  test('has no room for its state says so', () => {
    const small = compileKernel(SOURCE, ['--initialMemory', '1', '--maximumMemory', '1']).toString('base64');
    const node = nodeOf('sum', 0, small);
    run(node, [1]);
    expect(node.halt!.reason).toBe('its module leaves no room in its 1 pages for its state and a row');
  });
});

describe('nothing is kept but the state', () => {
  test('in memory: a mark is gone with the next call', () => {
    expect(run(nodeOf('leaves a mark in memory'), [1, 1, 1])).toEqual([1, 1, 1]);
  });

  test('behind the columns, where the rows of another node were', () => {
    expect(run(nodeOf('reads behind its columns'), [1_000, 1, 1]).slice(-2)).toEqual([0, 0]);
  });

  test('in globals: a module that has them is made anew', () => {
    expect(run(nodeOf('sum', 0, counting), [1, 1, 2])).toEqual([1, 1, 1, 1]);
  });
});

test.skipIf(process.platform !== 'linux')('the memories of many large kernels are not kept all at once', { timeout: 20_000 }, () => {
  const large = compileKernel(SOURCE, ['--initialMemory', '240', '--maximumMemory', '256']).toString('base64');
  // 30 MiB for each kernel that is kept, and a different one for each warm-up.
  const residentMiB = Array.from({ length: 25 }, (_, warm) => {
    expect(run(nodeOf('sum', warm, large), [1, 1])).toHaveLength(2);
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${Sandbox.ofThread().pid}/status`, 'utf8'))![1]) / 1024;
  });
  expect(Math.max(...residentMiB)).toBeLessThan(500);
});
