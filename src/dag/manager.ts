// The DAG manager: compares submissions with the global DAG, writes what is new, and says who runs each slot. It is the only
// writer of node records and placements; members converge to what it writes.
// M1. Submissions are compared one after the other, so identical ones that come together create nothing twice.
// M2. A node record is written before any record of a node that reads it.
// M3. Its memory is only an index: it is rebuilt from the records at every start.
// M4. A silence of all members is not theirs: this process or the log stood still. Everybody gets one lifetime again, or the first
//     one heard would be given every slot.
// M5. A submission may come again when its strategy has ended. It names the life it is of, and begins nothing for one that is over. Nodes
//     are retired for no end that this does not know of: both are read from the same records.
import { unasked } from '#actors/members.ts';
import { inputOf } from '#actors/members-entry.ts';
import { subjectsOf } from '#actors/inputs.ts';
import type { Share, Slot, Subjects } from '#bus/subjects.ts';
import type { Bus, RecordBucket } from '#bus/bus.ts';
import { indexIn, slotIn } from '#bus/shares.ts';
import type { Clock } from '#clock/clock.ts';
import type { SourceID } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import { type ApplyRequest, endedFault, type ExecutionMap, type ExecutionNode, isOver, type StrategyRecord } from '#domain/lifecycle.ts';
import { type DeclaredNode, kindOf, type NodeID } from '#domain/node-spec.ts';
import { lifeOf, type Origin } from '#domain/origin.ts';
import { placements } from '#supervisor/placement.ts';
import { type DrainRecord, type MemberRecord, type NodeRecord, type PlacementRecord, subjectOf } from '#supervisor/records.ts';
import type { Log } from '#telemetry/log.ts';
import type { Metrics } from '#telemetry/metrics.ts';
import { diff, slotsOf } from './dag.ts';
import { type DivideAnswer, type DivideRequest, Divisions } from './divisions.ts';
import { originsOf } from './origins.ts';
import { Queries } from './queries.ts';
import { Retention, type RetentionTerms } from './retention.ts';
import { Retirement } from './retirement.ts';

const PLACEMENT_CHECK_MS = 250;
const RETIRE_EVERY_MS = 60_000;
/** A query is to know its members within a second. */
const QUERY_CHECK_MS = 250;
/** Whether the log has lost what a query was told. */
const QUERY_LOST_CHECK_MS = 5_000;
/** Members that come one after the other are waited for, so that slots move once. In lifetimes of a member. */
const SETTLED_AFTER_TTLS = 2;
/** Warming a slot of a hundred thousand nodes takes seconds. */
const HANDOVER_WAIT_MS = 60_000;
/** In lifetimes of a member: whoever did not hear of it by then has lost its slots. */
const GONE_AFTER_TTLS = 2;

export interface DagPorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly subjects: Subjects;
}

export interface DagTerms {
  readonly slots: number;
  readonly memberTtlMs: number;
  readonly retention: RetentionTerms;
}

export interface DrainRequest {
  readonly member: string;
  /** True: it shall run nothing. False: it may again. */
  readonly drained: boolean;
}

export interface DrainAnswer {
  /** Slots that are still the member's. */
  readonly slots: number;
  /** Members that live and may take them. */
  readonly others: number;
}

/** By share, the subjects of the input log that its nodes are computed from. */
export type ReadsAnswer = Readonly<Record<string, readonly string[]>>;

/** A node as `qmtl dag show` lists it. */
export interface DagNode extends Omit<ExecutionNode, 'action'> {
  readonly params: unknown;
  readonly upstreams: readonly NodeID[];
  /** Strategies that have the node. */
  readonly strategies: readonly string[];
}

