// Which slots are divided, as an operator wants it, and how far that is: the desired state that members converge to.
//
//   state      until                                                      then
//   whole      somebody asks for shares                                   dividing
//   dividing   the owner of every other share is ready, beside the owner  divided
//   divided    somebody asks for the slot as a whole                      uniting
//   uniting    the owner of the first share has gone along with the       whole
//              others, and is as near as it gets, or UNITE_WAIT_MS are over
//
// Nothing rests on these states but how long rows pause: who may write is decided by the leases (actors/lease.ts).
import { firstSourceOf } from '#actors/assemble.ts';
import type { Bus, RecordBucket } from '#bus/bus.ts';
import { evenSalt, shareName, shareOf, SHARES_MAX } from '#bus/shares.ts';
import type { Share, Slot } from '#bus/subjects.ts';
import type { Clock } from '#clock/clock.ts';
import type { SourceID } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import type { NodeID } from '#domain/node-spec.ts';
import { type DivisionRecord, type NodeRecord } from '#supervisor/records.ts';
import type { Log } from '#telemetry/log.ts';

const UNITE_WAIT_MS = 10_000;

export interface DivideRequest {
  readonly slot: string;
  /** 1 makes it whole. */
  readonly shares: number;
}

export interface DivideAnswer {
  readonly slot: string;
  readonly state: DivisionRecord['state'];
  readonly shares: number;
}

export interface DivisionPorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

export class Divisions {
  readonly #ports: DivisionPorts;
  readonly #nodes: ReadonlyMap<NodeID, NodeRecord>;
  readonly #records = new Map<Slot, DivisionRecord>();
  /** Since when this life of the manager saw each slot being united. */
  readonly #unitingSinceMs = new Map<Slot, number>();
  #bucket: RecordBucket<DivisionRecord> | undefined;

  /** `nodes` is the manager's index of the node records, which it keeps up to date. */
  constructor(ports: DivisionPorts, nodes: ReadonlyMap<NodeID, NodeRecord>) {
    this.#ports = ports;
    this.#nodes = nodes;
  }

  /** Answers what ends it. */
  async start(): Promise<(() => void)[]> {
    const { bus } = this.#ports;
    this.#bucket = await bus.bucket<DivisionRecord>('divisions');
    return [await this.#bucket.watch((slot, record) => void (record && this.#records.set(slot as Slot, record)))];
  }

  /** What is to be placed for a slot: all its shares that have a node. */
  sharesOf(slot: Slot): Share[] {
    const record = this.#records.get(slot);
    if (!record || record.state === 'whole') return [slot];
    const peopled = new Set(this.#own(slot).map((id) => this.#indexOf(id, record)));
    return Array.from({ length: record.shares }, (_, index) => index).flatMap((index) => (index === 0 || peopled.has(index) ? [shareName(slot, index)] : []));
  }

  /** The share that runs a node. */
  shareOf({ node, slot }: NodeRecord): Share {
    const record = this.#records.get(slot);
    return record?.state === 'divided' || record?.state === 'uniting' ? shareName(slot, this.#indexOf(node.id, record)) : slot;
  }

  /** Divides a slot or makes it whole; answers how far that is, however often it is asked. Throws SLOT_INDIVISIBLE, CLUSTER_NOT_READY. */
  async ask({ slot: name, shares }: DivideRequest): Promise<DivideAnswer> {
    const slot = name as Slot;
    const record = this.#records.get(slot);
    const present = record && record.state !== 'whole' && record.state !== 'uniting' ? record.shares : 1;
    if (shares !== present) {
      if (shares === 1) await this.#write(slot, { ...record!, state: record!.state === 'dividing' ? 'whole' : 'uniting' });
      else await this.#divide(slot, shares, record);
    }
    const { state, shares: now } = this.#records.get(slot) ?? { state: 'whole', shares: 1 };
    return { slot, state, shares: state === 'whole' ? 1 : now };
  }

  /** Takes each slot on by the table above. `isReady` tells of an owner that waits for its share, or to have all of them. */
  async advance(isReady: (share: Share) => boolean): Promise<void> {
    const { clock } = this.#ports;
    for (const [slot, record] of this.#records) {
      const others = this.sharesOf(slot).slice(1);
      if (record.state === 'dividing' && others.every(isReady)) await this.#write(slot, { ...record, state: 'divided' });
      if (record.state !== 'uniting') continue;
      const sinceMs = this.#unitingSinceMs.get(slot) ?? clock.monotonicMs();
      this.#unitingSinceMs.set(slot, sinceMs);
      if (isReady(slot) || clock.monotonicMs() - sinceMs > UNITE_WAIT_MS) await this.#write(slot, { ...record, state: 'whole' });
    }
  }

  async #divide(slot: Slot, shares: number, record: DivisionRecord | undefined): Promise<void> {
    const sources = new Set(this.#own(slot).map((id) => this.#sourceOf(id)));
    const refused = (message: string, cure: string): Fault => new Fault('SLOT_INDIVISIBLE', message, { cure, data: { slot, shares, sources: sources.size } });
    if (sources.size === 0) throw refused(`no node runs in slot ${slot}`, '`qmtl status` shows the slots that run');
    if (record && record.state !== 'whole') throw refused(`slot ${slot} has ${record.shares} shares already`, `\`qmtl split ${slot} --undo\` makes it whole first`);
    if (shares > SHARES_MAX) throw refused(`slot ${slot} cannot have ${shares} shares`, `${SHARES_MAX} is the most`);
    if (shares > sources.size) throw refused(`slot ${slot} has ${sources.size} ${sources.size === 1 ? 'source, which is' : 'sources, which are'} too few for ${shares} shares`, 'what is computed from one source stays together: ask for fewer shares, or spread its strategies over other members');
    await this.#write(slot, { number: (record?.number ?? 0) + 1, shares, salt: evenSalt(sources as Set<SourceID>, shares), state: 'dividing', sharesMost: Math.max(shares, record?.sharesMost ?? 1) });
  }

  #own(slot: Slot): NodeID[] {
    return [...this.#nodes.values()].flatMap(({ node, slot: its, isRetired }) => (its === slot && !isRetired && node.spec.nodeType !== 'stream' ? [node.id] : []));
  }

  #sourceOf(id: NodeID): SourceID | NodeID {
    return firstSourceOf(id, (node) => this.#nodes.get(node)!.node);
  }

  #indexOf(id: NodeID, record: DivisionRecord): number {
    return shareOf(this.#sourceOf(id), record);
  }

  async #write(slot: Slot, record: DivisionRecord): Promise<void> {
    await this.#bucket!.put(slot, record);
    this.#records.set(slot, record);
    if (record.state !== 'uniting') this.#unitingSinceMs.delete(slot);
    this.#ports.log.info({ slot, ...record }, 'slot divided otherwise');
  }
}
