// The door of the cluster: takes submissions over NATS, drives each through its life, and answers what the cluster is doing.
// G1. A submission that was answered is recorded: its record is written before the answer, and every transition is an event.
// G2. The id of a strategy is a hash of what it is, so submitting it again answers with the strategy that is there.
// G3. A gateway that restarts takes up the strategies it left half-way.
import { createHash } from 'node:crypto';
import { encode } from '#bus/codec.ts';
import type { Bus, RecordBucket } from '#bus/bus.ts';
import type { Subjects } from '#bus/subjects.ts';
import type { Clock } from '#clock/clock.ts';
import { isFault } from '#domain/fault.ts';
import { type ExecutionMap, type StrategyRecord, type StrategyState, TRANSITIONS } from '#domain/lifecycle.ts';
import { canonicalJson } from '#domain/node-id.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { assemble } from '#actors/assemble.ts';
import { checkStrategySpec } from '#graph/strategy-spec.ts';
import type { MemberRecord } from '#supervisor/records.ts';
import { type Log } from '#telemetry/log.ts';

export interface GatewayPorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly subjects: Subjects;
}

export interface Submission {
  readonly spec: StrategySpec;
  readonly correlationId: string;
}

export interface SubmissionAnswer {
  readonly strategyId: string;
  readonly state: StrategyState;
  readonly correlationId: string;
  readonly map: ExecutionMap;
}

export interface ClusterStatus {
  readonly strategies: readonly { readonly id: string; readonly name: string; readonly state: StrategyState; readonly nodes: number; readonly reason?: string }[];
  readonly members: readonly (MemberRecord & { readonly alive: boolean })[];
}

export class Gateway {
  readonly #ports: GatewayPorts;
  readonly #memberTtlMs: number;
  readonly #strategies = new Map<string, StrategyRecord>();
  readonly #members = new Map<string, { record: MemberRecord; seenMs: number }>();
  readonly #stops: (() => void)[] = [];
  #bucket: RecordBucket<StrategyRecord> | undefined;

  constructor(ports: GatewayPorts, memberTtlMs: number) {
    this.#ports = ports;
    this.#memberTtlMs = memberTtlMs;
  }

  async start(): Promise<void> {
    const { bus, clock, subjects, log } = this.#ports;
    this.#bucket = await bus.bucket<StrategyRecord>('strategies');
    this.#stops.push(
      await this.#bucket.watch((id, record) => void (record && this.#strategies.set(id, record))),
      await (await bus.bucket<MemberRecord>('members')).watch((id, record) => {
        if (record) this.#members.set(id, { record, seenMs: clock.monotonicMs() });
        void this.#noticeRunning().catch((error: unknown) => log.warn({ error }, 'a strategy’s start was not recorded'));
      }),
    );
    for (const record of this.#strategies.values()) {
      if (record.state === 'Submitted' || record.state === 'Processing') void this.#drive(record).catch((error: unknown) => log.warn({ error, strategyId: record.id }, 'a strategy left half-way failed'));
    }
    await bus.serve({
      name: 'qmtl-gateway',
      version: '1.0.0',
      description: 'takes strategies for QMTL and answers for the cluster',
      endpoints: {
        submit: { subject: subjects.call('gateway', 'submit'), answer: (submission: Submission) => this.#submit(submission) },
        status: { subject: subjects.call('gateway', 'status'), answer: async () => this.#status() },
      },
    });
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  async #submit(submission: Submission): Promise<SubmissionAnswer> {
    const spec = checkStrategySpec(submission.spec);
    // What cannot be assembled here cannot be in a shard either: better refused at the door than failing there again and again.
    assemble(spec.nodes, 1);
    const { correlationId } = submission;
    const id = strategyId(spec);
    const known = this.#strategies.get(id);
    // By G2 the same strategy again is driven again, which finds everything there; one that failed gets a new life.
    const record: StrategyRecord = known && known.state !== 'Failed' ? known : { id, name: spec.name, state: 'Submitted', spec, nodes: spec.nodes.map((node) => node.id), correlationId };
    if (record !== known) await this.#record(record);
    const map = await this.#drive(record);
    return { strategyId: id, state: this.#strategies.get(id)!.state, correlationId, map };
  }

  async #drive(record: StrategyRecord): Promise<ExecutionMap> {
    const { bus, subjects, log } = this.#ports;
    await this.#advance(record.id, 'Processing');
    try {
      const map = await bus.call<StrategySpec, ExecutionMap>(subjects.call('dag', 'apply'), record.spec);
      await this.#advance(record.id, 'Mapped');
      log.info({ strategyId: record.id, strategy: record.name, correlationId: record.correlationId, created: map.created, reused: map.reused }, 'strategy mapped');
      return map;
    } catch (error) {
      // What may work later stays where it is; what never will is the end.
      if (isFault(error) && !error.retry) await this.#advance(record.id, 'Failed', error.message);
      throw error;
    }
  }

  /** Takes the step if it is the next one; a strategy that is further already stays where it is. */
  async #advance(id: string, state: StrategyState, reason?: string): Promise<void> {
    const record = this.#strategies.get(id)!;
    if (!TRANSITIONS[record.state].includes(state)) return;
    await this.#record({ ...record, state, ...(reason === undefined ? {} : { reason }) });
  }

  async #record(record: StrategyRecord): Promise<void> {
    const { bus, subjects, clock } = this.#ports;
    this.#strategies.set(record.id, record);
    await this.#bucket!.put(record.id, record);
    const event = { strategyId: record.id, state: record.state, correlationId: record.correlationId, atMs: clock.now(), ...(record.reason === undefined ? {} : { reason: record.reason }) };
    await bus.append(subjects.event(record.id), encode(event));
  }

  async #noticeRunning(): Promise<void> {
    const running = new Set<NodeID>();
    for (const { record } of this.#members.values()) {
      for (const shard of record.shards) for (const slot of shard.slots) for (const node of slot.nodes) running.add(node);
    }
    for (const { id, state, spec } of this.#strategies.values()) {
      if (state === 'Mapped' && spec.nodes.every((node) => node.spec.nodeType === 'stream' || running.has(node.id))) await this.#advance(id, 'Executing');
    }
  }

  #status(): ClusterStatus {
    const nowMs = this.#ports.clock.monotonicMs();
    return {
      strategies: [...this.#strategies.values()].map(({ id, name, state, nodes, reason }) => ({ id, name, state, nodes: nodes.length, ...(reason === undefined ? {} : { reason }) })),
      members: [...this.#members.values()].map(({ record, seenMs }) => ({ ...record, alive: nowMs - seenMs < this.#memberTtlMs })),
    };
  }
}

/** SHA-256 over what the strategy is: its name, params, nodes and what it asks of them. */
export function strategyId(spec: StrategySpec): string {
  const { name, params, nodes, outputs, target } = spec;
  return createHash('sha256').update(canonicalJson({ name, params, nodes: nodes.map((node) => node.id), outputs, target: target ?? null })).digest('hex');
}
