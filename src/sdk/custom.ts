// A node with a compute function of the author's own.
import { fileURLToPath } from 'node:url';
import { Fault } from '#domain/fault.ts';
import type { Params } from '#domain/node-spec.ts';
import { type DeclaredAt, normaliseCode } from '#graph/code.ts';
import { describe, readAnyRecord, readRecord } from '#graph/shape.ts';
import { columnOf, sharedInterval, Vertex } from './node.ts';
import { Output } from './operators.ts';
import type { ParamValues } from './params.ts';

export interface NodeDeclaration<I extends string, P extends Params, O extends string> {
  /** What the node reads, by the names compute calls them. The order of the names does not matter. */
  readonly inputs: Readonly<Record<I, Output>>;
  /** Rows in each window, 1 … 525,600. The first output comes with the first full window. */
  readonly period: number;
  /** Constants of compute. They are in the id, which is why compute may read nothing else from outside. */
  readonly params?: P;
  /** Names of the outputs; `["value"]` when left out. */
  readonly outputs?: readonly O[];
  /**
   * Called once per row. `window.<input>` holds the last `period` values of an input, newest last. A row at
   * which it is written on has failed. Answers the value, or with several outputs an array of values in the order of `outputs`.
   * A pure function of window and params: it names nothing else but its own locals, Math and a few more (CODE_CAPTURES says which).
   */
  readonly compute: (window: Readonly<Record<I, Float64Array>>, params: ParamValues<P>) => number | readonly number[];
}

/**
 * A node that computes its rows with a function of the author's. Identity is the function's normalised code, its params, period, interval
 * and inputs. With one output it can be used as that output; with several, each is at `node.outputs.<name>`.
 */
export class Node<I extends string, P extends Params, const O extends string = 'value'> extends Output {
  /** Every output by name. */
  readonly outputs: Readonly<Record<O, Output>>;

  /**
   * Throws CODE_CAPTURES and CODE_INVALID for the function, with the line in the author's file; PERIOD_INVALID, PARAM_INVALID,
   * INTERVAL_INVALID and SPEC_INVALID naming the wrong field; GRAPH_SOURCE_MISSING without inputs.
   */
  constructor(declaration: NodeDeclaration<I, P, O>) {
    const at = declaredAt();
    readRecord(declaration, 'Node', ['inputs', 'period', 'compute'], ['params', 'outputs']);
    const { period, params = {}, outputs = ['value'], compute } = declaration;
    if (typeof compute !== 'function') {
      throw new Fault('CODE_INVALID', `Node.compute is ${describe(compute)}, not a function`, { cure: 'write it as (window, params) => …' });
    }

    // Compute reads its inputs by name, so their order is no difference; sorted, it makes none.
    const inputs = Object.entries(readAnyRecord(declaration.inputs, 'Node.inputs')).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const columns = inputs.map(([name, input]) => columnOf(input, `Node.inputs.${name}`));
    const vertex = new Vertex(
      {
        nodeType: 'custom',
        code: normaliseCode(compute, at),
        config: {
          interval: sharedInterval(columns, 'Node'),
          period,
          params,
          upstreams: columns.map((column, index) => ({ ...column.ref, name: inputs[index]?.[0] ?? '' })),
        },
        schema: { outputs },
      },
      columns,
      'Node',
      { text: Function.prototype.toString.call(compute), at },
    );
    const names = vertex.spec.schema.outputs;
    super(vertex, names.length === 1 ? names[0] : undefined);
    this.outputs = namedOutputs(vertex);
  }
}

/** Every output of a node by its name. */
export function namedOutputs<O extends string>(vertex: Vertex): Readonly<Record<O, Output>> {
  return Object.freeze(Object.fromEntries(vertex.spec.schema.outputs.map((name) => [name, new Output(vertex, name)]))) as Readonly<Record<O, Output>>;
}

/** The line that declares the node: the first frame of the stack that is not in this folder. */
export function declaredAt(): DeclaredAt | undefined {
  const frames = new Error('declared here').stack?.split('\n').slice(1) ?? [];
  for (const frame of frames) {
    const [, url, line] = /\(?((?:file:\/\/|\/|[A-Z]:\\)[^()]*?):(\d+):\d+\)?$/.exec(frame) ?? [];
    if (url === undefined) continue;
    const file = url.startsWith('file://') ? fileURLToPath(url.replace(/\?.*$/, '')) : url;
    if (!file.startsWith(import.meta.dirname)) return { file, line: Number(line) };
  }
  return undefined;
}
