// A node with a kernel of the author's in WebAssembly. docs/wasm-kernels.md says what a module exports and how one is made.
import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { checkedWarmup } from '#actors/kernel-check.ts';
import { Fault } from '#domain/fault.ts';
import type { WasmSpec } from '#domain/node-spec.ts';
import { checkSpec } from '#graph/node-spec.ts';
import { describe, readList, readRecord } from '#graph/shape.ts';
import { namedOutputs } from './custom.ts';
import { columnOf, sharedInterval, Vertex } from './node.ts';
import { Output } from './operators.ts';

interface Declaration<O extends string> {
  /** What the kernel reads, in the order its `run` takes them. */
  readonly inputs: readonly Output[];
  /** Numbers, in the order its functions take them; none when left out. */
  readonly params?: readonly number[];
  /** Names of the outputs, in the order its `run` takes them; `["value"]` when left out. */
  readonly outputs?: readonly O[];
}

/** Exactly one of `bytes` and `file` is given; `file` is a URL, as of `new URL('./kernel.wasm', import.meta.url)`, or an absolute path. */
export type WasmDeclaration<O extends string> = Declaration<O> & ({ readonly bytes: Uint8Array } | { readonly file: URL | string });

/** A node that runs a WebAssembly kernel. With one output it can be used as that output; with several, each is at `node.outputs.<name>`. */
export class WasmKernel<const O extends string = 'value'> extends Output {
  /** Every output by name. */
  readonly outputs: Readonly<Record<O, Output>>;

  /** @internal */
  constructor(vertex: Vertex) {
    const names = vertex.spec.schema.outputs;
    super(vertex, names.length === 1 ? names[0] : undefined);
    this.outputs = namedOutputs(vertex);
  }
}

/**
 * Declares a node that runs a WebAssembly kernel. Identity is the SHA-256 of the module's bytes, its params, warm-up, interval, inputs and the names of
 * its outputs. The module is run over a sample, in a process without rights, to see that its bits do not depend on how rows are cut.
 * Throws CODE_INVALID for what is no kernel or cannot be read, COMPUTE_FAILED when it fails in the sample, PARAM_INVALID, INTERVAL_INVALID and
 * SPEC_INVALID naming the wrong field, GRAPH_SOURCE_MISSING without inputs.
 */
export function wasmKernel<const O extends string = 'value'>(declaration: WasmDeclaration<O>): WasmKernel<O> {
  const where = 'wasmKernel';
  const given = readRecord(declaration, where, ['inputs'], ['bytes', 'file', 'params', 'outputs']);
  const { params = [], outputs = ['value'] } = declaration;
  const columns = readList(given['inputs'], `${where}.inputs`, columnOf);
  const draft = checkSpec(
    {
      nodeType: 'wasm',
      code: { module: Buffer.from(bytesOf(given, where)).toString('base64') },
      config: { interval: sharedInterval(columns, where), period: 1, params: { values: params }, upstreams: columns.map(({ ref }) => ref) },
      schema: { outputs },
    },
    where,
  ) as WasmSpec;
  const period = checkedWarmup(draft, where) + 1;
  return new WasmKernel<O>(new Vertex({ ...draft, config: { ...draft.config, period } }, columns, where));
}

function bytesOf({ bytes, file }: Readonly<Record<string, unknown>>, where: string): Uint8Array {
  const cure = `give bytes, or file: new URL('./kernel.wasm', import.meta.url)`;
  if ((bytes === undefined) === (file === undefined)) throw new Fault('SPEC_INVALID', `${where} has ${bytes === undefined ? 'neither bytes nor a file' : 'both bytes and a file'}`, { cure });
  if (bytes instanceof Uint8Array) return bytes;
  if (file === undefined) throw new Fault('SPEC_INVALID', `${where}.bytes is ${describe(bytes)}, not a Uint8Array`, { cure });
  // What a path is relative to depends on where a run is started, and so would the node.
  if (!(file instanceof URL) && !(typeof file === 'string' && isAbsolute(file))) throw new Fault('SPEC_INVALID', `${where}.file is ${describe(file)}, not a URL or an absolute path`, { cure });
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new Fault('CODE_INVALID', `${where}.file cannot be read: ${(cause as Error).message}`, { cure, cause });
  }
}
