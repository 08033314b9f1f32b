// A lane is a plan together with how far it has read the log. It computes; it never waits, writes or knows the time.
// A1. Rows of a source are numbered from its origin. A frame's rows that the lane has are skipped; a frame that begins beyond
//     them is a hole, behind which nothing of the source is looked at any more: who reads it stands still (LOG_GAP), the others go on.
//     So duplicates, retries and frame borders mean nothing.
// A2. A row a node has already committed is computed but not given out; its chain is compared with the committed one, so a
//     replay that differs stops the node before anything of it is written, and all that read it (REPLAY_DIVERGED); the others go on.
// A3. The state is a pure function of the entries applied, whatever batches they came in.
// A4. When a node halts, of it and of all that read it only rows before that time are given out. Such a lane goes on for the others,
//     and is no good to continue the halted ones from.
// A5. The members of a tag query are told by entries of its own. All rows before such an entry are decided with the members before it, and
//     what it lets be decided is decided at once, so that members follow from the entries as rows do.
// A6. It has a landmark only while every row it has given out stands at that entry or before, and every row of its nodes behind that entry is
//     one it has yet to compute. Frames it gave out and nobody said are stored, and rows it computes again, leave it without one. Lanes of one
//     owner that become one have the later of theirs, if each has one: behind its own, no lane's nodes have a row that it does not know.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { decodeFrame, type Frame } from '#bus/frame.ts';
import type { LogEntry, StoredEntry } from '#bus/bus.ts';
import { markOf } from '#bus/entry-mark.ts';
import { idIn } from '#bus/subjects.ts';
import type { SourceID } from '#domain/bar.ts';
import { Fault, isFault } from '#domain/fault.ts';
import type { DeclaredNode, NodeID } from '#domain/node-spec.ts';
import { type Origin, viewIdOf } from '#domain/origin.ts';
import { PartNames, type Parts, PartsWriter } from '#domain/parts.ts';
import { sha256 } from '#domain/sha256.ts';
import { type NodeBytes, nodeBytesOf } from '#telemetry/node-bytes.ts';
import { beat } from '#telemetry/pulse.ts';
import { assemble, type Assembly, type Counts, sourcesAbove, withDownstream, withUpstreams } from './assemble.ts';
import type { Standstill } from './halt.ts';
import { chainsIn, type Given, givenBy, HEAD_PART, headOf, type Landmark, writeHead } from './lane-head.ts';
import { collect, type Committed, newOutput, type NodeFrame, type Output, resumeOutput, takeFramesOf } from './lane-output.ts';
import type { Released } from './lease.ts';
import { inputOf, type Membership, membersIn } from './members-entry.ts';
import { gapFault, newStaged, stage, type Staged } from './staged.ts';
import { Standstills } from './standstills.ts';
import { type Unable, unableFor } from './unable.ts';
import { type Origins, type View, viewOf } from './view.ts';

/** Rows the plan takes in one call; also the most it holds for one source before it must run. */
const CHUNK_ROWS_MAX = 512;
const CHUNK_ROWS_MIN = 64; // fewer, and the calls cost as much as the rows
/** Of rows and nodes: each page has room for a chunk, and that of a hundred thousand nodes takes longer to lay out than to fill. */
const CHUNK_CELLS_MAX = 65_536;
/** Of a side of a join, for the others: two years of bars a minute. A side that is silent for that long is not late. */
export const WAITING_ROWS_MAX = 2 ** 20;

