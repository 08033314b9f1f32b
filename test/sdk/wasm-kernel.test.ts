// Declaring a WebAssembly kernel: its identity, what is refused, and that every way of running it gives the same bits.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { assemble } from '#actors/assemble.ts';
import { sourceId } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import { interval } from '#domain/interval.ts';
import { canonicalJson, nodeId } from '#domain/node-id.ts';
import type { WasmSpec } from '#domain/node-spec.ts';
import { checkStrategySpec } from '#graph/strategy-spec.ts';
import { sma, Strategy, StreamInput, wasmKernel } from '#sdk/mod.ts';
import { walk } from '../support/bars.ts';
import { compileKernel } from '../support/kernel.ts';
import { batchRows } from '../support/truth.ts';

const price = new StreamInput({ venue: 'test', instrument: 'ABC', interval: '1m' });
const source = sourceId({ venue: 'test', instrument: 'ABC', interval: interval('1m') });
const file = new URL('../../examples/kernels/envelope.wasm', import.meta.url);
const bytes = readFileSync(file);
const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

const refusal = (declare: () => unknown): Fault => {
  try {
    declare();
  } catch (error) {
    return error as Fault;
  }
  throw new Error('was not refused');
};

test('the module of the example is what its source compiles to', () => {
  expect(compileKernel(readFileSync('examples/kernels/envelope.ts', 'utf8')).equals(bytes)).toBe(true);
});

describe('a kernel is', () => {
  test('identified by the SHA-256 of its bytes, its params, its inputs and its warm-up', () => {
    const { id, spec } = wasmKernel({ file, inputs: [price.close], params: [0.1] });
    const config = { interval: '1m', params: { values: [0.1] }, period: 1, upstreams: [{ node: price.close.id, output: 'value' }] };
    expect(spec.config).toEqual(config);
    expect(id).toBe(sha256(`wasm:${sha256(bytes)}:${sha256(canonicalJson(config))}:${sha256(canonicalJson({ outputs: ['value'] }))}`));
    expect(wasmKernel({ bytes, inputs: [price.close], params: [0.1] }).id).toBe(id);
    const others = [
      wasmKernel({ bytes, inputs: [price.close], params: [0.2] }),
      wasmKernel({ bytes, inputs: [price.high], params: [0.1] }),
      wasmKernel({ bytes, inputs: [price.close], params: [0.1], outputs: ['height'] }),
      // The same code with a section nobody runs is another module.
      wasmKernel({ bytes: Buffer.concat([bytes, Buffer.from([0, 2, 1, 0x61])]), inputs: [price.close], params: [0.1] }),
    ];
    expect(new Set([id, ...others.map((other) => other.id)]).size).toBe(5);
  });

  test('an output like any other, or one by name where it has several', () => {
    const pair = compileKernel(`
      export function state_bytes(): i32 { return 0; }
      export function warmup(): i32 { return 3; }
      export function run(state: usize, a: usize, b: usize, high: usize, low: usize, count: i32): void {
        for (let at = 0; at < count * 8; at += 8) {
          store<f64>(high + at, max(load<f64>(a + at), load<f64>(b + at)));
          store<f64>(low + at, min(load<f64>(a + at), load<f64>(b + at)));
        }
      }`);
    const strategy = new Strategy({
      name: 'pair',
      build() {
        const { outputs } = wasmKernel({ bytes: pair, inputs: [price.close, price.open], outputs: ['upper', 'lower'] });
        return { outputs: { span: outputs.upper.minus(outputs.lower), average: sma(outputs.lower, { period: 2 }) } };
      },
    }).declare();
    const columns = walk(50, 4);
    const rows = batchRows(strategy, new Map([[source as string, columns]]));
    const span = rows.get(strategy.outputs['span']!.node)!;
    expect(span.first).toBe(3);
    expect(span.columns[1]).toEqual([...columns[4]!].map((close, row) => Math.abs(close - columns[1]![row]!)).slice(3));
    expect(rows.get(strategy.outputs['average']!.node)!.first).toBe(4);
  });
});

