// The life of a submitted strategy, and the record of it that everybody reads.
import type { NodeID } from './node-spec.ts';
import type { Origin } from './origin.ts';
import type { StrategySpec } from './strategy-spec.ts';

export type StrategyState = 'Submitted' | 'Processing' | 'Mapped' | 'Executing' | 'Completed' | 'Failed';

/** What may follow what. Completed and Failed are the end. */
export const TRANSITIONS: Readonly<Record<StrategyState, readonly StrategyState[]>> = {
  Submitted: ['Processing', 'Failed'],
  Processing: ['Mapped', 'Failed'],
  Mapped: ['Executing', 'Completed', 'Failed'],
  Executing: ['Completed', 'Failed'],
  Completed: [],
  Failed: [],
};

export interface StrategyRecord {
  readonly id: string;
  readonly name: string;
  readonly state: StrategyState;
  readonly spec: StrategySpec;
  /** All its nodes, stream inputs included. */
  readonly nodes: readonly NodeID[];
  readonly correlationId: string;
  /** Why it failed. */
  readonly reason?: string;
}

/** False once it has come to its end: what it has is needed by others, if by anybody. */
export function isLive({ state }: StrategyRecord): boolean {
  return state !== 'Completed' && state !== 'Failed';
}

/** Who computes what, on which subject: the answer to a submission. */
export interface ExecutionMap {
  readonly nodes: readonly ExecutionNode[];
  readonly created: number;
  readonly reused: number;
}

export interface ExecutionNode {
  readonly nodeId: NodeID;
  readonly name?: string;
  readonly kind: string;
  readonly action: 'reuse' | 'create';
  readonly slot: string;
  /** Where its rows are read: the one subject of the node, or of its source for a stream input. */
  readonly subject: string;
  readonly member?: string;
  /** Where its history begins, when its sources' first rows were purged before it came. */
  readonly origin?: Origin;
}
