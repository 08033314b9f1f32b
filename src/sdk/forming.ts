// A bar that forms, and what the nodes of a strategy would say if it closed as it stands. Nothing is kept of it: the next one may say otherwise,
// and what its close says then is what was said of the same bar before.
// Y1. Kernels are asked, as many times as one likes. An author's function and an account see closed bars only: theirs, and what is made of them, is NaN.
// Y2. A join, a tag query and a row operator wait for rows that have closed; they and what reads them are not in the answer. Nor is a node that still warms.
import { assemble } from '#actors/assemble.ts';
import { withMembers } from '#actors/members.ts';
import { BAR_COLUMNS, BAR_FIELDS, type Source, type SourceID, sourceId, sourceName } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import type { NodeID, OutputRef } from '#domain/node-spec.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { givenBars } from '#feeds/given.ts';
import type { Peek } from '#kernels/peek.ts';
import type { Plan } from '#kernels/plan.ts';
import { type BacktestOptions, bind, sourcesOf } from './backtest.ts';
import type { StrategyParams } from './params.ts';
import type { Strategy } from './strategy.ts';

const CHUNK_ROWS = 4_096;

/** A bar as it stands: its open time in UTC ms, and the prices and volume so far. */
export type FormingBar = Readonly<Record<(typeof BAR_COLUMNS)[number], number>>;

/** What would be if the bar closed as it stands. */
export interface Provisional {
  /** By the names the strategy gave its outputs; by Y2 not all need be there. */
  readonly outputs: Readonly<Record<string, number>>;
  /** The position it would want; undefined where that is not told, or the strategy has none. */
  readonly target: number | undefined;
  /** Every node that is told, a value per output. */
  readonly nodes: ReadonlyMap<NodeID, Readonly<Record<string, number>>>;
}

/** A strategy at the end of a history, to be asked about the bar behind it. */
export class Forming {
  readonly spec: StrategySpec;
  readonly #plan: Plan;
  readonly #closed: Map<SourceID, number>;

  private constructor(spec: StrategySpec, plan: Plan, closed: Map<SourceID, number>) {
    this.spec = spec;
    this.#plan = plan;
    this.#closed = closed;
  }

  /** Computes the history. Throws what a backtest throws of declaration, data and functions. */
  static async after<P extends StrategyParams>(strategy: Strategy<P>, options: BacktestOptions<P>): Promise<Forming> {
    const spec = withMembers(strategy.declare(options.params ?? {}, options.account ?? {}), options.beside?.map((other) => other.declare()));
    const data = await bind(spec, options, []);
    const { plan } = assemble(spec.nodes, CHUNK_ROWS);
    for (const [source, columns] of data) {
      const rows = columns[0]!.length;
      for (let at = 0; at < rows; at += CHUNK_ROWS) plan.append(source, columns, at, Math.min(rows, at + CHUNK_ROWS));
    }
    return new Forming(spec, plan, new Map(Array.from(data, ([source, columns]) => [source, columns[0]!.at(-1)!])));
  }

  /** What would be if `bar` closed as it stands; `of` names its instrument where the strategy reads several. Throws DATA_ROW_INVALID, DATA_SOURCE_UNBOUND. */
  peek(bar: FormingBar, of?: string): Provisional {
    const source = sourceNamed(this.spec, of);
    const values = valuesOf(bar, source, this.#closed.get(source.id));
    return provisionalOf(this.spec, source.id, bar, this.#plan.peek(source.id, values));
  }

  /** The bar has closed: it counts from here on, and the next one forms. Throws as peek() does. */
  close(bar: FormingBar, of?: string): void {
    const source = sourceNamed(this.spec, of);
    const values = valuesOf(bar, source, this.#closed.get(source.id));
    this.#plan.append(source.id, Array.from(values, (value) => Float64Array.of(value)), 0, 1);
    this.#closed.set(source.id, bar.t);
  }
}

export interface NamedSource {
  readonly id: SourceID;
  readonly name: string;
}

/** The source of a strategy that is called so; its only one when nothing is said. Throws DATA_SOURCE_UNBOUND. */
export function sourceNamed(spec: StrategySpec, of: string | undefined): NamedSource {
  const sources = sourcesOf(spec);
  const found = of === undefined ? sources : sources.filter((source: Source) => source.instrument === of || sourceName(source) === of);
  if (found.length === 1) return { id: sourceId(found[0]!), name: sourceName(found[0]!) };
  const names = sources.map(sourceName).join(', ');
  throw new Fault('DATA_SOURCE_UNBOUND', of === undefined ? `strategy ${spec.name} reads ${sources.length} sources, and nothing says which the bar is of` : `"${of}" is ${found.length === 0 ? 'nothing' : 'more than one of what'} strategy ${spec.name} reads`, { cure: `name one of ${names}` });
}

/** The row of a bar, held to the rules of closed ones; `closed` is when the last of these opened. */
export function valuesOf(bar: FormingBar, { name }: NamedSource, closed: number | undefined): Float64Array {
  const columns = givenBars(BAR_COLUMNS.map((field) => Float64Array.of(bar[field])), `${name}, a forming one`);
  if (closed !== undefined && bar.t <= closed) {
    throw new Fault('DATA_ROW_INVALID', `the forming bar of ${name} opened at ${bar.t}, and the one of ${closed} has closed`, { cure: 'a bar forms behind the last that has closed: give its own open time', data: { closed } });
  }
  return Float64Array.from(columns, ([value]) => value!);
}

/** The answer of a plan in the strategy's own words. */
export function provisionalOf(spec: StrategySpec, source: SourceID, bar: FormingBar, peek: Peek): Provisional {
  const nodes = new Map<NodeID, Readonly<Record<string, number>>>();
  for (const { id, spec: node } of spec.nodes) {
    if (node.nodeType === 'stream') {
      if (sourceId(node.config) === source) nodes.set(id, { [node.schema.outputs[0]!]: bar[BAR_FIELDS.find((field) => field === node.config.field)!] });
      continue;
    }
    const values = peek.get(id);
    if (values) nodes.set(id, Object.fromEntries(node.schema.outputs.map((output, k) => [output, values[k]!])));
  }
  const valueOf = ({ node, output }: OutputRef): number | undefined => nodes.get(node)?.[output];
  const outputs = Object.entries(spec.outputs).flatMap(([name, ref]) => (valueOf(ref) === undefined ? [] : [[name, valueOf(ref)!] as const]));
  return { outputs: Object.fromEntries(outputs), target: spec.target?.ref && valueOf(spec.target.ref), nodes };
}
