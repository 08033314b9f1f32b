// Retention of the log: what may go by declaration, what may not because it is needed, and the purge itself.
// K1. Rows of a source go when they are older, or take more room, than declared, and no slot needs them (needs.ts). Nothing that is
//     declared takes away what is needed; the log then grows, and the report names the slot and the node that hold it back.
// K2. The newest entry of a subject stays: feeds and slots read from it where they go on (F1 in actors/feed.ts, R1 in actors/recover.ts).
//     So the outputs of a slot go up to the newest frame of the node that was silent longest, and its owner speaks for one that gives nothing (actors/silence.ts).
// K3. What is about to go is said first. The floor of a source is a record that only rises, by compare-and-set. A node that comes later
//     begins at it (`firstOf`), and a member does not go on from a checkpoint below it (actors/recover.ts).
// K4. A floor is decided while no submission is: no node can begin at rows that are just being given up. Whoever purges up to a floor
//     that stands does no harm, however late.
// K5. What counts as the newest entry is what was it a round ago. A server that loses its power loses what it stored last, and a subject that
//     is left with nothing would be taken for one that never had anything. Where the log has lost what was newest then, nothing counts (round-ago.ts).
// K6. An upload that knows more of the input log than is there stands for nothing: the log has lost its end, and nobody can go on from it.
// Absent: stream EVENT. It is the record of what was done, orders among it, and nothing of it is ever removed.
import type { UploadRecord } from '#actors/depot.ts';
import { trailsLog } from '#actors/recover.ts';
import type { FloorRecord } from '#actors/floor.ts';
import type { Bus, RecordBucket, StreamState } from '#bus/bus.ts';
import { decodeFrame } from '#bus/frame.ts';
import { idIn, type Share, type Slot, type Subjects } from '#bus/subjects.ts';
import type { Clock } from '#clock/clock.ts';
import type { SourceID } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { NodeRecord } from '#supervisor/records.ts';
import type { Log } from '#telemetry/log.ts';
import type { Metrics } from '#telemetry/metrics.ts';
import { type Need, Needs } from './needs.ts';
import { RoundAgo } from './round-ago.ts';

const FLOORS_AT_ONCE = 64;
const BEGINNING: FloorRecord = { sequence: 1, row: 0 };

/** The streams that are purged. */
export const PURGED = ['IN', 'OUT'] as const;
export type PurgedStream = (typeof PURGED)[number];

export interface KeepTerms {
  /** Entries stored longer ago may go. */
  readonly keepMs: number;
  /** When the stream takes more, its oldest entries may go. */
  readonly keepBytes?: number | undefined;
}

export interface RetentionTerms {
  readonly everyMs: number;
  /** How long a node goes on that no strategy has any more. */
  readonly nodesMs: number;
  readonly in: KeepTerms;
  readonly out: KeepTerms;
}

/** How a stream stands, as `qmtl status` shows it. */
export interface StreamReport {
  readonly stream: PurgedStream;
  readonly entries: number;
  readonly bytes: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** Entries before it may go by what is declared. */
  readonly dueSequence: number;
  /** Who keeps entries that are due. */
  readonly heldBy: Need | null;
}

export interface RetentionPorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly subjects: Subjects;
  /** By K4, runs something while no submission is decided. */
  readonly inTurn: <T>(run: () => Promise<T>) => Promise<T>;
}

export class Retention {
  readonly #ports: RetentionPorts;
  readonly #terms: RetentionTerms;
  readonly #records: ReadonlyMap<NodeID, NodeRecord>;
  readonly #needs: Needs;
  readonly #uploads = new Map<Share, UploadRecord>();
  /** Floors that may stand, their write is not answered yet. */
  readonly #begins = new Map<SourceID, FloorRecord>();
  /** Those that stand, with the revision of each record. */
  readonly #floors = new Map<SourceID, FloorRecord & { readonly revision: number }>();
  /** What this life of the manager has purged. */
  readonly #purgedTo = new Map<SourceID, number>();
  readonly #stops: (() => void)[] = [];
  #floorBucket: RecordBucket<FloorRecord> | undefined;
  /** By K5. */
  readonly #roundAgo: RoundAgo;
  #heldBy: Record<PurgedStream, StreamReport['heldBy']> = { IN: null, OUT: null };
  #due: Record<PurgedStream, number> = { IN: 1, OUT: 1 };
  #isBusy = false;

  /** `records` is the manager's index of the node records, which it keeps up to date. */
  constructor(ports: RetentionPorts, terms: RetentionTerms, records: ReadonlyMap<NodeID, NodeRecord>) {
    this.#ports = ports;
    this.#terms = terms;
    this.#records = records;
    this.#needs = new Needs(records);
    this.#roundAgo = new RoundAgo(ports.bus);
  }

