// A node whose upstreams are found by their tags while it runs. The query is its identity; the set it matches is not.
import { interval } from '#domain/interval.ts';
import { readRecord, readSet, readText } from '#graph/shape.ts';
import { Vertex } from './node.ts';
import { Output } from './operators.ts';

export interface TagQuery {
  /** Tags to look for; their order does not matter. */
  readonly tags: readonly string[];
  /** Whether a node must carry `any` of the tags or `all` of them. */
  readonly match: 'any' | 'all';
  /** Only nodes of this interval match. */
  readonly interval: string;
  /** Look-back in rows, 1 … 525,600. */
  readonly period: number;
}

/**
 * All nodes that carry the tags. It needs a live cluster to find them:
 * a backtest of a strategy that reads one is refused with TAG_QUERY_UNRESOLVED.
 */
export class TagQueryNode extends Output {
  /** Throws INTERVAL_INVALID, PERIOD_INVALID, or SPEC_INVALID naming the wrong field. */
  constructor(query: TagQuery) {
    readRecord(query, 'TagQueryNode', ['tags', 'match', 'period'], ['interval']);
    const { match, period } = query;
    const tags = readSet(query.tags, 'TagQueryNode.tags', readText).toSorted();
    const spec = {
      nodeType: 'tag-query',
      code: { query: 'tags', version: '1.0.0' },
      config: { interval: interval(query.interval, 'TagQueryNode.interval'), period, match, tags },
      schema: { outputs: ['value'] },
    } as const;
    super(new Vertex(spec, [], 'TagQueryNode'), 'value');
  }
}
