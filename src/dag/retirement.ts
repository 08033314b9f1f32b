// Which nodes are retired: those that no live strategy has had for long enough. Pure but for what it remembers; the manager writes.
// T1. A node is referenced by the strategies that list it. They list all it reads as well, so what is referenced is whole.
// T2. Its time begins when this was seen first, and anew with every start of the manager: a reference that was only not heard of yet costs
//     nothing, a node that goes too late costs a little.
import { isLive, type StrategyRecord } from '#domain/lifecycle.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { NodeRecord } from '#supervisor/records.ts';

/** Retired at once, so that a large strategy that ends does not keep submissions waiting. */
const BATCH_MAX = 50;

export class Retirement {
  readonly #afterMs: number;
  readonly #unreferencedSinceMs = new Map<NodeID, number>();

  constructor(afterMs: number) {
    this.#afterMs = afterMs;
  }

  /** The nodes that are due, BATCH_MAX at most. */
  due(records: ReadonlyMap<NodeID, NodeRecord>, strategies: Iterable<StrategyRecord>, nowMs: number): NodeRecord[] {
    const referenced = new Set([...strategies].filter(isLive).flatMap(({ nodes }) => nodes));
    const due: NodeRecord[] = [];
    for (const [id, record] of records) {
      if (record.isRetired || referenced.has(id)) {
        this.#unreferencedSinceMs.delete(id);
        continue;
      }
      const sinceMs = this.#unreferencedSinceMs.get(id);
      if (sinceMs === undefined) this.#unreferencedSinceMs.set(id, nowMs);
      else if (nowMs - sinceMs >= this.#afterMs && due.length < BATCH_MAX) due.push(record);
    }
    return due;
  }
}