test('its rows are those of its formula, for every cutting, and from a checkpoint on', () => {
  const strategy = new Strategy({ name: 'one', build: () => ({ outputs: { envelope: wasmKernel({ file, inputs: [price.close], params: [0.1] }) } }) }).declare();
  const { node } = strategy.outputs['envelope']!;
  const columns = walk(600, 9);
  const expected: number[] = [];
  for (const [row, close] of columns[4]!.entries()) expected.push(row === 0 ? close : Math.max(close, expected[row - 1]! - 0.1 * (expected[row - 1]! - close)));
  for (const pieces of [[600], [1, 2, 3, 5, 7, 13, 100, 469], Array.from({ length: 600 }, () => 1)]) {
    let { plan } = assemble(strategy.nodes, 600);
    const got: number[] = [];
    let from = 0;
    for (const count of pieces) {
      plan.append(source, columns, from, from + count, () => got.push(...plan.rowsOf(node).columns[0]!));
      from += count;
      if (pieces.length > 100 && from % 50 !== 0) continue;
      const next = assemble(strategy.nodes, 600).plan;
      next.restore(plan.snapshot());
      plan = next;
    }
    expect(got).toEqual(expected);
  }
});

describe('a declaration is refused', () => {
  /** Breaks the rule its first param says; the second is its warm-up. */
  const bad = compileKernel(`
    export function state_bytes(kind: f64, warm: f64): i32 { return 8; }
    export function warmup(kind: f64, warm: f64): i32 { return <i32>warm; }
    export function run(state: usize, x: usize, out: usize, count: i32, kind: f64, warm: f64): void {
      for (let k = 0; k < count; k++) {
        let v = load<f64>(x + (k << 3));
        if (kind == 1) v += count;
        if (kind == 2) { store<f64>(64, load<f64>(64) + v); v = load<f64>(64); }
        if (kind == 3 && k + 1 < count) v = load<f64>(x + (k << 3) + 8);
        if (kind == 6 && count == 13) v += 1;
        if (kind == 4 && v != v) unreachable();
        if (kind == 5) while (v != v) store<f64>(64, v);
        store<f64>(out + (k << 3), v);
      }
    }`);
  const declare = (kind: number, warm = 0): (() => unknown) => () => wasmKernel({ bytes: bad, inputs: [price.close], params: [kind, warm] });

  test.each<[string, number, string]>([
    ['bits depend on how many rows come', 1, 'when rows come in pieces, and'],
    ['later rows need what it did not keep in its state', 2, 'when rows come in pieces, and'],
    ['answer to a row comes of the next one', 3, 'when rows come in pieces, and'],
    ['bits differ for pieces of one size alone', 6, 'when rows come in pieces, and'],
    ['run traps', 4, 'its module trapped: unreachable at row'],
    ['run never ends', 5, 'its module did not answer within 2 s at row'],
  ])('whose %s', { timeout: 20_000 }, (_, kind, message) => {
    expect(refusal(declare(kind))).toMatchObject({ code: message.includes('pieces') ? 'CODE_INVALID' : 'COMPUTE_FAILED', message: expect.stringContaining(message) as string });
  });

  test.each<[string, () => unknown, string, string]>([
    ['that says it needs fewer than no rows', declare(0, -1), 'CODE_INVALID', 'wasmKernel: its module says it needs -1 rows before its first value'],
    ['that says it needs more rows than there may be', declare(0, 525_600), 'CODE_INVALID', 'says it needs 525600 rows'],
    ['with params of another number', () => wasmKernel({ bytes: bad, inputs: [price.close], params: [1] }), 'CODE_INVALID', 'with 1 inputs, 1 outputs and 1 params it is state_bytes(f64): i32'],
    ['with a param that is no number', () => wasmKernel({ bytes: bad, inputs: [price.close], params: ['1' as never, 0] }), 'PARAM_INVALID', 'wasmKernel.config.params.values[0] is "1"'],
    ['without inputs', () => wasmKernel({ bytes: bad, inputs: [], params: [0, 0] }), 'GRAPH_SOURCE_MISSING', 'wasmKernel reads nothing'],
    ['with an input that is no output', () => wasmKernel({ bytes: bad, inputs: [1 as never], params: [0, 0] }), 'SPEC_INVALID', 'wasmKernel.inputs[0] is 1, not an output of a node'],
    ['without a module', () => wasmKernel({ inputs: [price.close] } as never), 'SPEC_INVALID', 'wasmKernel has neither bytes nor a file'],
    ['with two', () => wasmKernel({ bytes, file, inputs: [price.close] }), 'SPEC_INVALID', 'wasmKernel has both bytes and a file'],
    ['with a file named from where the run is started', () => wasmKernel({ file: 'kernel.wasm', inputs: [price.close] }), 'SPEC_INVALID', 'wasmKernel.file is "kernel.wasm", not a URL or an absolute path'],
    ['with a file that is not there', () => wasmKernel({ file: '/nowhere/kernel.wasm', inputs: [price.close] }), 'CODE_INVALID', 'wasmKernel.file cannot be read: ENOENT'],
    ['with bytes that are text', () => wasmKernel({ bytes: 'AGFzbQ==' as never, inputs: [price.close] }), 'SPEC_INVALID', 'wasmKernel.bytes is "AGFzbQ==", not a Uint8Array'],
  ])('%s', (_, declaring, code, message) => {
    expect(refusal(declaring)).toMatchObject({ code, message: expect.stringContaining(message) as string, cure: expect.any(String) as string });
  });
});

