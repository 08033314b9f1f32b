// A strategy that runs in a cluster, to be asked about the bar that forms there. Its nodes are computed here once more, from an upload and what lies
// behind it in the log, so that asking costs the cluster nothing; they are the cluster's own, since equal rows give equal bits.
import { withUpstreams } from '#actors/assemble.ts';
import { uploadsOf } from '#actors/depot.ts';
import { Lane } from '#actors/lane.ts';
import { ownInputOf } from '#actors/members-entry.ts';
import { restoreUpload } from '#actors/recover.ts';
import type { SlotPorts } from '#actors/slot-terms.ts';
import type { Bus, LogReader } from '#bus/bus.ts';
import { decodeFrame } from '#bus/frame.ts';
import { SHARES_MAX } from '#bus/shares.ts';
import type { Subjects } from '#bus/subjects.ts';
import { MemoryStore } from '#checkpoint/memory.ts';
import type { Clock } from '#clock/clock.ts';
import type { SourceID } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import { type NodeID, readsOf } from '#domain/node-spec.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { NodeIndex } from '#supervisor/node-index.ts';
import type { NodeRecord } from '#supervisor/records.ts';
import { logger } from '#telemetry/log.ts';
import { type FormingBar, type Provisional, provisionalOf, sourceNamed, valuesOf } from './forming.ts';

interface Followed {
  readonly lane: Lane;
  readonly reader: LogReader;
  readonly subjects: readonly string[];
}

export class ClusterForming {
  readonly #bus: Bus;
  readonly #spec: StrategySpec;
  /** Where the rows of each source are. */
  readonly #subjectOf: ReadonlyMap<SourceID, string>;
  readonly #followed: readonly Followed[];

  private constructor(bus: Bus, spec: StrategySpec, subjectOf: ReadonlyMap<SourceID, string>, followed: readonly Followed[]) {
    this.#bus = bus;
    this.#spec = spec;
    this.#subjectOf = subjectOf;
    this.#followed = followed;
  }

  /** Comes up to the present. Throws LOG_GAP when neither log nor uploads hold what a node needs, CLUSTER_NOT_READY when the strategy has no records yet. */
  static async of(bus: Bus, names: Subjects, clock: Clock, spec: StrategySpec): Promise<ClusterForming> {
    const records = await recordsAbove(bus, spec.nodes.map(({ id }) => id));
    const index = new NodeIndex(records);
    const computed = new Set(spec.nodes.filter((node) => node.spec.nodeType !== 'stream').map(({ id }) => id));
    const ports: SlotPorts = { bus, clock, subjects: names, store: new MemoryStore(), log: logger({ role: 'sdk', level: 'silent' }) };
    const { identity } = await bus.state('IN');
    const inputs = new Map<SourceID, string>();
    for (const { node, slot } of records.values()) {
      const own = ownInputOf(node);
      if (own) inputs.set(own, names.input(slot, own));
    }
    const followed: Followed[] = [];
    for (const slot of new Set(Array.from(records.values(), (record) => record.slot))) {
      const { own, origins } = index.wantedOf(slot);
      // What asks a tag query waits for closed rows, so it would not be told; and who is asked changes.
      const told = new Set([...own].filter((id) => computed.has(id) && !origins.get(id)?.queries));
      const uploads = await uploadsOf(ports, slot, identity, SHARES_MAX);
      // Each upload may hold only some of them.
      for (let left = told; left.size > 0; ) {
        const nodes = withUpstreams(left, index.complete);
        const { lane } = (await restoreUpload(ports, slot, { nodes, own: left, origins }, uploads)) ?? { lane: new Lane(nodes, left, origins) };
        const subjects = lane.inputs.map((input) => inputs.get(input)!);
        followed.push({ lane, subjects, reader: await bus.read('IN', subjects, lane.inputSequence + 1) });
        left = new Set([...left].filter((id) => !lane.published.has(id)));
      }
    }
    const forming = new ClusterForming(bus, spec, inputs, followed);
    try {
      await forming.#catchUp();
    } catch (error) {
      forming.close();
      throw error;
    }
    return forming;
  }

  /** What would be if `bar` closed as it stands, behind all rows that are in the log by now; `of` names its instrument where the strategy reads several. Throws DATA_ROW_INVALID, DATA_SOURCE_UNBOUND, LOG_GAP. */
  async peek(bar: FormingBar, of?: string): Promise<Provisional> {
    const source = sourceNamed(this.#spec, of);
    await this.#catchUp();
    const last = await this.#bus.last('IN', this.#subjectOf.get(source.id)!);
    const values = valuesOf(bar, source, last && decodeFrame(last.data, last.subject).columns[0]!.at(-1));
    return provisionalOf(this.#spec, source.id, bar, new Map(this.#followed.flatMap(({ lane }) => [...lane.peek(source.id, values)])));
  }

  close(): void {
    for (const { reader } of this.#followed) reader.close();
  }

  async #catchUp(): Promise<void> {
    for (const { lane, reader, subjects } of this.#followed) {
      const newest = await Promise.all(subjects.map((subject) => this.#bus.last('IN', subject)));
      const target = Math.max(0, ...newest.map((entry) => entry?.sequence ?? 0));
      while (lane.inputSequence < target) {
        const entries = await reader.take();
        if (!entries) throw new Fault('NATS_UNREACHABLE', 'the reader of the log was closed', { cure: 'check that nats-server runs', retry: true });
        lane.apply(entries);
        lane.takeFrames(0); // the cluster has them
        if (lane.holes.length > 0) throw lane.holes[0]!;
      }
    }
  }
}

/** The records of nodes and of all they read. */
async function recordsAbove(bus: Bus, ids: readonly NodeID[]): Promise<Map<NodeID, NodeRecord>> {
  const bucket = await bus.bucket<NodeRecord>('nodes');
  const records = new Map<NodeID, NodeRecord>();
  for (let due = ids; due.length > 0; ) {
    const found = await Promise.all(due.map((id) => bucket.get(id)));
    found.forEach((kept, k) => {
      if (!kept) throw new Fault('CLUSTER_NOT_READY', `node ${due[k]} has no record yet`, { cure: 'wait until the strategy is mapped, and try again', retry: true });
      records.set(due[k]!, kept.value);
    });
    due = [...new Set(found.flatMap((kept) => readsOf(kept!.value.node)))].filter((id) => !records.has(id));
  }
  return records;
}
