// Hostile compute functions, in the real process: each may hurt its own node and nothing else. The functions here never saw the checks of
// graph/code.ts, so the walls stand alone.
import { spawn } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { CustomNode } from '#actors/custom.ts';
import type { CustomSpec } from '#domain/node-spec.ts';
import { interval } from '#domain/interval.ts';
import { SandboxedProgram } from '#sandbox/program.ts';
import { Sandbox } from '#sandbox/sandbox.ts';
import { compileKernel } from '../support/kernel.ts';

function nodeOf(source: string, period = 1): CustomNode {
  const upstreams = [{ node: '0'.repeat(64) as never, output: 'value', name: 'x' }];
  const spec: CustomSpec = { nodeType: 'custom', code: { source }, config: { interval: interval('1m'), period, params: {}, upstreams }, schema: { outputs: ['value'] } };
  return new CustomNode(spec);
}

function run(node: CustomNode, pieces: readonly number[], input = Float64Array.from({ length: 100 }, (_, k) => k)): number[] {
  const answers: number[] = [];
  for (const count of pieces) {
    const out = new Float64Array(count);
    const from = answers.length;
    node.run([input.subarray(from, from + node.lookback + count)], [out], count);
    answers.push(...out);
  }
  return answers;
}

/** The answer of one row, or why there is none. */
function outcome(body: string): number | string {
  const node = nodeOf(`({ x }) => { ${body} }`);
  const [value] = run(node, [1]);
  return node.halt?.reason ?? value!;
}

// Whatever a function left behind would be seen by the one after it.
afterEach(() => expect(outcome('return x[0] + Math.max(1, 2) + [1, 2].length')).toBe(4));

describe('nothing is there that', () => {
  test.each([
    'process', 'require', 'module', 'globalThis', 'global', 'console', 'setTimeout', 'setImmediate', 'queueMicrotask', 'fetch', 'crypto', 'performance', 'Date', 'Intl', 'eval', 'Function', 'Promise', 'WebAssembly',
    'SharedArrayBuffer', 'Atomics', 'ArrayBuffer', 'DataView', 'Uint8Array', 'WeakRef', 'FinalizationRegistry', 'Symbol', 'Proxy', 'Reflect', 'Object', 'JSON', 'RegExp', 'TypeError', 'structuredClone', 'navigator',
  ])('%s: the name means nothing', (name) => {
    expect(outcome(`return typeof ${name} === 'undefined'`)).toBe(1);
  });

  test.each([
    ['chance', 'return Math.random === undefined'],
    ['a locale', 'return (1)["toLocale" + "String"] === undefined && "a"["locale" + "Compare"] === undefined && x["toLocale" + "String"] === undefined'],
    ['the buffer of a window', 'return x["buf" + "fer"] === undefined && x.byteOffset === undefined'],
    ['the last match of somebody else', 'return (/a/)["construct" + "or"].name !== "RegExp"'],
  ])('tells %s', (_, body) => {
    expect(outcome(body)).toBe(1);
  });
});

describe('no way leads out', () => {
  const FORBIDDEN = /^compute threw EvalError: Code generation from strings disallowed/;

  test.each([
    ['the constructor of a window', 'return x["construct" + "or"]["construct" + "or"]("return process")()'],
    ['the constructor of a function', 'return (() => {})["construct" + "or"]("return process")()'],
    ['the constructor of an async function', 'return (async () => {})["construct" + "or"]("return process")()'],
    ['the constructor of a generator', 'return (function* () {})["construct" + "or"]("return process")()'],
    ['the constructor of an error', 'try { null.x } catch (error) { return error["construct" + "or"]["construct" + "or"]("return process")() }'],
    ['the constructor of a stack overflow', 'const deep = () => deep() + 1; try { deep() } catch (error) { return error["construct" + "or"]["construct" + "or"]("return process")() }'],
    ['the constructor of a built-in', 'return [].map["construct" + "or"]("return process")()'],
    ['a promise', 'return (async () => {})()["construct" + "or"]["construct" + "or"]("return process")()'],
  ])('through %s', (_, body) => {
    expect(outcome(body)).toMatch(FORBIDDEN);
  });

  test('through the stack of an error: it tells a line and nothing of the host', () => {
    expect(outcome('try { null.x } catch (error) { return (/^compute:1:[0-9]+$/).test(error.stack) }')).toBe(1);
    expect(outcome('try { null.x } catch (error) { error["construct" + "or"]["__pro" + "to__"].prepareStackTrace = (_, sites) => sites }')).toMatch(/^compute threw TypeError: Cannot (assign to read only|add) property/);
  });

  test('through import(): nothing comes of it', () => {
    expect(outcome('import("node:fs").then((fs) => fs.writeFileSync("/tmp/qmtl-escaped", "")); return 1')).toBe(1);
    expect(outcome('return import("node:fs")')).toBe('compute gave an object where a number was due');
  });

  test('through an answer whose parts are code', () => {
    expect(outcome('return { valueOf: () => 1 }')).toBe('compute gave an object where a number was due');
    expect(outcome('const list = [1]; list["__pro" + "to__"] = null; return list')).toMatch(/^compute threw TypeError/);
  });
});

