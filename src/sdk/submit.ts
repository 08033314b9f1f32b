// Hands strategies to a cluster's gateway, and ends them. Each is asked in two steps where it takes two (G6 in gateway/gateway.ts), so that a
// question which arrives late, when it was asked again and all is done, does nothing.
import type { Bus } from '#bus/bus.ts';
import type { Subjects } from '#bus/subjects.ts';
import { isFault } from '#domain/fault.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import type { FindAnswer, FindRequest, RetireAnswer, RetireRequest, Submission, SubmissionAnswer } from '#gateway/gateway.ts';

export type { SubmissionAnswer } from '#gateway/gateway.ts';

/** Answers the execution map: who computes each node, on which subject. Throws what the gateway refuses it for, or CLUSTER_NOT_READY. */
export async function submit(bus: Bus, subjects: Subjects, spec: StrategySpec, correlationId: string): Promise<SubmissionAnswer> {
  const ask = (submission: Submission): Promise<SubmissionAnswer> => bus.call<Submission, SubmissionAnswer>(subjects.call('gateway', 'submit'), submission);
  try {
    return await ask({ spec, correlationId });
  } catch (error) {
    if (!isFault(error) || error.code !== 'STRATEGY_ENDED') throw error;
    return ask({ spec, correlationId, after: error.data['life'] as number });
  }
}

/** Ends a strategy, by its name or the beginning of its id. Throws STRATEGY_UNKNOWN, or CLUSTER_NOT_READY. */
export async function retire(bus: Bus, subjects: Subjects, strategy: string): Promise<RetireAnswer> {
  const found = await bus.call<FindRequest, FindAnswer>(subjects.call('gateway', 'find'), { strategy });
  return bus.call<RetireRequest, RetireAnswer>(subjects.call('gateway', 'retire'), found);
}
