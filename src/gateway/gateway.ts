// The door of the cluster: takes submissions over NATS, drives each through its life, and answers what the cluster is doing.
// G1. A submission that was answered is recorded: its record is written before the answer, and every transition is an event. The
//     event goes first: a crash between the two may repeat an event, and never loses one.
// G2. The id of a strategy is a hash of what it is, so submitting it again answers with the strategy that is there.
// G3. A gateway that restarts takes up the strategies it left half-way, and asks until there is a DAG manager to map them.
// G4. It is the only writer of strategy records, so it reads them once: seeing its own writes come back late would undo newer ones.
// G5. What is written of one strategy is written in the order it came about: an earlier record that is late would undo a later one.
// G6. A question may arrive long after whoever asked has given up and asked again: a process that stood still finds it when it goes on. So
//     a submission begins a strategy anew only if it names the end it knows of, and a retirement names the life it ends: what was late
//     is of a life that is over, and has no effect.
import { encode } from '#bus/codec.ts';
import type { Bus, RecordBucket } from '#bus/bus.ts';
import type { Subjects } from '#bus/subjects.ts';
import type { Clock } from '#clock/clock.ts';
import { Fault, isFault } from '#domain/fault.ts';
import { beginsWith } from '#domain/id-beginning.ts';
import { type ApplyRequest, endedFault, type ExecutionMap, isLive, isOver, type StrategyRecord, type StrategyState, TRANSITIONS } from '#domain/lifecycle.ts';
import { canonicalJson } from '#domain/node-id.ts';
import { lifeOf } from '#domain/origin.ts';
import { isPacked, unpackNodes } from '#domain/packed-nodes.ts';
import { sha256 } from '#domain/sha256.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { assemble } from '#actors/assemble.ts';
import { unasked } from '#actors/members.ts';
import { checkStrategySpec } from '#graph/strategy-spec.ts';
import type { MemberRecord } from '#supervisor/records.ts';
import { type Log } from '#telemetry/log.ts';

const TAKE_UP_WAIT_MS = 1_000;

export interface GatewayPorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly subjects: Subjects;
}

export interface Submission {
  readonly spec: StrategySpec;
  readonly correlationId: string;
  /** The life after which this shall begin the next one. Left out, it begins a strategy that was never there, or joins one that is. */
  readonly after?: number;
}

export interface SubmissionAnswer {
  readonly strategyId: string;
  readonly state: StrategyState;
  readonly correlationId: string;
  readonly map: ExecutionMap;
}

export interface FindRequest {
  /** A strategy's name, or the beginning of its id. */
  readonly strategy: string;
}

/** The life a strategy is in. */
export interface FindAnswer {
  readonly strategyId: string;
  readonly life: number;
}

export type RetireRequest = FindAnswer;

export interface RetireAnswer {
  readonly strategyId: string;
  readonly name: string;
  readonly state: StrategyState;
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
  readonly #stopped = new AbortController();
  /** By G5, the last write of each strategy that is on its way. */
  readonly #writes = new Map<string, Promise<void>>();
  #bucket: RecordBucket<StrategyRecord> | undefined;

  constructor(ports: GatewayPorts, memberTtlMs: number) {
    this.#ports = ports;
    this.#memberTtlMs = memberTtlMs;
  }