describe('nothing is kept from one row to the next', () => {
  test.each([
    ['on a global', 'Math.kept = (Math.kept ?? 0) + 1; return Math.kept'],
    ['on a prototype', 'const home = x["__pro" + "to__"]; home.kept = (home.kept ?? 0) + 1; return home.kept'],
    ['on the prototype of everything', 'const home = ({})["__pro" + "to__"]; home.kept = 1; return home.kept'],
    ['in place of a built-in', '[]["__pro" + "to__"].map = () => [1]; return [2].map((y) => y)[0]'],
    ['on a function', 'const home = isNaN; home.kept = 1; return home.kept'],
    ['under a name that was never declared', 'kept = 1; return kept'],
    ['on a template', 'const home = ((strings) => strings)`a`; home.kept = (home.kept ?? 0) + 1; return home.kept'],
    ['on the caller', 'return (() => arguments)().callee.kept = 1'],
  ])('%s', (_, body) => {
    expect(outcome(body)).toMatch(/^compute threw (TypeError|ReferenceError): /);
  });

  test.each([['on its window', 'x.kept = (x.kept ?? 0) + 1; return x.kept'], ['by a regular expression', 'const find = /\\d/g; find.test("1"); return find.lastIndex'], ['in a closure', 'let kept = 0; const more = () => ++kept; return more()']])('%s it starts anew with every row', (_, body) => {
    expect(run(nodeOf(`({ x }) => { ${body} }`), [2, 3])).toEqual([1, 1, 1, 1, 1]);
  });
});

describe('a window', () => {
  test('shows no row after its own, in whatever pieces rows come', () => {
    const ahead = '({ x }) => [x.length, x.at(-1), x[3] ?? -1, x.subarray(0, 99).length, new Float64Array(x).length]';
    const spec = { inputs: 1, source: ahead };
    const node = nodeOf(`(w) => (${spec.source})(w).reduce((sum, part) => sum + part, 0)`, 3);
    expect(run(node, [10])).toEqual(run(nodeOf(`(w) => (${spec.source})(w).reduce((sum, part) => sum + part, 0)`, 3), Array.from({ length: 10 }, () => 1)));
  });

  test.each([[[10]], [[3, 7]], [[4, 1, 5]], [Array.from({ length: 10 }, () => 1)]])('that is written on halts the node at that row, in pieces of %j', (pieces) => {
    const node = nodeOf('({ x }) => { if (x[1] === 5) x[0] = 99; return x[0]; }', 2);
    expect(run(node, pieces)).toEqual([0, 1, 2, 3, ...Array.from({ length: 6 }, () => NaN)]);
    expect(node.halt).toMatchObject({ row: 4, reason: 'compute wrote on its window, which is not its own', cure: expect.stringContaining('one number per output') as string });
  });

  test('may be copied, sliced, sorted and mapped', () => {
    expect(outcome('return x.slice().length + x.map((y) => y + 1)[0] + x.toSorted()[0] + Float64Array.from([1, 2]).length + Float64Array.of(3)[0] + new Float64Array([4])[0] + new Float64Array(5).length + x.with(0, 7)[0]')).toBe(1 + 1 + 0 + 2 + 3 + 4 + 5 + 7);
    expect(outcome('return x.subarray(0) instanceof Float64Array && x.slice() instanceof Float64Array && x.constructor === Float64Array')).toBe(1);
  });
});

describe('a function that', () => {
  /** The bad one fails at row 3 of 6; the one beside it must not notice. */
  function beside(body: string): { node: CustomNode; answers: number[] } {
    const sibling = nodeOf('({ x }) => x[0] * 2');
    expect(run(sibling, [6])).toEqual([0, 2, 4, 6, 8, 10]);
    const node = nodeOf(`({ x }) => { if (x[0] === 3) { ${body} } return x[0]; }`);
    const answers = run(node, [6]);
    expect(run(sibling, [6])).toEqual([0, 2, 4, 6, 8, 10]);
    return { node, answers };
  }

  test.each<[string, string, RegExp]>([
    ['calls itself for ever', 'const deep = () => deep() + 1; deep();', /^compute threw RangeError: Maximum call stack size exceeded/],
    ['takes memory outside the heap', 'const kept = []; for (;;) kept.push(new Float64Array(2 ** 20));', /^compute threw RangeError: compute may ask for 64 MiB of Float64Arrays in a row/],
    ['takes it by sorting', 'let all = new Float64Array(2 ** 20); for (;;) all = all.toSorted();', /64 MiB of Float64Arrays/],
    ['takes it by copying', 'let all = new Float64Array(2 ** 20); for (;;) all = all.slice();', /64 MiB of Float64Arrays/],
    ['takes it at once', 'new Float64Array(2 ** 33)', /64 MiB of Float64Arrays/],
    ['makes an endless text', 'let text = "x"; for (;;) text += text;', /^compute threw RangeError: Invalid string length/],
    ['fills a list', 'const list = []; for (;;) list.push(list.length);', /^compute (ended its process, as code does that needs more than 64 MiB|did not answer)/],
    ['fills a list at once', 'return Array(1e8).fill(0).length', /^compute (ended its process|did not answer)/],
    ['fills a record', 'const record = {}; for (let k = 0; ; k++) record["k" + k] = k;', /^compute (ended its process|did not answer)/],
    ['does not end', 'for (;;);', /^compute did not answer within 2 s/],
    ['does not end in a regular expression', 'return (/^(a+)+$/).test("a".repeat(60) + "b")', /^compute did not answer within 2 s/],
    ['does not end in being spelled', 'throw { toString() { for (;;); } }', /^compute did not answer within 2 s/],
  ])('%s hurts its own node, at its own row', { timeout: 40_000 }, (_, body, reason) => {
    const { node, answers } = beside(body);
    expect(answers).toEqual([0, 1, 2, NaN, NaN, NaN]);
    expect(node.halt).toMatchObject({ row: 3, code: 'COMPUTE_FAILED', reason: expect.stringMatching(reason) as string });
  });
});

