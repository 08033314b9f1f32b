// Reads everything the cluster writes and holds it against the batch run, while it is written.
// Q1. Every row of every node is there once, in order, with the batch run's bits.
// Q2. Every frame bears the epoch of the lease that stood when it was stored.
// Q3. Orders are rows of accounts, so Q1 is theirs: each is there once, and they are counted.
// Absent: what happens to the cluster (faults.ts). The reader goes straight to the log, past the drill's proxies.
import { Owners } from '#actors/owners.ts';
import type { Bus, LogReader } from '#bus/bus.ts';
import { decodeFrame } from '#bus/frame.ts';
import { idIn, type Slot, type Subjects } from '#bus/subjects.ts';
import type { Clock } from '#clock/clock.ts';
import { sourceId, type SourceID } from '#domain/bar.ts';
import type { NodeID } from '#domain/node-spec.ts';
import { PAPER_OUTPUTS } from '#broker/paper.ts';
import { Truth } from './truth.ts';
import type { Instrument } from './workload.ts';

/** Rows of an instrument that had one this lately flow, where they come faster than ROWS_OF_SILENCE in that time. */
export const FLOWING_MS = 250;
const ROWS_OF_SILENCE = 3;
const VIOLATIONS_MAX = 20; // one cause brings many
const ORDER_COLUMN = 1 + PAPER_OUTPUTS.indexOf('orderQuantity');

interface Watched {
  readonly truth: Truth;
  readonly instrument: number;
  readonly source: SourceID;
  readonly isAccount: boolean;
  /** Number of the row that comes next; undefined before the first. */
  next: number | undefined;
}

export interface Tally {
  readonly rows: number;
  readonly frames: number;
  readonly orders: number;
  readonly leases: number;
}

export class Checker {
  readonly #subjects: Subjects;
  readonly #clock: Clock;
  readonly #truths: readonly Truth[];
  readonly #watched = new Map<NodeID, Watched>();
  readonly #owners = new Owners();
  readonly #violations: string[] = [];
  /** When the newest row of each instrument came. */
  readonly #cameMs: number[];
  readonly #longestMs: number[];
  /** Nodes of each instrument whose last row has yet to come. */
  readonly #openNodes: number[];
  #resumedMs = Number.NEGATIVE_INFINITY;
  #unfinished = 0;
  #rows = 0;
  #frames = 0;
  #orders = 0;
  #leases = 0;
  #reader: LogReader | undefined;
  #reading: Promise<void> = Promise.resolve();
  #finished: () => void = () => {};
  readonly #done = new Promise<void>((resolve) => (this.#finished = resolve));

  /** Rows of an instrument that had one this lately flow, at the pace of the workload. */
  readonly flowingMs: number;

  constructor(subjects: Subjects, clock: Clock, instruments: readonly Instrument[], rowsPerSecond: number) {
    this.flowingMs = Math.max(FLOWING_MS, (ROWS_OF_SILENCE * 1_000) / rowsPerSecond);
    this.#subjects = subjects;
    this.#clock = clock;
    this.#truths = instruments.map((instrument) => new Truth(instrument));
    this.#cameMs = instruments.map(() => Number.NaN);
    this.#longestMs = instruments.map(() => 0);
    this.#openNodes = this.#truths.map((truth) => truth.nodes.length);
    for (const [k, truth] of this.#truths.entries()) {
      const accounts = new Set(instruments[k]!.specs.map((spec) => spec.target?.account));
      for (const node of truth.nodes) this.#watched.set(node, { truth, instrument: k, source: sourceId(instruments[k]!.source), isAccount: accounts.has(node), next: undefined });
    }
    this.#unfinished = this.#watched.size;
  }

  /** Begins to read, from the first entry. */
  async start(bus: Bus): Promise<void> {
    const every = '*' as Slot;
    this.#reader = await bus.read('OUT', [this.#subjects.output(every, '*' as NodeID), this.#subjects.lease(every), this.#subjects.shareLeases(every)], 1);
    this.#reading = this.#read(this.#reader);
  }

