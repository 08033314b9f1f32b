// A gateway and a DAG manager over the log in memory, for tests of the control plane.
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { decode } from '#bus/codec.ts';
import { subjects } from '#bus/subjects.ts';
import type { Clock } from '#clock/clock.ts';
import { DagManager } from '#dag/manager.ts';
import type { RetentionTerms } from '#dag/retention.ts';
import type { ApplyRequest, ExecutionMap, StrategyState } from '#domain/lifecycle.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { Gateway, type RetireAnswer, strategyId } from '#gateway/gateway.ts';
import { packNodes } from '#domain/packed-nodes.ts';
import { retire, submit, type SubmissionAnswer } from '#sdk/submit.ts';
import type { MemberRecord, SlotRecord } from '#supervisor/records.ts';
import { logger } from '#telemetry/log.ts';
import { createMetrics } from '#telemetry/metrics.ts';

export const SLOTS = 16;
export const TTL_MS = 4_000;
export const names = subjects('t');
const log = logger({ role: 'test', level: 'silent' });

export function newLog(): MemoryLog {
  return new MemoryLog(names);
}

/** Of a cluster that keeps everything. */
const KEEP_ALL: RetentionTerms = { everyMs: 3_600_000, nodesMs: 86_400_000, in: { keepMs: Infinity }, out: { keepMs: Infinity } };

export async function startManager(server: MemoryLog, clock: Clock, bus = new MemoryBus(server), retention = KEEP_ALL): Promise<DagManager> {
  const manager = new DagManager({ bus, clock, log, metrics: createMetrics(), subjects: names }, { slots: SLOTS, memberTtlMs: TTL_MS, retention });
  await manager.start();
  return manager;
}

export async function startGateway(server: MemoryLog, clock: Clock, bus = new MemoryBus(server)): Promise<Gateway> {
  const gateway = new Gateway({ bus, clock, log, subjects: names }, TTL_MS);
  await gateway.start();
  return gateway;
}

/** Takes a service off the log, as a killed process would. */
export function killService(server: MemoryLog, service: 'gateway' | 'dag'): void {
  for (const subject of server.services.keys()) if (subject.includes(`.${service}.`)) server.services.delete(subject);
}

export const submitTo = (server: MemoryLog, spec: StrategySpec, correlationId = 'test'): Promise<SubmissionAnswer> => submit(new MemoryBus(server), names, spec, correlationId);

export const retireFrom = (server: MemoryLog, strategy: string): Promise<RetireAnswer> => retire(new MemoryBus(server), names, strategy);

/** Asks the DAG manager alone, as the gateway does for a life of a strategy. */
export const applyTo = (server: MemoryLog, spec: StrategySpec, life = 1): Promise<ExecutionMap> =>
  new MemoryBus(server).call<ApplyRequest, ExecutionMap>(names.call('dag', 'apply'), { strategyId: strategyId(spec), life, spec });

/** A sign of life of a member that runs these nodes. */
export async function heartbeat(server: MemoryLog, member: string, running: readonly NodeID[] = []): Promise<void> {
  const slot = { slot: '000', state: 'running', nodes: packNodes(running), restarts: 0, lastFailure: null } as unknown as SlotRecord;
  const record: MemberRecord = { member, pid: 1, httpPort: 0, beat: 0, life: member, shards: [{ shard: 0, restarts: 0, slots: [slot] }] };
  await (await new MemoryBus(server).bucket<MemberRecord>('members')).put(member, record);
}

/** What happened to a strategy, in order. */
export function eventsOf(server: MemoryLog, strategy: string): { state: StrategyState; correlationId: string; reason?: string }[] {
  return server.streams.EVENT.entries.filter((entry) => entry.subject === names.event(strategy)).map((entry) => decode(entry.data));
}

export async function recordsIn<T>(server: MemoryLog, name: 'nodes' | 'strategies' | 'placement'): Promise<Map<string, T>> {
  const records = await (await new MemoryBus(server).bucket<T>(name)).all();
  return new Map(records.map(({ key, value }) => [key, value]));
}