describe('a submission is refused at the door', () => {
  const strategy = new Strategy({ name: 'one', build: () => ({ outputs: { envelope: wasmKernel({ file, inputs: [price.close], params: [0.1] }) } }) }).declare();
  const { node } = strategy.outputs['envelope']!;
  const changed = (change: (spec: WasmSpec) => unknown): unknown => {
    const nodes = strategy.nodes.map((declared) => {
      if (declared.id !== node) return declared;
      const spec = change(declared.spec as WasmSpec) as WasmSpec;
      return { ...declared, spec, id: nodeId(spec) };
    });
    return { ...strategy, nodes, outputs: { envelope: { node: nodes.at(-1)!.id, output: 'value' } } };
  };
  // (import "kernel" "now" (func)), put together by hand.
  const imports = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, 14, 1, 6, ...Buffer.from('kernel'), 3, ...Buffer.from('now'), 0, 0]).toString('base64');

  test.each<[string, (spec: WasmSpec) => unknown, string, string]>([
    ['with a module that imports', (spec) => ({ ...spec, code: { module: imports } }), 'CODE_INVALID', 'code.module imports kernel.now'],
    ['with a module in another spelling', (spec) => ({ ...spec, code: { module: `${spec.code.module}\n` } }), 'SPEC_INVALID', 'which is not base64'],
    ['with a param too many', (spec) => ({ ...spec, config: { ...spec.config, params: { values: [1, 2] } } }), 'CODE_INVALID', 'and 2 params'],
    ['with params by name', (spec) => ({ ...spec, config: { ...spec.config, params: { share: 1 } } }), 'SPEC_INVALID', 'config.params.share is not a known field'],
    ['with other bytes under its NodeID', (spec) => spec, 'SPEC_INVALID', ''],
  ])('%s', (what, change, code, message) => {
    const submitted = changed(change) as { nodes: { id: string }[] };
    if (what.includes('NodeID')) submitted.nodes.at(-1)!.id = 'f'.repeat(64);
    expect(refusal(() => checkStrategySpec(submitted))).toMatchObject({ code, message: expect.stringContaining(message) as string });
  });

  test('and taken when nothing is wrong with it', () => {
    expect(checkStrategySpec(changed((spec) => spec))).toEqual(strategy);
  });
});