export class DagManager {
  readonly #ports: DagPorts;
  readonly #terms: DagTerms;
  readonly #nodes = new Map<NodeID, NodeRecord>();
  readonly #strategies = new Map<string, StrategyRecord>();
  readonly #placement = new Map<Share, PlacementRecord>();
  readonly #drained = new Set<string>();
  /** Since when each handover goes on. */
  readonly #handovers = new Map<Share, number>();
  #aliveBefore = '';
  #aliveSinceMs = 0;
  readonly #members = new Map<string, { readonly record: MemberRecord; seenMs: number }>();
  readonly #stops: (() => void)[] = [];
  #nodeBucket: RecordBucket<NodeRecord> | undefined;
  #placementBucket: RecordBucket<PlacementRecord> | undefined;
  #drainBucket: RecordBucket<DrainRecord> | undefined;
  readonly #divisions: Divisions;
  readonly #retention: Retention;
  readonly #retirement: Retirement;
  #queries: Queries | undefined;
  /** True when nodes or strategies came or went since the queries were looked at. */
  #isChanged = false;
  /** When this life of the manager retired a node. */
  readonly #retiredMs = new Map<NodeID, number>();
  #turn: Promise<unknown> = Promise.resolve();
  #asked = 0;
  #reused = 0;
  #startedMs = 0;

  constructor(ports: DagPorts, terms: DagTerms) {
    this.#ports = ports;
    this.#terms = terms;
    this.#divisions = new Divisions(ports, this.#nodes);
    this.#retention = new Retention({ ...ports, inTurn: (run) => this.#inTurn(run) }, terms.retention, this.#nodes);
    this.#retirement = new Retirement(terms.retention.nodesMs);
  }