test('a window of a year and many rows at a time cross whole', () => {
  const period = 100_000;
  const node = nodeOf('({ x }) => x[0] + x[x.length - 1]', period);
  const input = Float64Array.from({ length: period + 500 }, (_, k) => k);
  const out = new Float64Array(501);
  node.run([input], [out], 501);
  expect([...out]).toEqual(Array.from({ length: 501 }, (_, k) => 2 * k + period - 1));
});

test('one process serves all nodes of a thread, and is there again when somebody ends it', () => {
  const node = nodeOf('({ x }) => x[0] + 1');
  expect(run(node, [2])).toEqual([1, 2]);
  const sandbox = Sandbox.ofThread();
  const before = sandbox.pid!;
  process.kill(before, 'SIGKILL');
  expect(run(nodeOf('({ x }) => x[0] + 2'), [2])).toEqual([2, 3]);
  expect(sandbox.pid).not.toBe(before);
});

test('a process that was prepared is there before it is asked, and is the one that answers', () => {
  const sandbox = new Sandbox();
  expect(sandbox.pid).toBeUndefined();
  sandbox.prepare();
  const prepared = sandbox.pid!;
  sandbox.prepare();
  const out = new Float64Array(2);
  const program = new SandboxedProgram({ source: '({ x }) => x[0] + 5', params: '{}', names: ['x'], period: 1, outputs: 1 });
  expect(sandbox.run(program, [Float64Array.of(1, 2)], [out], 2)).toEqual({ done: 2, complaint: undefined });
  expect([[...out], sandbox.pid]).toEqual([[6, 7], prepared]);
  process.kill(prepared, 'SIGKILL');
});

/** A module whose warm-up is 3 rows. */
const MODULE = compileKernel('export function state_bytes(): i32 { return 0; } export function warmup(): i32 { return 3; } export function run(state: usize, x: usize, out: usize, count: i32): void {}', ['--initialMemory', '1', '--maximumMemory', '1']).toString('base64');

test.each(['a row of it', 'its warm-up'])('a process that somebody ends while it has one program, and is asked for %s, is not that program’s fault', (what) => {
  const sandbox = new Sandbox();
  const compute = new SandboxedProgram({ source: '({ x }) => x[0] + 6', params: '{}', names: ['x'], period: 1, outputs: 1 });
  const kernel = new SandboxedProgram({ module: MODULE, params: [], inputs: 1, outputs: 1, pagesMax: 1, isPlain: true });
  const out = new Float64Array(1);
  const ask = (): unknown => (what === 'its warm-up' ? sandbox.warmup(kernel) : sandbox.run(compute, [Float64Array.of(1)], [out], 1));
  const answer = ask();
  const pid = sandbox.pid!;
  process.kill(pid, 'SIGSTOP'); // it cannot answer before it is ended
  spawn('sh', ['-c', `sleep 0.2; kill -9 ${pid}`], { stdio: 'ignore' });
  out.fill(0);
  expect(ask()).toEqual(answer);
  expect(sandbox.pid).not.toBe(pid);
  if (what !== 'its warm-up') expect([...out]).toEqual([7]);
});

test('a heap that many programs fill together is nobody’s fault', { timeout: 60_000 }, () => {
  // Each keeps 2 MiB of text in its program; forty are more than the process has.
  const text = 'x'.repeat(2 * 2 ** 20);
  for (let k = 0; k < 40; k++) {
    const node = nodeOf(`({ x }) => x[0] + "${k}${text}".length`);
    expect(run(node, [1])).toEqual([2 * 2 ** 20 + String(k).length]);
    expect(node.halt).toBeUndefined();
  }
});
