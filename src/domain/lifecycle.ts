// The life of a submitted strategy, and the record of it that everybody reads.
import { Fault } from './fault.ts';
import type { NodeID } from './node-spec.ts';
import { lifeOf, type Origin } from './origin.ts';
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
  /** Which of its lives it is, from the second on: published again when it had ended, it begins another. */
  readonly life?: number;
  /** Why it failed. */
  readonly reason?: string;
}

/** False once it has come to its end: what it has is needed by others, if by anybody. */
export function isLive({ state }: StrategyRecord): boolean {
  return state !== 'Completed' && state !== 'Failed';
}

/** True once that life of the strategy has ended, whether or not another has begun. */
export function isOver(record: StrategyRecord, life: number): boolean {
  return lifeOf(record) > life || (lifeOf(record) === life && !isLive(record));
}

/** Why nothing is begun for a life that is over. Whoever still wants the strategy names that life, and begins the next. */
export function endedFault(record: StrategyRecord): Fault {
  return new Fault('STRATEGY_ENDED', `${record.name} has ended: it is ${record.state}`, { cure: 'publish it again', retry: true, data: { life: lifeOf(record) } });
}

/** What the gateway asks of the DAG manager: that a strategy be mapped, for one of its lives. */
export interface ApplyRequest {
  readonly strategyId: string;
  readonly life: number;
  readonly spec: StrategySpec;
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