  async start(): Promise<void> {
    const { bus, clock, subjects, log } = this.#ports;
    this.#startedMs = clock.monotonicMs();
    this.#nodeBucket = await bus.bucket<NodeRecord>('nodes');
    this.#placementBucket = await bus.bucket<PlacementRecord>('placement');
    this.#drainBucket = await bus.bucket<DrainRecord>('drains');
    this.#queries = new Queries(
      { bus, log, subjects, bucket: this.#nodeBucket, firstOf: (source) => this.#retention.firstOf(source) },
      { nodes: this.#nodes, strategies: this.#strategies, sourcesOf: (id) => this.#retention.sourcesOf(id) },
    );
    this.#stops.push(
      await this.#nodeBucket.watch((id, record) => {
        keep(this.#nodes, id as NodeID, record);
        this.#isChanged = true;
      }),
      await this.#placementBucket.watch((slot, record) => keep(this.#placement, slot as Share, record)),
      await (await bus.bucket<StrategyRecord>('strategies')).watch((id, record) => {
        keep(this.#strategies, id, record);
        this.#isChanged = true;
      }),
      await (await bus.bucket<MemberRecord>('members')).watch((id, record) => (record ? this.#heard(id, record) : this.#members.delete(id))),
      await this.#drainBucket.watch((member, record) => void (record ? this.#drained.add(member) : this.#drained.delete(member))),
      clock.every(PLACEMENT_CHECK_MS, () => void this.#inTurn(() => this.#place()).catch((error: unknown) => log.warn({ error }, 'placements were not written'))),
      clock.every(QUERY_CHECK_MS, () => void this.#inTurn(() => this.#followQueries()).catch((error: unknown) => log.warn({ error }, 'tag queries were not told their members'))),
      clock.every(QUERY_LOST_CHECK_MS, () => void this.#inTurn(() => this.#missLost()).catch((error: unknown) => log.warn({ error }, 'it is not known whether the log has all that tag queries were told'))),
    );
    this.#stops.push(clock.every(Math.min(RETIRE_EVERY_MS, this.#terms.retention.nodesMs), () => void this.#inTurn(() => this.#retire()).catch((error: unknown) => log.warn({ error }, 'nodes were not retired; it is tried again'))));
    this.#stops.push(...(await this.#divisions.start()));
    await this.#retention.start();
    await bus.serve({
      name: 'qmtl-dag',
      version: '1.0.0',
      description: 'compares strategies with the global DAG of QMTL',
      endpoints: {
        apply: { subject: subjects.call('dag', 'apply'), answer: (request: ApplyRequest) => this.#inTurn(() => this.#apply(request)) },
        drain: { subject: subjects.call('dag', 'drain'), answer: (request: DrainRequest) => this.#inTurn(() => this.#drain(request)) },
        split: { subject: subjects.call('dag', 'split'), answer: (request: DivideRequest) => this.#inTurn(() => this.#split(request)) },
        retention: { subject: subjects.call('dag', 'retention'), answer: () => this.#retention.report() },
        reads: { subject: subjects.call('dag', 'reads'), answer: async () => this.#reads() },
        show: { subject: subjects.call('dag', 'show'), answer: async () => this.#show() },
      },
    });
  }

  stop(): void {
    this.#retention.stop();
    for (const stop of this.#stops) stop();
  }

  async #apply({ strategyId, life, spec }: ApplyRequest): Promise<ExecutionMap> {
    const { clock, metrics } = this.#ports;
    const strategy = this.#strategies.get(strategyId);
    if (strategy && isOver(strategy, life)) throw endedFault(strategy); // by M5
    const startedMs = clock.monotonicMs();
    const { reuse, create } = diff(spec, { has: (id) => this.#isRunning(id) });
    metrics.diffTook(clock.monotonicMs() - startedMs);
    const slots = slotsOf(spec.nodes, this.#terms.slots);
    const originOf = originsOf(create, spec.nodes, (source) => this.#retention.firstOf(source));
    this.#refuseIfJustRetired(create);
    for (const node of create) {
      const origin = await this.#another(node.id, slots.get(node.id)!, originOf.get(node.id));
      const record: NodeRecord = { node: unasked(node), slot: slots.get(node.id)!, ...(origin && { origin }) };
      await this.#nodeBucket!.put(node.id, record); // by M2 one after the other
      this.#nodes.set(node.id, record);
    }
    this.#asked += spec.nodes.length;
    this.#reused += reuse.length;
    metrics.queueReuse(this.#asked === 0 ? 0 : this.#reused / this.#asked);
    await this.#place();

    const created = new Set(create.map((node) => node.id));
    const nodes = spec.nodes.map((node): ExecutionNode => ({ ...this.#located({ ...this.#nodes.get(node.id)!, node }), action: created.has(node.id) ? 'create' : 'reuse' }));
    return { nodes, created: create.length, reused: reuse.length };
  }

  /** Throws CLUSTER_NOT_READY while somebody may still write rows of the life a node had before. */
  #refuseIfJustRetired(created: readonly DeclaredNode[]): void {
    const sinceMs = this.#ports.clock.monotonicMs() - GONE_AFTER_TTLS * this.#terms.memberTtlMs;
    const just = created.find(({ id }) => this.#nodes.has(id) && (this.#retiredMs.get(id) ?? this.#startedMs) > sinceMs);
    if (just) throw new Fault('CLUSTER_NOT_READY', `node ${just.id.slice(0, 16)} was retired a moment ago`, { cure: 'try again in some seconds', retry: true });
  }

  /**
   * The origin of a node, if it has one. One that was retired begins another life: nothing of the one before may be taken for it, so its
   * rows leave its subject first, and what a query was told leaves the log with them.
   */
  async #another(id: NodeID, slot: Slot, origin: Origin | undefined): Promise<Origin | undefined> {
    const before = this.#nodes.get(id);
    if (!before || before.node.spec.nodeType === 'stream') return origin;
    const { bus, subjects } = this.#ports;
    await bus.purge('OUT', subjects.output(slot, id), (await bus.state('OUT')).lastSequence + 1);
    if (before.node.spec.nodeType === 'tag-query') {
      await bus.purge('IN', subjects.input(slot, inputOf(id)), (await bus.state('IN')).lastSequence + 1);
      this.#queries!.forget(id);
    }
    return { sequence: 1, rows: {}, ...origin, life: lifeOf(before.origin) + 1 };
  }

  #isRunning(id: NodeID): boolean {
    const record = this.#nodes.get(id);
    return record !== undefined && !record.isRetired;
  }

  /** Nodes that no strategy has any more are computed by nobody from here on. */
  async #retire(): Promise<void> {
    const { clock, log } = this.#ports;
    const due = this.#retirement.due(this.#nodes, this.#strategies.values(), clock.monotonicMs());
    for (const record of due) {
      const { id } = record.node;
      const retired: NodeRecord = { ...record, isRetired: true };
      await this.#nodeBucket!.put(id, retired);
      this.#nodes.set(id, retired);
      this.#retiredMs.set(id, clock.monotonicMs());
    }
    if (due.length > 0) log.info({ nodes: due.length }, 'nodes that no strategy has any more were retired');
  }

  #show(): { nodes: DagNode[] } {
    const strategies = new Map<NodeID, string[]>();
    for (const { name, nodes, state } of this.#strategies.values()) {
      if (state === 'Failed') continue;
      for (const id of nodes) strategies.set(id, [...(strategies.get(id) ?? []), name]);
    }
    return {
      nodes: [...this.#nodes.values()].filter(({ isRetired }) => !isRetired).map((record) => ({
        ...this.#located(record),
        params: 'params' in record.node.spec.config ? record.node.spec.config.params : {},
        upstreams: this.#queries!.present(record.node),
        strategies: strategies.get(record.node.id) ?? [],
      })),
    };
  }

  #reads(): ReadsAnswer {
    const sources = new Map<Share, Set<SourceID>>();
    for (const record of this.#nodes.values()) {
      if (record.isRetired) continue;
      const share = this.#divisions.shareOf(record);
      const its = sources.get(share) ?? new Set();
      for (const source of this.#retention.sourcesOf(record.node.id)) its.add(source);
      sources.set(share, its);
    }
    const { subjects } = this.#ports;
    return Object.fromEntries(Array.from(sources, ([share, its]) => [share, subjectsOf(subjects, slotIn(share), this.#terms.slots, [...its], this.#divisions.sharesOf(slotIn(share)).length > 1)]));
  }

  #located(record: NodeRecord): Omit<ExecutionNode, 'action'> {
    const { node: { id, spec, name }, slot, origin } = record;
    const member = this.#placement.get(this.#divisions.shareOf(record))?.member;
    return { nodeId: id, kind: kindOf(spec), slot, subject: subjectOf(this.#ports.subjects, record), ...(name === undefined ? {} : { name }), ...(member === undefined ? {} : { member }), ...(origin && { origin }) };
  }

  /** Tells the tag queries who their members are now; what a manager that died left untold, too. */
  async #followQueries(): Promise<void> {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    try {
      await this.#queries!.follow();
    } catch (error) {
      this.#isChanged = true;
      throw error;
    }
  }

  async #missLost(): Promise<void> {
    if (await this.#queries!.missLost()) this.#isChanged = true;
  }

  /** Gives every slot that has nodes a member that lives. */
  async #place(): Promise<void> {
    const nowMs = this.#ports.clock.monotonicMs();
    // After a start everybody gets one lifetime to show a sign of life, or a restart of the manager would move every slot.
    if (nowMs - this.#startedMs < this.#terms.memberTtlMs && [...this.#placement.values()].some(({ member }) => !this.#members.has(member))) return;
    const alive = this.#alive(nowMs);
    const names = [...alive.keys()].toSorted().join();
    if (names !== this.#aliveBefore) [this.#aliveBefore, this.#aliveSinceMs] = [names, nowMs];
    const shares = this.#shares();
    const isReady = (member: string, share: Share): boolean => this.#members.get(member)!.record.shards.some((shard) => shard.slots.some(({ slot, state }) => slot === share && (state === 'ready' || state === 'gathered')));
    const written = placements(shares, this.#placement, {
      alive,
      drained: this.#drained,
      settled: nowMs - this.#aliveSinceMs >= SETTLED_AFTER_TTLS * this.#terms.memberTtlMs,
      isReady,
      isLate: (slot) => nowMs - (this.#handovers.get(slot) ?? this.#startedMs) >= HANDOVER_WAIT_MS,
    });
    for (const [slot, record] of written) {
      if (record.next === undefined) this.#handovers.delete(slot);
      else this.#handovers.set(slot, nowMs);
      this.#ports.log.info({ slot, ...record, before: this.#placement.get(slot) }, 'slot placed');
      await this.#placementBucket!.put(slot, record);
      this.#placement.set(slot, record);
    }
    await this.#divisions.advance((share) => {
      const { member, next } = this.#placement.get(share) ?? {};
      return member !== undefined && next === undefined && alive.has(member) && isReady(member, share);
    });
    // Nobody runs the shares of a slot that is whole.
    for (const share of this.#placement.keys()) {
      if (indexIn(share) === 0 || this.#divisions.sharesOf(slotIn(share)).includes(share)) continue;
      await this.#placementBucket!.remove(share);
      this.#placement.delete(share);
    }
  }

  /** What has nodes to run. A slot of sources alone, which others join, has none: no member ever says that it is ready for it. */
  #shares(): Share[] {
    const slots = new Set([...this.#nodes.values()].flatMap(({ slot, isRetired, node }) => (isRetired || node.spec.nodeType === 'stream' ? [] : [slot])));
    return [...slots].flatMap((slot) => this.#divisions.sharesOf(slot));
  }

  /** Takes on what an operator wants of a slot; members hear of it with the next placements. */
  async #split(request: DivideRequest): Promise<DivideAnswer> {
    const answer = await this.#divisions.ask(request);
    await this.#place();
    return answer;
  }

  /** The members that live, with their shards. */
  #alive(nowMs: number): Map<string, number> {
    return new Map([...this.#members].flatMap(([member, { record, seenMs }]) => (nowMs - seenMs < this.#terms.memberTtlMs ? [[member, record.shards.length]] : [])));
  }

  /** Takes a member out of service, or back into it; answers how many slots are with it still. */
  async #drain({ member, drained }: DrainRequest): Promise<DrainAnswer> {
    if (drained && !this.#members.has(member)) throw new Fault('MEMBER_UNKNOWN', `no member is called ${member}`, { cure: `members are ${[...this.#members.keys()].toSorted().join(', ') || 'not there yet'}` });
    if (drained !== this.#drained.has(member)) {
      if (drained) {
        await this.#drainBucket!.put(member, { sinceMs: this.#ports.clock.now() });
        this.#drained.add(member);
      } else {
        await this.#drainBucket!.remove(member);
        this.#drained.delete(member);
      }
      await this.#place();
    }
    const others = [...this.#alive(this.#ports.clock.monotonicMs()).keys()].filter((other) => other !== member && !this.#drained.has(other));
    return { slots: this.#shares().filter((share) => this.#placement.get(share)?.member === member).length, others: others.length };
  }

  #heard(id: string, record: MemberRecord): void {
    const nowMs = this.#ports.clock.monotonicMs();
    const lastMs = Math.max(this.#startedMs, ...Array.from(this.#members.values(), ({ seenMs }) => seenMs));
    // By M4.
    if (nowMs - lastMs >= this.#terms.memberTtlMs) for (const member of this.#members.values()) member.seenMs = nowMs;
    this.#members.set(id, { record, seenMs: nowMs });
  }

  /** By M1. */
  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(run);
    this.#turn = result.catch(() => {});
    return result;
  }
}

function keep<K, V>(map: Map<K, V>, key: K, value: V | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}