  async start(): Promise<void> {
    const { bus, clock, subjects, log } = this.#ports;
    this.#bucket = await bus.bucket<StrategyRecord>('strategies');
    for (const { key, value } of await this.#bucket.all()) this.#strategies.set(key, value); // by G4
    this.#stops.push(
      await (await bus.bucket<MemberRecord>('members')).watch((id, record) => {
        if (record) this.#members.set(id, { record, seenMs: clock.monotonicMs() });
        else this.#members.delete(id);
        void this.#noticeRunning().catch((error: unknown) => log.warn({ error }, 'a strategy’s start was not recorded'));
      }),
    );
    for (const record of this.#strategies.values()) {
      if (record.state === 'Submitted' || record.state === 'Processing') void this.#takeUp(record);
    }
    await bus.serve({
      name: 'qmtl-gateway',
      version: '1.0.0',
      description: 'takes strategies for QMTL and answers for the cluster',
      endpoints: {
        submit: { subject: subjects.call('gateway', 'submit'), answer: (submission: Submission) => this.#submit(submission) },
        find: { subject: subjects.call('gateway', 'find'), answer: async ({ strategy }: FindRequest) => this.#find(strategy) },
        retire: { subject: subjects.call('gateway', 'retire'), answer: (request: RetireRequest) => this.#retire(request) },
        status: { subject: subjects.call('gateway', 'status'), answer: async () => this.#status() },
      },
    });
  }

  stop(): void {
    this.#stopped.abort();
    for (const stop of this.#stops) stop();
  }

  async #submit(submission: Submission): Promise<SubmissionAnswer> {
    const spec = checkStrategySpec(submission.spec);
    // What cannot be assembled here cannot be in a shard either: better refused at the door than failing there again and again.
    assemble(spec.nodes.map(unasked), 1);
    const { correlationId, after } = submission;
    const id = strategyId(spec);
    const known = this.#strategies.get(id);
    // By G2 the same strategy again is driven again, which finds everything there; one that failed or was retired gets a new life, by G6.
    if (known && !isLive(known) && after !== lifeOf(known)) throw endedFault(known);
    const next: StrategyRecord = { id, name: spec.name, state: 'Submitted', spec, nodes: spec.nodes.map((node) => node.id), correlationId, ...(known && { life: lifeOf(known) + 1 }) };
    const record = known && isLive(known) ? known : next;
    if (record !== known) await this.#record(record);
    const map = await this.#drive(record);
    return { strategyId: id, state: this.#strategies.get(id)!.state, correlationId, map };
  }

  /** The one strategy that runs and is called so. */
  #find(asked: string): FindAnswer {
    const called = [...this.#strategies.values()].filter(({ name, id }) => name === asked || beginsWith(id, asked));
    const found = called.filter(isLive);
    const [record] = found;
    if (!record || found.length > 1) {
      const over = called.length > 0 ? `; what was is ${called[0]!.state}` : '';
      throw new Fault('STRATEGY_UNKNOWN', record ? `${found.length} strategies are called ${asked}` : `no strategy that runs is called ${asked}${over}`, {
        cure: record ? `give the beginning of its id: ${found.map(({ id }) => id.slice(0, 16)).join(', ')}` : '`qmtl status` lists them',
      });
    }
    return { strategyId: record.id, life: lifeOf(record) };
  }

  /** Ends a life of a strategy. What no other has goes when its time is over (dag/retirement.ts). */
  async #retire({ strategyId: id, life }: RetireRequest): Promise<RetireAnswer> {
    await this.#advance({ id, life }, 'Completed');
    const record = this.#strategies.get(id)!;
    const { name } = record;
    if (!isOver(record, life)) throw new Fault('CLUSTER_NOT_READY', `${name} is ${record.state}`, { cure: 'wait until it is mapped, and try again', retry: true });
    return { strategyId: id, name, state: 'Completed' };
  }

  /** By G3. */
  async #takeUp(record: StrategyRecord): Promise<void> {
    const { clock, log } = this.#ports;
    const { signal } = this.#stopped;
    while (!signal.aborted && this.#goesOn(record)) {
      try {
        await this.#drive(record);
        return;
      } catch (error) {
        log.warn({ error, strategyId: record.id }, 'a strategy left half-way could not be mapped');
        if (!isFault(error) || !error.retry) return;
        await clock.sleep(TAKE_UP_WAIT_MS, signal).catch(() => {});
      }
    }
  }

  /** False once that life of the strategy is over, or when it could not be written down. */
  #goesOn(life: StrategyRecord): boolean {
    const record = this.#strategies.get(life.id);
    return record !== undefined && !isOver(record, lifeOf(life));
  }

  async #drive(record: StrategyRecord): Promise<ExecutionMap> {
    const { bus, subjects, log } = this.#ports;
    await this.#advance(record, 'Processing');
    try {
      const map = await bus.call<ApplyRequest, ExecutionMap>(subjects.call('dag', 'apply'), { strategyId: record.id, life: lifeOf(record), spec: record.spec });
      await this.#advance(record, 'Mapped');
      log.info({ strategyId: record.id, strategy: record.name, correlationId: record.correlationId, created: map.created, reused: map.reused }, 'strategy mapped');
      return map;
    } catch (error) {
      // What may work later stays where it is; what never will is the end.
      if (isFault(error) && !error.retry) await this.#advance(record, 'Failed', error.message);
      throw error;
    }
  }

  /** Takes the step if it is the next one; a strategy that is further already, or in another life, stays where it is. */
  async #advance(of: Pick<StrategyRecord, 'id' | 'life'>, state: StrategyState, reason?: string): Promise<void> {
    const { id } = of;
    await this.#writes.get(id); // which decides what the next one is
    const record = this.#strategies.get(id);
    if (!record) {
      // Another submission of it came first, and by G1 what that one could not write down is not so.
      throw new Fault('CLUSTER_NOT_READY', `strategy ${id.slice(0, 16)} could not be written down`, { cure: 'check that nats-server runs, and publish it again', retry: true });
    }
    if (lifeOf(record) !== lifeOf(of) || !TRANSITIONS[record.state].includes(state)) return;
    await this.#record({ ...record, state, ...(reason === undefined ? {} : { reason }) });
  }

