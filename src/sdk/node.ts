// A node as an author holds it: declared, checked and identified, with the labels people gave it, not yet part of a strategy.
// N1. A node is complete when it is made: its spec never changes, so its id never does.
// N2. Labels (name, tags) may be added at any time and are not in the id.
import { Fault } from '#domain/fault.ts';
import type { Interval } from '#domain/interval.ts';
import { nodeId } from '#domain/node-id.ts';
import type { NodeID, NodeSpec, OutputRef } from '#domain/node-spec.ts';
import type { Written } from '#graph/author.ts';
import { label } from '#graph/graph.ts';
import { checkSpec } from '#graph/node-spec.ts';
import { describe, readText } from '#graph/shape.ts';

/** A declared node and the ones it reads. */
export class Vertex {
  readonly id: NodeID;
  readonly spec: NodeSpec;
  readonly upstreams: readonly Vertex[];
  readonly tags = new Set<string>();
  name: string | undefined;
  /** Of a node with code of the author's. */
  readonly written: Written | undefined;

  /** Checks the spec; `where` names the declaration in a refusal. */
  constructor(spec: NodeSpec, upstreams: readonly Column[], where: string, written?: Written) {
    this.spec = checkSpec(spec, where);
    this.id = nodeId(this.spec);
    this.upstreams = upstreams.map((column) => column.vertex);
    this.written = written;
  }
}

/** One output column of a node. */
export class Column {
  /** @internal */
  readonly vertex: Vertex;
  readonly #output: string | undefined;

  /** @internal `output` is left out for a node with several outputs, which cannot be read as one column. */
  constructor(vertex: Vertex, output: string | undefined) {
    this.vertex = vertex;
    this.#output = output;
  }

  /** The id of the node: its identity and its address in every cluster. */
  get id(): NodeID {
    return this.vertex.id;
  }

  /** Everything that determines the node's values, as data. */
  get spec(): NodeSpec {
    return this.vertex.spec;
  }

  /** Names this column in a spec. Throws SPEC_INVALID for a node with several outputs. */
  get ref(): OutputRef {
    if (this.#output === undefined) {
      const { outputs } = this.spec.schema;
      throw new Fault('SPEC_INVALID', `node ${label(this.vertex)} has the outputs ${outputs.join(', ')}, and it is not said which one is read`, {
        cure: `read one of them, for example .outputs.${outputs[0]}`,
        data: { node: this.id, outputs },
      });
    }
    return { node: this.id, output: this.#output };
  }

  /** Gives the node a name for people. The name is not in the id. */
  named(name: string): this {
    this.vertex.name = readText(name, 'name');
    return this;
  }

  /** Gives the node tags, by which a TagQueryNode finds it. Tags are not in the id. */
  tagged(...tags: readonly string[]): this {
    for (const tag of tags) this.vertex.tags.add(readText(tag, 'tag'));
    return this;
  }
}

/** Refuses what is not a column of a node, such as a number or a record of several outputs. */
export function columnOf(value: unknown, where: string): Column {
  if (value instanceof Column) return value;
  const isRecord = typeof value === 'object' && value !== null && Object.values(value).some((output) => output instanceof Column);
  throw new Fault('SPEC_INVALID', `${where} is ${isRecord ? 'a record of several outputs' : describe(value)}, not an output of a node`, {
    cure: isRecord ? `read one of them: ${Object.keys(value).join(', ')}` : 'give a StreamInput, a node, or what an indicator or operator answers',
    data: { where },
  });
}

/** The one interval of everything a node reads. Throws INTERVAL_INVALID naming two that differ, GRAPH_SOURCE_MISSING when it reads nothing. */
export function sharedInterval(columns: readonly Column[], where: string): Interval {
  const [first, ...others] = columns;
  if (!first) {
    throw new Fault('GRAPH_SOURCE_MISSING', `${where} reads nothing, so it has no source of rows above it`, {
      cure: 'give it a StreamInput, or a node that reads one',
    });
  }
  const { interval } = first.spec.config;
  const other = others.find((column) => column.spec.config.interval !== interval);
  if (other) {
    const otherInterval = other.spec.config.interval;
    throw new Fault('INTERVAL_INVALID', `${where} reads ${label(first.vertex)} at ${interval} and ${label(other.vertex)} at ${otherInterval}`, {
      cure: 'give all its inputs one interval',
      data: { where, intervals: [interval, otherInterval] },
    });
  }
  return interval;
}
