// Follows whom the tag queries of the global DAG find: as strategies come and go, it tells each query its members.
// Q1. A node carries the tags that live strategies give it, and no others: it is a member no more once the last of them is retired.
// Q2. A member's record is written before the query's record that names it, and that before the entry that makes it count. A shard that meets them in
//     another order waits for the record.
// Q3. A node that reads a query is never its member, whatever queries lie between. The nodes a query was made with only ever become more, so a circle
//     that is not there today cannot come of what is removed tomorrow.
// Q4. An entry has the whole set, and is stored only behind the last one its writer knows of. To say it again does no harm, and a manager that begins does:
//     whatever the one before left untold, it knows nothing of it. So does one whose last entry the log has lost, with the power of its server.
import { inputOf, membersEntry } from '#actors/members-entry.ts';
import { membersOf } from '#actors/tag-query.ts';
import type { Bus, RecordBucket } from '#bus/bus.ts';
import { type EntryMark, isMarked, markOf } from '#bus/entry-mark.ts';
import type { Subjects } from '#bus/subjects.ts';
import { Fault } from '#domain/fault.ts';
import { isLive, type StrategyRecord } from '#domain/lifecycle.ts';
import { type DeclaredNode, type NodeID, readsOf, type TagQuerySpec, upstreamsOf } from '#domain/node-spec.ts';
import { label } from '#graph/graph.ts';
import type { NodeRecord } from '#supervisor/records.ts';
import type { Log } from '#telemetry/log.ts';
import type { FirstOf } from './origins.ts';

export interface QueryPorts {
  readonly bus: Bus;
  readonly log: Log;
  readonly subjects: Subjects;
  readonly bucket: RecordBucket<NodeRecord>;
  /** Where a source begins for whoever comes now. */
  readonly firstOf: FirstOf;
}

/** What the manager knows, and keeps up to date. */
export interface Known {
  readonly nodes: Map<NodeID, NodeRecord>;
  readonly strategies: ReadonlyMap<string, StrategyRecord>;
  /** The sources a node reads, directly or not. */
  readonly sourcesOf: (id: NodeID) => ReadonlySet<Parameters<FirstOf>[0]>;
}

/** What this life of the manager has told of a query, and the query's last entry; the sequence is 0 before the first. */
interface Told extends EntryMark {
  readonly members: readonly NodeID[] | undefined;
}

export class Queries {
  readonly #ports: QueryPorts;
  readonly #known: Known;
  readonly #told = new Map<NodeID, Told>();
  readonly #warned = new Set<NodeID>();

  constructor(ports: QueryPorts, known: Known) {
    this.#ports = ports;
    this.#known = known;
  }

  /** Tells every query whose members have changed. Throws what the log refuses; what was not told is told by the next call. */
  async follow(): Promise<void> {
    const queries = [...this.#known.nodes.values()].filter(({ node, isRetired }) => node.spec.nodeType === 'tag-query' && !isRetired);
    if (queries.length === 0) return;
    const tagged = this.#tagged();
    for (const record of queries) await this.#tell(record, record.node.spec as TagQuerySpec, tagged);
  }

  /** By Q4, forgets what was told and is not in the log any more; true when there was any. Throws NATS_UNREACHABLE. */
  async missLost(): Promise<boolean> {
    const { bus, subjects } = this.#ports;
    const told = Array.from(this.#told).flatMap(([id, mark]) => {
      const record = this.#known.nodes.get(id);
      return record && mark.sequence > 0 ? [{ id, mark, subject: subjects.input(record.slot, inputOf(id)) }] : [];
    });
    if (told.length === 0) return false;
    const newest = new Map((await bus.lastOfEach('IN', told.map(({ subject }) => subject))).map((entry) => [entry.subject, entry]));
    let hasLost = false;
    for (const { id, subject, mark } of told) {
      // Another may stand behind it, or that was an answer of a replica, which may lag.
      if (isMarked(newest.get(subject), mark) || isMarked(await bus.next('IN', subject, mark.sequence), mark)) continue;
      this.#told.delete(id);
      hasLost = true;
    }
    return hasLost;
  }