export class Lane {
  /** Every node the lane computes, in topological order … */
  readonly nodes: readonly DeclaredNode[];
  /** … and those whose rows it gives out. */
  readonly published: ReadonlySet<NodeID>;
  /** The same as a list, always the same one. */
  readonly publishedIds: readonly NodeID[];
  readonly #chunkRowsMax: number;
  readonly #origins: Origins;
  readonly #view: View;
  readonly #assembly: Assembly;
  readonly #outputs = new Map<NodeID, Output>();
  /** Of all outputs, one behind the other. */
  readonly #chains: Uint32Array;
  readonly #given: Given;
  /** Of each source of the plan the outputs its rows may reach; a lane of many sources looks at no others when one of them brings rows. */
  readonly #reached: ReadonlyMap<string, readonly Output[]>;
  /** Rows that wait for the plan, by its keys. */
  readonly #staged = new Map<string, Staged>();
  readonly #keysOf = new Map<SourceID, string[]>();
  /** By the place a query has in IN: tells it, as often as the plan has it, who its members are. */
  readonly #queries = new Map<SourceID, ((told: Membership) => void)[]>();
  /** By A1, by the plan's keys of the sources. */
  readonly #holes = new Map<string, Fault>();
  /** By A2, the faults, and by what the plan calls them the nodes that stand still for those. */
  readonly #diverged: Fault[] = [];
  readonly #diverging = new Set<NodeID>();
  readonly #halts: Standstills;
  #nodeBytes: NodeBytes | undefined;
  #partNames: PartNames | undefined;
  /** Of the last one: the next takes about as many. */
  #checkpointBytes = 0;
  #inputSequence = 0;
  /** The entry at that place, or only its CRC. */
  #last: LogEntry | number | null = null;
  /** By A6. */
  #landmark: Landmark | undefined;
  #gapRows = 0;

