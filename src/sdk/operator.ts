// Declares a node that runs a row operator.
import { interval as readInterval, intervalMs, type Interval } from '#domain/interval.ts';
import type { Params } from '#domain/node-spec.ts';
import { operatorOf, type OperatorName, planRows } from '#kernels/operator.ts';
import { type Column, columnOf, Vertex } from './node.ts';

/**
 * A node of operator `name` over inputs by name, in the operator's order. `interval` is that of its rows, its first input's when left out.
 * Throws SPEC_INVALID for a wrong input, PARAM_INVALID, INTERVAL_INVALID for intervals that do not fit.
 */
export function operatorVertex(name: OperatorName, inputs: Readonly<Record<string, unknown>>, params: Params, interval?: Interval): Vertex {
  const operator = operatorOf(name);
  const columns = Object.entries(inputs).map(([input, given]): [string, Column] => [input, columnOf(given, `${name}: input ${input}`)]);
  const own = interval ?? columns[0]![1].spec.config.interval;
  planRows(name, { params, interval: own, inputs: columns.map(([input, column]) => ({ name: input, interval: column.spec.config.interval })) });
  return new Vertex(
    {
      nodeType: 'operator',
      code: { operator: name, version: operator.version },
      config: { interval: own, period: 1, params, upstreams: columns.map(([input, column]) => ({ ...column.ref, name: input })) },
      schema: { outputs: operator.outputs(params) },
    },
    columns.map(([, column]) => column),
    name,
  );
}

/** Milliseconds of a length of time, written like an interval. Throws INTERVAL_INVALID naming `where`. */
export function lengthMs(text: unknown, where: string): number {
  return intervalMs(readInterval(text, where));
}