  /** The reads of a node that count now: its upstreams, and the present members of a query. */
  present({ id, spec }: DeclaredNode): readonly NodeID[] {
    return [...upstreamsOf(spec).map(({ node }) => node), ...(this.#told.get(id)?.members ?? [])];
  }

  /** Begins a query anew, of which nothing is told. */
  forget(query: NodeID): void {
    this.#told.delete(query);
    this.#warned.delete(query);
  }

  /** By Q1, the nodes that carry tags. */
  #tagged(): DeclaredNode[] {
    const tagsOf = new Map<NodeID, Set<string>>();
    for (const strategy of this.#known.strategies.values()) {
      if (!isLive(strategy)) continue;
      for (const { id, tags = [] } of strategy.spec.nodes) for (const tag of tags) tagsOf.set(id, (tagsOf.get(id) ?? new Set()).add(tag));
    }
    return Array.from(tagsOf).flatMap(([id, tags]) => {
      const record = this.#known.nodes.get(id);
      return record && !record.isRetired ? [{ ...record.node, tags: [...tags] }] : [];
    });
  }

  async #tell(record: NodeRecord, spec: TagQuerySpec, tagged: readonly DeclaredNode[]): Promise<void> {
    const { node, slot } = record;
    const { bus, log, subjects } = this.#ports;
    const members = membersOf(node, spec, tagged, (id) => this.#reads(id));
    const subject = subjects.input(slot, inputOf(node.id));
    const told = this.#told.get(node.id) ?? (await this.#lastOn(subject));
    this.#told.set(node.id, told);
    if (members.length === 0 && !this.#warned.has(node.id)) {
      this.#warned.add(node.id);
      log.warn({ query: label(node), tags: spec.config.tags, match: spec.config.match, interval: spec.config.interval }, 'a tag query finds no node; what reads it waits');
    }
    if (members.join() === told.members?.join()) return;
    await this.#makeWith(node.id, members);
    // By Q4. Of two managers one finds out that it is not alone.
    const entry = membersEntry({ members, behind: told.sequence });
    const sequence = await bus.append(subject, entry, { fence: { subject, sequence: told.sequence } }).catch((error: unknown) => {
      this.#told.delete(node.id);
      throw error;
    });
    this.#told.set(node.id, { members, ...markOf({ sequence, data: entry }) });
    log.info({ query: label(node), members: members.length, sequence }, 'a tag query is told its members');
  }

  /** By Q2, writes with whom the query is made; sources that come with them begin at the first rows there are. */
  async #makeWith(id: NodeID, members: readonly NodeID[]): Promise<void> {
    const { bucket, firstOf } = this.#ports;
    const kept = await bucket.get(id);
    if (!kept) return;
    const { value: record, revision } = kept;
    const before = record.node.members ?? [];
    const joining = members.filter((member) => !before.includes(member));
    if (joining.length === 0) return;
    const has = this.#known.sourcesOf(id);
    const rows = joining
      .flatMap((member) => [...this.#known.sourcesOf(member)])
      .flatMap((source) => (has.has(source) || firstOf(source).row === 0 ? [] : [[source, firstOf(source).row] as const]));
    const origin = rows.length > 0 ? { sequence: 1, ...record.origin, rows: { ...record.origin?.rows, ...Object.fromEntries(rows) } } : record.origin;
    // The history before the first entry is that of its members, decided row by row as it is computed.
    const { firstMembers = members } = record.node;
    const made: NodeRecord = { ...record, node: { ...record.node, members: [...before, ...joining].toSorted(), firstMembers }, ...(origin && { origin }) };
    if (!(await bucket.replace(id, made, revision))) throw new Fault('CLUSTER_NOT_READY', `the record of ${label(record.node)} was written by somebody else`, { cure: 'nothing to do: it is tried again', retry: true });
    this.#known.nodes.set(id, made);
  }

  #reads(id: NodeID): readonly NodeID[] {
    const record = this.#known.nodes.get(id);
    return record ? readsOf(record.node) : [];
  }

  async #lastOn(subject: string): Promise<Told> {
    const entry = await this.#ports.bus.last('IN', subject);
    return entry ? { members: undefined, ...markOf(entry) } : { members: [], sequence: 0, crc: 0 };
  }
}
