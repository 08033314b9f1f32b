// A node whose upstreams are found by their tags while it runs. The query is its identity; the set it matches is not.
import { TAG_QUERY_VERSION } from '#actors/tag-query.ts';
import { interval } from '#domain/interval.ts';
import type { TagQuerySpec } from '#domain/node-spec.ts';
import { readRecord, readSet, readText } from '#graph/shape.ts';
import { ACROSS_OUTPUTS, AMONG_OUTPUTS } from '#kernels/operator-across.ts';
import { columnOf, Vertex } from './node.ts';
import { Output } from './operators.ts';

export interface TagQuery {
  /** Tags to look for; their order does not matter. */
  readonly tags: readonly string[];
  /** Whether a node must carry `any` of the tags or `all` of them. */
  readonly match: 'any' | 'all';
  /** Only nodes of this interval match. */
  readonly interval: string;
  /** Rows a node must have given before it counts, 1 … 525,600. */
  readonly period: number;
}

/**
 * All nodes that carry the tags, whichever strategy declares them: the first output of each is a member's value. As an output it is the members' mean.
 *
 * There is a row at each moment at which a member has one, as soon as all members are complete up to it; a member that is NaN there counts for nothing.
 * A backtest finds the nodes of the strategy itself, and of the strategies given `beside` it; the set is the same from the first row to the last, and a query that
 * finds none is refused with TAG_QUERY_UNRESOLVED. A cluster finds those of every strategy that runs, follows them as they come and go, and waits while there are none.
 */
export class TagQueryNode extends Output {
  readonly #config: TagQuerySpec['config'];

  /** Throws INTERVAL_INVALID, PERIOD_INVALID, or SPEC_INVALID naming the wrong field. */
  constructor(query: TagQuery) {
    readRecord(query, 'TagQueryNode', ['tags', 'match', 'period'], ['interval']);
    const { match, period } = query;
    const tags = readSet(query.tags, 'TagQueryNode.tags', readText).toSorted();
    const config = { interval: interval(query.interval, 'TagQueryNode.interval'), period, match, tags };
    super(new Vertex(specOf(config, ACROSS_OUTPUTS), [], 'TagQueryNode'), 'mean');
    this.#config = config;
  }

  /** How many members have a value. */
  get count(): Output {
    return new Output(this.vertex, 'count');
  }

  /** Standard deviation of the members' values, of the population. */
  get deviation(): Output {
    return new Output(this.vertex, 'deviation');
  }

  /** Least of the members' values. */
  get min(): Output {
    return new Output(this.vertex, 'min');
  }

  /** Greatest of the members' values. */
  get max(): Output {
    return new Output(this.vertex, 'max');
  }

  /**
   * The place of `value` among the members at each of its rows: 1 for the least, the mean of their places for equal ones. A value that is no member's own
   * stands half a place behind those below it.
   */
  rank(value: Output): Output {
    return new Output(this.#among(value), 'rank');
  }

  /** How many standard deviations `value` lies from the members' mean at each of its rows; 0 where all are equal to it. */
  zscore(value: Output): Output {
    return new Output(this.#among(value), 'zscore');
  }

  #among(value: Output): Vertex {
    const column = columnOf(value, 'TagQueryNode: value');
    return new Vertex(specOf({ ...this.#config, upstreams: [column.ref] }, AMONG_OUTPUTS), [column], 'TagQueryNode');
  }
}

function specOf(config: TagQuerySpec['config'], outputs: readonly string[]): TagQuerySpec {
  return { nodeType: 'tag-query', code: { query: 'tags', version: TAG_QUERY_VERSION }, config, schema: { outputs } };
}
