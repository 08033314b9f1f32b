// Hands a strategy to a cluster's gateway.
import type { Bus } from '#bus/bus.ts';
import type { Subjects } from '#bus/subjects.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import type { Submission, SubmissionAnswer } from '#gateway/gateway.ts';

export type { SubmissionAnswer } from '#gateway/gateway.ts';

/** Answers the execution map: who computes each node, on which subject. Throws what the gateway refuses it for, or CLUSTER_NOT_READY. */
export function submit(bus: Bus, subjects: Subjects, spec: StrategySpec, correlationId: string): Promise<SubmissionAnswer> {
  const submission: Submission = { spec, correlationId };
  return bus.call<Submission, SubmissionAnswer>(subjects.call('gateway', 'submit'), submission);
}
