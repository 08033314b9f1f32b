// Declares a node that runs a catalogue kernel.
import { Fault } from '#domain/fault.ts';
import type { Params } from '#domain/node-spec.ts';
import { describe } from '#graph/shape.ts';
import { type KernelName, kernelOf, resolveParams } from '#kernels/catalog.ts';
import { type Column, columnOf, sharedInterval, Vertex } from './node.ts';

/**
 * A node of kernel `name` over its inputs in catalogue order. A number may stand where the catalogue allows a constant; it becomes the
 * parameter of that name. All parameters are written out with their defaults, so `sma(x)` and `sma(x, { period: 20 })` are one node.
 * Throws KERNEL_UNKNOWN, PARAM_INVALID, PERIOD_INVALID, SPEC_INVALID for a wrong input, INTERVAL_INVALID for inputs of two intervals.
 */
export function kernelVertex(name: KernelName, operands: readonly unknown[], given: Params): Vertex {
  const kernel = kernelOf(name);
  const constants: Record<string, number> = {};
  const columns: Column[] = [];
  for (const [at, input] of kernel.inputs.entries()) {
    const operand = operands[at];
    if (input.constant && typeof operand === 'number') constants[input.name] = operand;
    else columns.push(columnOf(operand, `${name}: input ${input.name}`));
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    const example = Object.keys(kernel.params)[0];
    throw new Fault('PARAM_INVALID', `${name}: its parameters are ${describe(given)}, not a record`, {
      cure: example === undefined ? `${name} takes no parameters` : `name them, for example { ${example}: ${describe(given)} }`,
    });
  }
  const params = resolveParams(name, { ...given, ...constants });
  return new Vertex(
    {
      nodeType: 'kernel',
      code: { kernel: name, version: kernel.version },
      config: {
        interval: sharedInterval(columns, name),
        // A kernel with a period has its look-back there; any other reaches its warm-up and the present row.
        period: params.period ?? kernel.lookback(params) + 1,
        params,
        upstreams: columns.map((column) => column.ref),
      },
      schema: { outputs: kernel.outputs },
    },
    columns,
    name,
  );
}