  /** True when the last row of every node came, false when that did not happen in time. */
  async finished(waitMs: number): Promise<boolean> {
    const waited = new AbortController();
    const late = this.#clock.sleep(waitMs, waited.signal).then(
      () => false,
      () => false,
    );
    const isDone = await Promise.race([this.#done.then(() => true), late]);
    waited.abort();
    if (!isDone) for (const [node, { next, truth }] of this.#watched) if ((next ?? 0) < truth.rowsInAll) this.#accuse(`node ${node.slice(0, 16)} has ${next ?? 'no'} rows of ${truth.rowsInAll}`);
    return isDone;
  }

  async stop(): Promise<void> {
    this.#reader?.close();
    await this.#reading;
  }

  get violations(): readonly string[] {
    return this.#violations;
  }

  get tally(): Tally {
    return { rows: this.#rows, frames: this.#frames, orders: this.#orders, leases: this.#leases };
  }

  /** The longest time without a row of an instrument since this was asked last, the present one included. */
  takeLongestPauseMs(): number {
    const nowMs = this.#clock.monotonicMs();
    const longest = Math.max(...this.#cameMs.map((cameMs, k) => Math.max(this.#longestMs[k]!, this.#isOver(k) || Number.isNaN(cameMs) ? 0 : nowMs - cameMs)));
    this.#longestMs.fill(0);
    return longest;
  }

  /** Milliseconds since the instrument that is silent longest had its newest row. */
  silentMs(): number {
    const nowMs = this.#clock.monotonicMs();
    return Math.max(0, ...this.#cameMs.map((cameMs, k) => (this.#isOver(k) || Number.isNaN(cameMs) ? 0 : nowMs - cameMs)));
  }

  /** When an instrument that had been silent for longer than flowingMs had a row again, for the last time. */
  get resumedMs(): number {
    return this.#resumedMs;
  }

  #isOver(instrument: number): boolean {
    return this.#openNodes[instrument] === 0;
  }

  async #read(reader: LogReader): Promise<void> {
    for (let entries = await reader.take(); entries; entries = await reader.take()) {
      for (const { subject, sequence, data } of entries) {
        if (this.#owners.heard(subject, sequence, data)) this.#leases++;
        else this.#frame(subject.split('.')[3]!, idIn<NodeID>(subject), data, `${subject} at ${sequence}`);
      }
    }
  }

  #frame(slot: string, node: NodeID, data: Uint8Array, where: string): void {
    const watched = this.#watched.get(node);
    if (!watched) return;
    const { first, count, epoch, columns } = decodeFrame(data, where);
    const nowMs = this.#clock.monotonicMs();
    const { truth, instrument } = watched;
    if (watched.next === undefined) watched.next = truth.firstRowOf(node) ?? 0;
    if (first !== watched.next) this.#accuse(`${where}: row ${first} follows row ${watched.next - 1}: rows are ${first > watched.next ? 'missing' : 'doubled'}`);
    else {
      const differs = truth.compare(node, first, columns);
      if (differs !== undefined) this.#accuse(`${where}: ${differs}`);
    }
    const standing = this.#owners.epochOf(slot, watched.source);
    if (epoch !== standing) this.#accuse(`${where}: written under epoch ${epoch}, and ${standing} stood`);
    if (watched.next < truth.rowsInAll && first + count >= truth.rowsInAll) {
      this.#openNodes[instrument]!--;
      if (--this.#unfinished === 0) this.#finished();
    }
    watched.next = Math.max(watched.next, first + count);
    if (watched.isAccount) this.#orders += columns[ORDER_COLUMN]!.reduce((orders, quantity) => orders + (quantity !== 0 && !Number.isNaN(quantity) ? 1 : 0), 0);
    this.#rows += count;
    this.#frames++;
    const before = this.#cameMs[instrument]!;
    if (nowMs - before > this.flowingMs) this.#resumedMs = nowMs;
    if (!Number.isNaN(before)) this.#longestMs[instrument] = Math.max(this.#longestMs[instrument]!, nowMs - before);
    this.#cameMs[instrument] = nowMs;
  }

  #accuse(violation: string): void {
    if (this.#violations.length < VIOLATIONS_MAX) this.#violations.push(violation);
  }
}
