// Makes the function that declares nodes of a catalogue kernel. Its inputs, parameters and outputs are typed from the catalogue.
import { BAR_FIELDS, type BarField } from '#domain/bar.ts';
import type { Params } from '#domain/node-spec.ts';
import { describe, readRecord, refuse } from '#graph/shape.ts';
import { type InputOf, kernelNamed, type KernelName, kernels, type OutputOf, type ParamsGiven, type ParamsOf } from '#kernels/catalog.ts';
import { Bars } from './bars.ts';
import { kernelVertex } from './kernel.ts';
import { type Operand, Output } from './operators.ts';

type Inputs<N extends KernelName> = (typeof kernels)[N]['inputs'];

/** A kernel's parameters, each optional; no argument at all for a kernel without any. */
type Settings<N extends KernelName> = keyof ParamsOf<N> extends never ? [] : [params?: ParamsGiven<N>];

/** A single output as it is, several as a record by name. */
type Result<N extends KernelName> = (typeof kernels)[N]['outputs'] extends readonly ['value'] ? Output : { readonly [O in OutputOf<N>]: Output };

/** The bars of an instrument, or each field given apart. */
type BarsOf<N extends KernelName> = Bars | { readonly [I in InputOf<N>]: Output };

type Operands<I extends readonly unknown[]> = { readonly [K in keyof I]: I[K] extends { readonly constant: true } ? Operand : Output };

/** How an indicator is called: `sma(x, { period })`, `atr(bars, { period })`, `crossover(a, b)`. */
type Indicator<N extends KernelName> = Inputs<N> extends readonly [unknown]
  ? (input: Output, ...settings: Settings<N>) => Result<N>
  : InputOf<N> extends BarField
    ? (bars: BarsOf<N>, ...settings: Settings<N>) => Result<N>
    : (...operands: [...Operands<Inputs<N>>, ...Settings<N>]) => Result<N>;

/** What declares nodes of a kernel whose name is known at run time only. */
type AnyIndicator = (...given: readonly unknown[]) => Output | Readonly<Record<string, Output>>;

/**
 * The function of a kernel by its name, or by an alias such as TA-Lib's: `kernel('linearreg_slope')(price, { period: 14 })` declares the same node as
 * `linearregslope(price, { period: 14 })`. Throws KERNEL_UNKNOWN with the nearest name.
 */
export function kernel<N extends KernelName>(name: N): Indicator<N>;
export function kernel(name: string): AnyIndicator;
export function kernel(name: string): AnyIndicator {
  return declaring(kernelNamed(name).name as KernelName) as AnyIndicator;
}

/** The function that declares nodes of a kernel. */
export function indicator<N extends KernelName>(name: N): Indicator<N> {
  return declaring(name) as Indicator<N>;
}

function declaring(name: KernelName): (...given: readonly unknown[]) => unknown {
  const { inputs, outputs } = kernels[name];
  const readsBars = inputs.length > 1 && inputs.every((input) => BAR_FIELDS.some((field) => field === input.name));
  return (...given) => {
    const arity = readsBars ? 1 : inputs.length;
    if (given.length > arity + 1) throw refuse(name, `is called with ${given.length} arguments`, `give ${arity} and then a record of parameters`);
    const operands = readsBars ? fieldsOf(name, given[0], inputs.map((input) => input.name)) : given.slice(0, arity);
    const vertex = kernelVertex(name, operands, (given[arity] ?? {}) as Params);
    const columns = outputs.map((output) => [output, new Output(vertex, output)] as const);
    return columns.length === 1 ? columns[0]?.[1] : Object.freeze(Object.fromEntries(columns));
  };
}

/** A kernel over bars takes its fields from the stream, or from a record that has exactly them. */
function fieldsOf(name: string, bars: unknown, fields: readonly string[]): unknown[] {
  if (bars instanceof Bars) return fields.map((field) => bars[field as BarField]);
  if (bars instanceof Output || typeof bars !== 'object') {
    const given = bars instanceof Output ? 'a single output' : describe(bars);
    throw refuse(name, `is given ${given}, but it reads ${fields.join(', ')}`, `give a StreamInput, or { ${fields.join(', ')} }`);
  }
  const record = readRecord(bars, `${name}: bars`, fields);
  return fields.map((field) => record[field]);
}