  async #record(record: StrategyRecord): Promise<void> {
    const { id } = record;
    const before = this.#strategies.get(id);
    this.#strategies.set(id, record); // at once: the same submission coming now must find it
    const written = (this.#writes.get(id) ?? Promise.resolve()).then(() => this.#write(record));
    const settled = written.catch(() => this.#takeBack(record, before)).then(() => void (this.#writes.get(id) === settled && this.#writes.delete(id)));
    this.#writes.set(id, settled);
    await written;
  }

  /** By G1 what is not written is not so; what nobody answered may have been written, and the log tells. */
  async #takeBack(record: StrategyRecord, before: StrategyRecord | undefined): Promise<void> {
    const { clock } = this.#ports;
    const { signal } = this.#stopped;
    const { id } = record;
    if (this.#strategies.get(id) !== record) return;
    this.#set(id, before);
    while (!signal.aborted) {
      try {
        const kept = await this.#bucket!.get(id);
        // What came meanwhile is written behind this, and is newer than what was kept.
        if (this.#strategies.get(id) === before) this.#set(id, kept?.value);
        return;
      } catch {
        await clock.sleep(TAKE_UP_WAIT_MS, signal).catch(() => {});
      }
    }
  }

  #set(id: string, record: StrategyRecord | undefined): void {
    if (record) this.#strategies.set(id, record);
    else this.#strategies.delete(id);
  }

  async #write(record: StrategyRecord): Promise<void> {
    const { bus, subjects, clock } = this.#ports;
    const { id, state, correlationId, reason } = record;
    await bus.append(subjects.event(id), encode({ strategyId: id, state, correlationId, atMs: clock.now(), ...(reason === undefined ? {} : { reason }) }));
    await this.#bucket!.put(id, record);
  }

  async #noticeRunning(): Promise<void> {
    const mapped = [...this.#strategies.values()].filter(({ state }) => state === 'Mapped');
    if (mapped.length === 0) return;
    const running = new Set<string>();
    for (const { record } of this.#members.values()) for (const shard of record.shards) for (const slot of shard.slots) unpackNodes(slot.nodes, running);
    for (const record of mapped) {
      if (record.spec.nodes.every((node) => node.spec.nodeType === 'stream' || isPacked(node.id, running))) await this.#advance(record, 'Executing');
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
  return sha256(canonicalJson({ name, params, nodes: nodes.map((node) => node.id), outputs, target: target ?? null }));
}