  async start(): Promise<void> {
    const { bus, clock, log } = this.#ports;
    this.#floorBucket = await bus.bucket<FloorRecord>('floors');
    for (const { key, value, revision } of await this.#floorBucket.all()) this.#floors.set(key as SourceID, { ...value, revision });
    this.#stops.push(
      await (await bus.bucket<UploadRecord>('uploads')).watch((slot, record) => void (record ? this.#uploads.set(slot as Share, record) : this.#uploads.delete(slot as Share))),
      clock.every(this.#terms.everyMs, () => void this.#round().catch((error: unknown) => log.warn({ error }, 'the log was not purged; it is tried again'))),
    );
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  /** By K3, where a node that reads the source begins from now on. */
  firstOf(source: SourceID): FloorRecord {
    return this.#begins.get(source) ?? this.#floorOf(source);
  }

  /** The sources a node reads, directly or not. */
  sourcesOf(id: NodeID): ReadonlySet<SourceID> {
    return this.#needs.sourcesOf(id);
  }

  #floorOf(source: SourceID): FloorRecord {
    return this.#floors.get(source) ?? BEGINNING;
  }

  async report(): Promise<StreamReport[]> {
    return Promise.all(
      PURGED.map(async (stream) => {
        const { entries, bytes, firstSequence, lastSequence } = await this.#ports.bus.state(stream);
        return { stream, entries, bytes, firstSequence, lastSequence, dueSequence: this.#due[stream], heldBy: this.#heldBy[stream] };
      }),
    );
  }

  async #round(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (const stream of PURGED) {
        const state = await this.#ports.bus.state(stream);
        this.#due[stream] = await this.#dueOf(stream, state);
        if (stream === 'IN') await this.#purgeInputs(state);
        else await this.#purgeOutputs(state);
        const { entries, bytes, firstSequence } = await this.#ports.bus.state(stream);
        this.#ports.metrics.logHolds(stream, { entries, bytes, heldEntries: this.#heldBy[stream] ? this.#due[stream] - Math.max(firstSequence, this.#heldBy[stream].sequence) : 0 });
      }
    } finally {
      this.#isBusy = false;
    }
  }

  /**
   * By K1, the sequence before which entries may go. Most often it is near the oldest entry, so it is looked for from there in strides that
   * double: a server keeps each block of 8 MB it reads an entry from in memory for a while, and halving would have it read all over the log.
   */
  async #dueOf(stream: PurgedStream, { firstSequence, lastSequence, bytes }: StreamState): Promise<number> {
    const { bus, clock } = this.#ports;
    const { keepMs, keepBytes } = this.#terms[stream === 'IN' ? 'in' : 'out'];
    const sinceMs = clock.now() - keepMs;
    let low = firstSequence;
    let high = lastSequence + 1;
    for (let stride = 1; low < high; stride *= 2) {
      const at = Math.min(low + stride - 1, Math.floor((low + high) / 2));
      const entry = await bus.next(stream, this.#all(stream), at);
      if (!entry || entry.storedMs >= sinceMs) high = at;
      else low = entry.sequence + 1;
    }
    if (keepBytes === undefined || bytes <= keepBytes) return low;
    // Behind what was due before, entries are taken for equally large, and there for few; what that misses the next rounds find.
    const from = Math.max(firstSequence, this.#due[stream]);
    return Math.max(low, Math.min(lastSequence, from + Math.ceil((1 - keepBytes / bytes) * (lastSequence - from + 1))));
  }

  async #purgeInputs({ identity, firstSequence }: StreamState): Promise<void> {
    const { bus, log, inTurn } = this.#ports;
    const newest = this.#due.IN > firstSequence ? await bus.lastOfEach('IN', [this.#all('IN')]) : [];
    const uploads = newest.length > 0 ? await this.#usable() : this.#uploads;
    const before = this.#needed(uploads, identity);
    const raised = new Map<SourceID, FloorRecord>();
    for (const { subject, sequence: last } of await this.#roundAgo.of('IN', 'inputs', newest)) {
      const source = idIn<SourceID>(subject);
      const sequence = Math.min(this.#due.IN, last, before.get(source)?.sequence ?? Infinity); // by K1, K2
      if (sequence > this.#floorOf(source).sequence) raised.set(source, { sequence, row: await this.#rowBehind(subject, this.#floorOf(source), sequence) });
    }
    const needs = await inTurn(() => this.#raise(raised, this.#needed(uploads, identity)));
    const ends = newest.map(({ subject }) => {
      const source = idIn<SourceID>(subject);
      return { subject, source, sequence: Math.min(this.#floorOf(source).sequence, needs.get(source)?.sequence ?? Infinity) };
    });
    // What goes of all sources goes at once: a server drops a block with nothing left unread, and reads one with something left for each
    // source. A source that a replica which lags did not name has nothing before the newest entry it did name.
    const common = ends.reduce((least, { sequence }) => Math.min(least, sequence), newest.at(-1)?.sequence ?? 1);
    let purged = await bus.purge('IN', this.#all('IN'), common);
    for (const { subject, source, sequence } of ends) {
      if (sequence <= Math.max(common, this.#purgedTo.get(source) ?? 1)) continue;
      purged += await bus.purge('IN', subject, sequence);
      this.#purgedTo.set(source, sequence);
    }
    if (purged > 0) log.info({ stream: 'IN', sources: raised.size, entries: purged, heldBy: this.#heldBy.IN }, 'entries were purged');
  }

  /** By K6. */
  async #usable(): Promise<Map<Share, UploadRecord>> {
    const found = await Promise.all(
      Array.from(this.#uploads, async ([share, record]) => {
        const trails = await Promise.all(record.uploads.map((each) => trailsLog(this.#ports, each)));
        return [share, { ...record, uploads: record.uploads.filter((_, k) => trails[k]) }] as const;
      }),
    );
    return new Map(found);
  }

  #needed(uploads: ReadonlyMap<Share, UploadRecord>, identity: string): Map<SourceID, Need> {
    const needs = this.#needs.bySource(uploads, identity);
    this.#heldBy.IN = holderOf([...needs.values()], this.#due.IN);
    return needs;
  }

  /** The first row of which nothing lies before an entry, by what lies between the floor and there. Entries that were stored twice may come in any order. */
  async #rowBehind(subject: string, floor: FloorRecord, sequence: number): Promise<number> {
    // The entries of a tag query say who its members are, and have no rows.
    if (this.#records.get(idIn<NodeID>(subject))?.node.spec.nodeType === 'tag-query') return 0;
    const reader = await this.#ports.bus.read('IN', [subject], floor.sequence);
    let { row } = floor;
    try {
      // The newest entry of the subject is not before `sequence`, so the end is always met.
      for (let entries = await reader.take(); entries; entries = await reader.take()) {
        for (const entry of entries) {
          if (entry.sequence >= sequence) return row;
          const { first, count } = decodeFrame(entry.data, `${subject} at ${entry.sequence}`);
          row = Math.max(row, first + count);
        }
      }
    } finally {
      reader.close();
    }
    throw new Fault('NATS_UNREACHABLE', `${subject}: the reader of the log was closed`, { cure: 'check that nats-server runs', retry: true });
  }

  /** By K3 and K4. A node that came since the floors were worked out may need more; then the next round sees to it. */
  async #raise(raised: ReadonlyMap<SourceID, FloorRecord>, needs: ReadonlyMap<SourceID, Need>): Promise<ReadonlyMap<SourceID, Need>> {
    const due = [...raised].filter(([source, { sequence }]) => sequence <= (needs.get(source)?.sequence ?? Infinity));
    for (let at = 0; at < due.length; at += FLOORS_AT_ONCE) {
      await Promise.all(
        due.slice(at, at + FLOORS_AT_ONCE).map(async ([source, floor]) => {
          // Before the answer: if that is lost, nothing may begin below a floor that may stand.
          if (floor.sequence > this.firstOf(source).sequence) this.#begins.set(source, floor);
          await this.#floorBucket!.replace(source, floor, this.#floors.get(source)?.revision ?? 0);
          const found = (await this.#floorBucket!.get(source))!;
          this.#floors.set(source, { ...found.value, revision: found.revision });
        }),
      );
    }
    return needs;
  }

  async #purgeOutputs({ firstSequence }: StreamState): Promise<void> {
    const { bus, subjects, log } = this.#ports;
    const due = this.#due.OUT;
    this.#heldBy.OUT = null;
    if (due <= firstSequence) return;
    let purged = 0;
    const silent: Need[] = [];
    for (const slot of new Set(Array.from(this.#records.values(), (record) => record.slot))) {
      // What a retired node gave out last holds nothing back; the purge of what is running takes it along.
      const newest = await this.#roundAgo.of('OUT', `outputs ${slot}`, await bus.lastOfEach('OUT', [subjects.outputs(slot)]));
      const [oldest] = newest.filter(({ subject }) => !this.#records.get(idIn<NodeID>(subject))?.isRetired); // by K2
      const leases = await this.#roundAgo.of('OUT', `leases ${slot}`, await bus.lastOfEach('OUT', [subjects.lease(slot), subjects.shareLeases(slot)]));
      if (oldest) purged += await bus.purge('OUT', subjects.outputs(slot), Math.min(due, oldest.sequence));
      for (const { subject, sequence } of leases) purged += await bus.purge('OUT', subject, Math.min(due, sequence));
      if (oldest && oldest.sequence > 1 && oldest.sequence < due) silent.push({ slot, sequence: oldest.sequence, node: idIn<NodeID>(oldest.subject), why: 'its newest frame is that old' });
    }
    const [first] = silent.toSorted((a, b) => a.sequence - b.sequence);
    this.#heldBy.OUT = first ?? null;
    if (purged > 0) log.info({ stream: 'OUT', entries: purged, heldBy: this.#heldBy.OUT }, 'entries were purged');
  }

  #all(stream: PurgedStream): string {
    const { subjects } = this.#ports;
    return stream === 'IN' ? subjects.inputs('*' as Slot) : subjects.outputs('*' as Slot);
  }
}

/** Who needs entries that are due. */
function holderOf(needs: readonly Need[], due: number): StreamReport['heldBy'] {
  const [neediest] = needs.toSorted((a, b) => a.sequence - b.sequence);
  return neediest && neediest.sequence < due ? neediest : null;
}