  /** `published` are the nodes whose rows this lane gives out; `origins` tells where those begin that do not begin with their sources. */
  constructor(nodes: readonly DeclaredNode[], published: ReadonlySet<NodeID>, origins: Origins = new Map()) {
    this.nodes = nodes;
    this.#chunkRowsMax = Math.max(CHUNK_ROWS_MIN, Math.min(CHUNK_ROWS_MAX, Math.floor(CHUNK_CELLS_MAX / nodes.length)));
    this.#origins = origins;
    this.#view = viewOf(nodes, published, origins);
    this.#assembly = assemble(this.#view.nodes, this.#chunkRowsMax, undefined, this.#view.keyOf);
    this.#assembly.plan.boundWaiting(WAITING_ROWS_MAX);
    this.#halts = new Standstills(this.#assembly, this.#view);
    for (const [key, { source, firstRow }] of this.#view.sources) {
      this.#staged.set(key, newStaged(firstRow, this.#assembly.plan.columnsOf(key)));
      this.#keysOf.set(source, [...(this.#keysOf.get(source) ?? []), key]);
    }
    this.#followQueries();
    const given = this.#assembly.computed.flatMap(({ id: viewId, spec }) => {
      const id = this.#view.idOf(viewId);
      return published.has(id) && viewIdOf(id, origins.get(id)) === viewId ? [{ id, viewId, width: 1 + spec.schema.outputs.length }] : [];
    });
    this.#chains = new Uint32Array(given.reduce((sum, { width }) => sum + width, 0));
    this.#given = givenBy(given.map(({ viewId }) => viewId), given.map(({ width }) => width));
    let at = 0;
    for (const { id, viewId, width } of given) {
      this.#outputs.set(id, newOutput(id, viewId, this.#chains.subarray(at, (at += width))));
    }
    this.published = new Set(this.#outputs.keys());
    this.publishedIds = [...this.published];
    const sourcesOf = sourcesAbove(this.#view.nodes);
    const reached = new Map<string, Output[]>(Array.from(this.#staged.keys(), (key) => [key, []]));
    for (const output of this.#outputs.values()) {
      for (const source of sourcesOf.get(output.viewId)!) for (const key of this.#keysOf.get(source)!) reached.get(key)!.push(output);
    }
    this.#reached = reached;
  }

  /** True when it gives out the node as one with this origin. */
  gives(id: NodeID, origin: Origin | undefined): boolean {
    return this.#outputs.get(id)?.viewId === viewIdOf(id, origin);
  }

  /** What the log has beyond what this lane has computed again; a lane that continues this one must not write it either. */
  get committed(): ReadonlyMap<NodeID, Committed> {
    return new Map([...this.#outputs].flatMap(([id, { committed }]) => (committed ? [[id, committed]] : [])));
  }

  /** True while it computes again what the log has. */
  get isReplaying(): boolean {
    for (const { committed } of this.#outputs.values()) if (committed) return true;
    return false;
  }

  /** By A6. */
  get landmark(): Landmark | undefined {
    return this.isReplaying ? undefined : this.#landmark;
  }

  /** The log holds all it gave out, the newest of that in this entry. */
  stored(entry: StoredEntry): void {
    this.#landmark = markOf(entry);
  }

  /** Sequence in IN of the newest entry applied. */
  get inputSequence(): number {
    return this.#inputSequence;
  }

  /** Rows that are missing between what was committed before this lane and its own first ones. */
  get gapRows(): number {
    return this.#gapRows;
  }

  /** What it reads of IN: its sources, and the tag queries, whose entries say who their members are. */
  get inputs(): readonly SourceID[] {
    return [...this.#keysOf.keys(), ...this.#queries.keys()];
  }

  get residentBytes(): number {
    return this.#assembly.plan.residentBytes();
  }

  /** Rows each source has given so far. */
  rows(): number {
    let rows = 0;
    for (const keys of this.#keysOf.values()) rows += Math.max(...keys.map((key) => this.#staged.get(key)!.firstRow + this.#assembly.plan.sourceRows(key)));
    return rows;
  }

  /** Holes it met in its sources: a LOG_GAP for each. */
  get holes(): readonly Fault[] {
    return [...this.#holes.values()];
  }

  /** Nodes that came to stand still, those above before those below. */
  get standstills(): readonly (Standstill | Unable)[] {
    return [...this.#halts.all, ...[...this.holes, ...this.#diverged].flatMap((fault) => unableFor(fault, this.published, this.nodes))];
  }

  /** Where the lane, or some of what it gives out, stands: in a form that two lanes at one place have in common. */
  stand(nodes: Iterable<NodeID> = this.published): Released {
    const ids = [...nodes].toSorted();
    const chains = createHash('sha256');
    for (const id of ids) chains.update(this.#outputs.get(id)!.chains);
    return { inputSequence: this.#inputSequence, nodes: sha256(ids.map((id) => this.#outputs.get(id)!.viewId).join()), chains: chains.digest('hex') };
  }

  /** From here on the lane gives out what the log does not have; what it computed before, the log has. */
  resume(committed: ReadonlyMap<NodeID, Committed>): void {
    if (committed.size > 0) this.#landmark = undefined;
    for (const [id, output] of this.#outputs) {
      const known = committed.get(id);
      assert(output.count === 0 && (output.next === undefined || output.next <= (known?.next ?? 0)), 'a lane that followed may not lead the log');
      if (!known) continue;
      output.next ??= this.#nextOf(output); // one that was restored, and had no row since
      this.#sparing(output, () => resumeOutput(output, known));
    }
  }

  /** Number of a node's next row; undefined before its first. */
  #nextOf({ viewId }: Output): number | undefined {
    const { plan } = this.#assembly;
    const { first, count } = plan.rowsOf(viewId);
    return first + count > plan.warmup(viewId) ? first + count : undefined;
  }

  /** True when it has computed rows that the log does not have. A checkpoint trails the log, so then the log has lost its end. */
  leads(committed: ReadonlyMap<NodeID, Committed>): boolean {
    return [...this.#outputs.values()].some((output) => (this.#nextOf(output) ?? 0) > (committed.get(output.id)?.next ?? 0));
  }

  /** How far a node's rows are given out; undefined before the first, and while some are not given out yet, or are computed again. */
  given(id: NodeID): Committed | undefined {
    const output = this.#outputs.get(id)!;
    if (output.committed || output.count > 0) return undefined;
    const next = this.#nextOf(output);
    return next === undefined ? undefined : { next, chains: output.chains.slice() };
  }

  /** Rows that were late or missing so far, by the nodes that count them and are given out. */
  counts(): Readonly<Record<NodeID, Counts>> {
    const counted: Record<NodeID, Counts> = {};
    for (const { id, viewId } of this.#outputs.values()) {
      const node = this.#assembly.counting.get(viewId);
      if (node) counted[id] = node.counts();
    }
    return counted;
  }

  /** Bytes of the page and state of each node whose rows it gives out. A plan's memory is laid out once, so they are counted once. */
  nodeBytes(): NodeBytes {
    return (this.#nodeBytes ??= nodeBytesOf(Array.from(this.#outputs.values(), ({ id, viewId }) => [id, this.#assembly.plan.residentBytes(viewId)])));
  }

  /** Applies entries of IN in order. Throws FRAME_INVALID. */
  apply(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      if (entry.sequence <= this.#inputSequence) continue;
      const id = idIn<SourceID>(entry.subject);
      // A source none of our nodes reads shares the slot's filter; its rows are not ours to look at.
      const keys = this.#keysOf.get(id);
      if (keys) {
        const frame = decodeFrame(entry.data, `${entry.subject} at ${entry.sequence}`);
        for (const key of keys) this.#stage(key, id, frame);
      }
      if (this.#queries.has(id)) this.#turn(id, membersIn(entry));
      this.#inputSequence = entry.sequence;
      this.#last = entry;
    }
    this.#flushAll();
  }

  /** What the nodes it gives out would say if `values`, t and then its features, were the next row of a source. Nothing is kept (K1 in kernels/peek.ts). */
  peek(source: SourceID, values: Float64Array): Map<NodeID, readonly number[]> {
    const told = new Map<NodeID, readonly number[]>();
    for (const key of this.#keysOf.get(source) ?? []) {
      const peek = this.#assembly.plan.peek(key, values);
      for (const { id, viewId } of this.#outputs.values()) if (peek.has(viewId)) told.set(id, peek.get(viewId)!);
    }
    return told;
  }

  /** The log has no entry up to `sequence` any more that was not applied. */
  pass(sequence: number): void {
    assert(sequence >= this.#inputSequence, 'a lane does not go back');
    if (sequence > this.#inputSequence) this.#last = null;
    this.#inputSequence = sequence;
  }

  /** What was computed since the last call and is not committed yet, as frames in the order they must be written. */
  takeFrames(epoch: number): NodeFrame[] {
    const frames: NodeFrame[] = [];
    for (const output of this.#outputs.values()) takeFramesOf(output, epoch, this.#inputSequence, frames);
    if (frames.length > 0) this.#landmark = undefined;
    return frames;
  }

  /** The whole state as checkpoint parts; `log` names the log it belongs to. Only right after takeFrames(): nothing may be pending. */
  checkpoint(log: string): Parts {
    const { plan } = this.#assembly;
    this.#partNames ??= new PartNames([HEAD_PART, ...plan.blockIds]);
    const writer = new PartsWriter(this.#partNames, this.#checkpointBytes);
    writer.add(writeHead({ log, inputSequence: this.#inputSequence, mark: this.#mark(), landmark: this.landmark ?? null, ...this.#given }, this.#chains));
    plan.writeSnapshot(writer);
    const parts = writer.parts();
    this.#checkpointBytes = parts.bytes.length;
    return parts;
  }

  #mark(): number | null {
    return this.#last === null || typeof this.#last === 'number' ? this.#last : (this.#last = crc32(this.#last.data));
  }

  /** Continues from the parts of one checkpoint, or of several taken at the same input sequence. Throws CHECKPOINT_DAMAGED. */
  restore(...checkpoints: readonly Parts[]): void {
    const landmarks: (Landmark | undefined)[] = [];
    for (const [k, parts] of checkpoints.entries()) {
      const head = headOf(parts);
      assert(k === 0 || head.inputSequence === this.#inputSequence, 'checkpoints of one lane must stand at one input sequence');
      this.#inputSequence = head.inputSequence;
      this.#last ??= head.mark ?? null;
      landmarks.push(head.landmark ?? undefined);
      const chainsOf = chainsIn(head);
      for (const { viewId, chains } of this.#outputs.values()) chains.set(chainsOf.get(viewId) ?? []);
    }
    this.#landmark = landmarks.reduce((later, each) => later && each && (each.sequence > later.sequence ? each : later)); // by A6
    // Two lanes that share an upstream both kept its page; the one with the longer history serves every reader.
    const longest = (id: string): Uint8Array | undefined => checkpoints.map((parts) => parts.get(id)).reduce((best, page) => ((page?.length ?? 0) > (best?.length ?? 0) ? page : best));
    this.#assembly.plan.restore(checkpoints.length === 1 ? checkpoints[0]! : { get: longest });
  }

  /** A lane that gives out only some of what this one does, where this one stands. */
  only(own: ReadonlySet<NodeID>): Lane {
    const rest = new Lane(withUpstreams(own, this.nodes), own, this.#origins);
    rest.restore(this.checkpoint(''));
    rest.resume(new Map([...this.committed].filter(([id]) => own.has(id))));
    return rest;
  }

  #stage(key: string, id: SourceID, frame: Frame): void {
    if (this.#holes.has(key)) return; // by A1
    const staged = this.#staged.get(key)!;
    const have = staged.firstRow + this.#assembly.plan.sourceRows(key) + staged.count;
    if (frame.first > have) return void this.#holes.set(key, gapFault(id, have, frame.first));
    let from = have - frame.first; // by A1
    while (from < frame.count) {
      const rows = Math.min(frame.count - from, this.#chunkRowsMax - staged.count);
      stage(staged, frame, from, rows);
      from += rows;
      if (staged.count === this.#chunkRowsMax) this.#flush(key);
    }
  }

  /** By A5, until the first entry a query has the members that entry names. */
  #followQueries(): void {
    const byId = new Map(this.#view.nodes.map((node) => [node.id, node]));
    for (const [viewId, query] of this.#assembly.queries) {
      const { members: all = [], firstMembers = [] } = byId.get(viewId)!;
      const viewOfMember = new Map(all.map((member) => [this.#view.idOf(member), member]));
      const turn = ({ members, behind }: Membership): void => query.turnTo(members.map((member) => viewOfMember.get(member) ?? member), behind);
      const input = inputOf(this.#view.idOf(viewId));
      turn({ members: firstMembers, behind: 0 });
      this.#queries.set(input, [...(this.#queries.get(input) ?? []), turn]);
    }
  }

  /** By A5. */
  #turn(query: SourceID, told: Membership): void {
    this.#flushAll();
    for (const turn of this.#queries.get(query)!) turn(told);
    this.#assembly.plan.rerun(() => this.#collect(this.#outputs.values()));
  }

  #flushAll(): void {
    for (const key of this.#staged.keys()) this.#flush(key);
  }

  #flush(key: string): void {
    const staged = this.#staged.get(key)!;
    if (staged.count === 0) return;
    this.#assembly.plan.append(key, staged.columns, 0, staged.count, () => this.#collect(this.#reached.get(key)!));
    staged.count = 0;
    beat();
  }

  #collect(outputs: Iterable<Output>): void {
    this.#halts.notice();
    for (const output of outputs) {
      if (!this.#diverging.has(output.viewId)) this.#sparing(output, () => void (this.#gapRows += collect(output, this.#halts.rowsOf(output.viewId))));
    }
  }

  /** By A2, does something that shows whether a replay differs; then nothing of the node is given out any more, nor of what reads it. */
  #sparing(output: Output, run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!isFault(error) || error.code !== 'REPLAY_DIVERGED') throw error;
      this.#diverged.push(error);
      for (const id of withDownstream([output.viewId], this.#view.nodes)) this.#diverging.add(id);
      for (const each of this.#outputs.values()) if (this.#diverging.has(each.viewId)) each.count = 0;
    }
  }
}
