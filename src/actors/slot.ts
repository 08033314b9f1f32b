// The owner of one slot, or of one share of a slot that is divided: takes its lease, restores its lane, reads its rows, computes, commits. One step is in flight at a time;
// whatever arrives meanwhile goes into the next.
//
//   take a batch → lane.apply → fenced append of every frame → all answered → progress stands → now and then a checkpoint
//
// S1. Nothing counts as progress before the log holds it: the next step begins only when every frame of this one is stored.
// S2. Every write carries the lease's sequence as its fence. An owner that was passed finds out at its next write and stops.
// S3. The checkpoint is taken between steps, so it never leads the log. It needs no outbox: what it lacks is recomputed.
// S4. Where the outputs stand is read from the log itself, after the lease is taken and never before: a write of the last owner
//     that was still on its way is then either stored and seen, or refused.
// S5. A node new to the slot is computed from the origin, or from an upload that has it, in a lane of its own while the others run on, and joins them at an
//     input both have reached. Its readers never see a half-warm value.
// S6. A node that halts, or whose source has a hole (A1 in lane.ts), is taken out of its lane, with all that read it, and the others run on. What becomes of it then is in
//     quarantine.ts; when it may run again it is a new node, by S5.
// S7. An owner that is told to stop says in its lease how far it came, so that the next one goes on from there at once.
// S8. A node that is wanted no more is dropped between two steps, and so is its state. One of its id that comes later is another one; so is a tag query,
//     with what reads it, that is wanted with members it was not made with. It gives again what it gave, for who counted when is in the log.
// S9. What a lane that warms cannot get over stops the nodes it is for, as if they had halted, and no others. Only a log that does not answer
//     and another owner are everybody's business.
// S10. A slot is divided, and made whole, by the owner of its first share, between two steps and in its lease (L3, L4 in lease.ts). From that
//      entry on it writes no row of another share; what becomes its own again it has gone along with (gathering.ts), or it warms it like any new node.
// Absent: how a step is stored (commit.ts), how an owner begins (recover.ts) or gets ready to (standby.ts), which slots to own (supervisor), restarting after a failure (supervisor), retention (cluster).
import type { LogEntry, LogReader } from '#bus/bus.ts';
import { type Division, indexIn, slotIn } from '#bus/shares.ts';
import type { Share, Slot } from '#bus/subjects.ts';
import { Fault, isFault } from '#domain/fault.ts';
import type { DeclaredNode, NodeID } from '#domain/node-spec.ts';
import { viewIdOf } from '#domain/origin.ts';
import { Load } from '#telemetry/load.ts';
import { nodeBytesOf } from '#telemetry/node-bytes.ts';
import { withUpstreams } from './assemble.ts';
import { Beginnings } from './beginnings.ts';
import { Checkpoints } from './checkpoints.ts';
import { commit } from './commit.ts';
import { uploadsOf } from './depot.ts';
import { Gathering } from './gathering.ts';
import { leftBy } from './heritage.ts';
import { inputSubjects } from './inputs.ts';
import { Lane } from './lane.ts';
import { divide, isDivided, releaseLease, type Tenure } from './lease.ts';
import { Quarantine } from './quarantine.ts';
import { begin, type BegunOwner, committedOf, restoreUpload } from './recover.ts';
import { Silence } from './silence.ts';
import { OWNER, type Part, type SlotPorts, type SlotSettings, type SlotStatus, type Wanted } from './slot-terms.ts';
import { Standby } from './standby.ts';
import { Uploader } from './uploader.ts';
import { unableFor } from './unable.ts';
import { readerClosed, Warming } from './warming.ts';

/** Bounds what a step holds: its outputs are a few times its input. */
const STEP_BYTES_MAX = 4 * 2 ** 20;
/** A share's first owner waits for a single entry, and all it stands still meanwhile. */
const DIVIDED_POLL_MS = 5;

const NO_BYTES = nodeBytesOf([]);

export class SlotActor {
  readonly #ports: SlotPorts;
  readonly #settings: SlotSettings;
  readonly #share: Share;
  readonly #slot: Slot;
  readonly #beginnings: Beginnings;
  readonly #quarantine: Quarantine;
  #wanted: Wanted = { nodes: [], own: new Set(), origins: new Map() };
  #part: Part = OWNER;
  #state: SlotStatus['state'] = 'starting';
  #tenure: Tenure | undefined;
  #lane: Lane | undefined;
  #logIdentity = '';
  #restoredFrom: SlotStatus['restoredFrom'];
  #stopping = false;
  #nudge: () => void = () => {};
  readonly #checkpoints: Checkpoints;
  readonly #load: Load;
  readonly #uploader: Uploader;
  readonly #silence: Silence;
  #handedOver: number | undefined;
  #gathering: Gathering | undefined;

  constructor(ports: SlotPorts, share: Share, settings: SlotSettings, beginnings = new Beginnings(ports.clock)) {
    this.#beginnings = beginnings;
    this.#ports = ports;
    this.#settings = settings;
    this.#share = share;
    this.#slot = slotIn(share);
    this.#uploader = new Uploader(ports, share, settings.uploadEveryMs);
    this.#checkpoints = new Checkpoints(ports, share, settings);
    this.#load = new Load(ports.clock);
    this.#silence = new Silence(ports, share, settings.silentEveryMs);
    this.#quarantine = new Quarantine(ports, this.#slot, settings.member, () => this.#nudge());
  }

  /** What this slot shall compute, and as what. Takes effect between two steps. An owner never becomes a standby. */
  want(wanted: Wanted, part: Part = OWNER): void {
    this.#wanted = wanted;
    this.#quarantine.heard(wanted.quarantine ?? new Map());
    this.#part = part;
    this.#nudge();
  }

  /** Ends after the step in flight; run() then returns. */
  stop(): void {
    this.#stopping = true;
    this.#nudge();
  }

  status(): SlotStatus {
    const lane = this.#lane;
    const waiting = this.#waiting(lane);
    return {
      slot: this.#share,
      state: this.#state === 'running' && this.#gathering?.isReady ? 'gathered' : this.#state,
      epoch: this.#tenure?.fence.sequence ?? 0,
      nodes: this.#state === 'standby' || this.#state === 'ready' ? [] : !lane ? waiting : waiting.length === 0 ? lane.publishedIds : [...lane.publishedIds, ...waiting],
      waiting,
      inputSequence: lane?.inputSequence ?? 0,
      rows: lane?.rows() ?? 0,
      residentBytes: lane?.residentBytes ?? 0,
      busyRatio: this.#load.ratio,
      nodeBytes: lane?.nodeBytes() ?? NO_BYTES,
      counts: lane?.counts() ?? {},
      gapRows: lane?.gapRows ?? 0,
      restoredFrom: this.#restoredFrom,
    };
  }

  #waiting(lane: Lane | undefined): NodeID[] {
    return [...this.#quarantine.held(this.#wanted.nodes)].filter((id) => this.#wanted.own.has(id) && !lane?.published.has(id));
  }

  /** Runs the slot until stop(). Throws LEASE_LOST when another owner took it, and whatever makes going on impossible. */
  async run(): Promise<void> {
    try {
      const begun = this.#part.role === 'standby' ? await this.#standBy(this.#part.handover!) : await this.#begin();
      if (!begun) return;
      this.#tenure = begun.tenure;
      this.#logIdentity = begun.logIdentity;
      this.#lane = begun.lane;
      this.#restoredFrom = begun.from;
      await this.#steps(begun);
    } finally {
      this.#quarantine.stop();
      this.#state = 'stopped';
    }
  }

  /** Undefined when told to stop before. */
  async #begin(): Promise<BegunOwner | undefined> {
    await this.#untilDivided();
    return this.#beginnings.turn(async () => (this.#stopping ? undefined : begin(this.#ports, this.#share, this.#settings.member, this.#quarantine.runnable(this.#wanted))));
  }

  /** By S10, a share that is not the first waits until there is one. */
  async #untilDivided(): Promise<void> {
    while (indexIn(this.#share) > 0 && !this.#stopping && !(await isDivided(this.#ports, this.#slot, this.#wanted.division))) await this.#ports.clock.sleep(DIVIDED_POLL_MS);
  }

  /** Gets ready to own the slot, and owns it when told; undefined when told to stop before. */
  async #standBy(handover: number): Promise<BegunOwner | undefined> {
    this.#state = 'standby';
    const isOver = (): boolean => this.#stopping || this.#part.role === 'owner';
    const standby = await Standby.open(
      this.#ports,
      this.#share,
      { member: this.#settings.member, wanted: this.#quarantine.runnable(this.#wanted), handover, read: (lane) => this.#read([lane], lane.inputSequence + 1) },
      isOver,
    );
    this.#lane = standby.begun.lane;
    try {
      await standby.follow(isOver, () => (this.#state = 'ready'));
      await this.#untilDivided();
      return this.#stopping ? undefined : await standby.takeOver();
    } finally {
      standby.close();
    }
  }

  async #steps(begun: BegunOwner): Promise<void> {
    let { lane } = begun;
    let reader = begun.reader ?? (await this.#read([lane], lane.inputSequence + 1));
    // Who is told something meanwhile does not keep the one who told it waiting, least of all the next owner.
    if (!begun.reader && !this.#stopping) await Promise.race([this.#beginnings.gathered(), new Promise<void>((resolve) => (this.#nudge = resolve))]);
    let warming: Warming | undefined;
    let batch: Promise<readonly LogEntry[] | undefined> | undefined;
    /** What both lanes were held against last. */
    let looked: Wanted | undefined;
    this.#state = 'running';
    try {
      // One that followed as a standby may have met a row its nodes halt at.
      if (lane.standstills.length > 0) lane = await this.#takeOut(lane);
      for (;;) {
        // Made before anything is looked at: what changes from here on wakes the wait below.
        const nudged = new Promise<'nudged'>((resolve) => (this.#nudge = () => resolve('nudged')));
        if (this.#stopping) break;
        if (this.#part.handover !== undefined && this.#part.handover !== this.#handedOver) this.#upload(lane);
        const wanted = this.#wanted;
        if (wanted !== looked) {
          // A look at every node, which a step that computes a few of them must not pay for.
          looked = wanted;
          const isDividedOtherwise = wanted.division?.number !== this.#tenure!.divided?.number;
          // What it has under way bears the fence that is about to fall.
          if (warming && (isDividedOtherwise || !this.#areWanted(warming.lane))) {
            await warming.cancel();
            warming = undefined;
            this.#state = 'running';
          }
          if (isDividedOtherwise) await this.#redivide(lane, wanted.division);
          if (!this.#areWanted(lane)) lane = this.#drop(lane);
          lane = await this.#gather(lane, wanted);
          if (isDividedOtherwise) {
            reader.close();
            reader = await this.#read([lane], lane.inputSequence + 1);
            batch = undefined;
          }
        }
        if (!warming) warming = await this.#warm(lane);
        else if (warming.isNear) {
          const joined = await this.#finish(lane, warming, wanted);
          warming.close();
          warming = undefined;
          this.#state = 'running';
          if (!joined) continue;
          // The joined lane may read sources the old one did not. What the old reader holds is read again.
          lane = joined;
          reader.close();
          reader = await this.#read([lane], lane.inputSequence + 1);
          batch = undefined;
          this.#uploader.outdate();
          await this.#checkpoints.write(lane, this.#logIdentity);
          continue;
        }
        batch ??= reader.take();
        if (warming?.isNear) continue; // it came near while the step before was in flight
        const arrived = await Promise.race([batch, nudged, ...(warming ? [warming.done] : [])]);
        if (arrived === 'nudged' || (arrived === undefined && warming?.isNear)) continue;
        if (arrived === undefined) throw readerClosed(this.#slot);
        batch = undefined;
        await this.#step(lane, arrived);
        if (lane.standstills.length > 0) lane = await this.#takeOut(lane);
        const spoken = await this.#silence.speak(lane, () => this.#waiting(lane), this.#tenure!.fence);
        if (spoken) lane.stored(spoken);
        if (this.#uploader.isDue(lane.rows())) this.#upload(lane);
        if (this.#checkpoints.isDue(lane)) await this.#checkpoints.write(lane, this.#logIdentity);
      }
    } finally {
      warming?.close();
      reader.close();
      await this.#gathering?.end();
    }
    await this.#release(lane);
    await this.#checkpoints.write(lane, this.#logIdentity);
    await this.#uploader.settled;
  }

  /** By S7. The checkpoint comes after: whoever takes over does not wait for it. */
  async #release(lane: Lane): Promise<void> {
    // A lane that still computes again what the log has stands before the log's end, not at it.
    if (lane.isReplaying) return;
    try {
      await releaseLease(this.#ports, this.#share, this.#settings.member, this.#tenure!, lane.stand());
    } catch (error) {
      if (!isFault(error)) throw error;
      this.#ports.log.warn({ slot: this.#slot, reason: error.message }, 'the lease was not released; the next owner reads from the log how far the outputs are');
    }
  }

  async #step(lane: Lane, entries: readonly LogEntry[]): Promise<void> {
    for (let from = 0; from < entries.length; ) {
      let to = from;
      for (let bytes = 0; to < entries.length && bytes < STEP_BYTES_MAX; to++) bytes += entries[to]!.data.length;
      const taken = entries.slice(from, to);
      const { fence } = this.#tenure!;
      const frames = this.#load.compute(() => {
        lane.apply(taken);
        return lane.takeFrames(fence.sequence);
      });
      const newest = await commit(this.#ports, this.#slot, fence, frames);
      if (newest) lane.stored(newest);
      from = to;
    }
  }

  #read(lanes: readonly Lane[], fromSequence: number): Promise<LogReader> {
    return this.#ports.bus.read('IN', inputSubjects(this.#ports, this.#slot, this.#settings.slots, lanes, this.#wanted.division !== undefined), fromSequence);
  }

  /** By S10. Throws LEASE_LOST, also when this is a share of a division that is not wanted any more. */
  async #redivide(lane: Lane, division: Division | undefined): Promise<void> {
    if (indexIn(this.#share) > 0) throw new Fault('LEASE_LOST', `slot ${this.#slot} shall be divided otherwise than its share ${this.#share} knows`, { retry: true });
    this.#tenure = await divide(this.#ports, this.#slot, this.#settings.member, division, this.#tenure!, division && leftBy(lane, division));
  }

  /** By S10, goes along with the other shares as long as they are about to become its own; answers the lane with what came of that once they are. */
  async #gather(lane: Lane, { soon, division }: Wanted): Promise<Lane> {
    if (soon) {
      const read = (its: Lane): Promise<LogReader> => this.#read([lane, its], its.inputSequence + 1);
      this.#gathering ??= new Gathering(this.#ports, { slot: this.#slot, shares: soon, handover: -division!.number, logIdentity: this.#logIdentity, read, reached: () => this.#lane!.inputSequence });
      return lane;
    }
    const gathering = this.#gathering;
    this.#gathering = undefined;
    const came = await gathering?.end(division ? undefined : { main: lane, fence: this.#tenure!.fence, wanted: this.#quarantine.runnable(this.#wanted).own, step: (its, entries) => this.#step(its, entries), spare: (its, run) => this.#sparing(its.published, its.nodes, run) });
    if (!came || came.length === 0) return lane;
    this.#uploader.outdate();
    this.#checkpoints.outdate();
    return this.#join(lane, came, this.#wanted);
  }

  /** By S5, begins a lane for the wanted nodes that do not run yet; undefined when all run. */
  async #warm(lane: Lane): Promise<Warming | undefined> {
    const running = lane.published;
    const { own, nodes, origins } = this.#quarantine.runnable(this.#wanted);
    const missing = new Set([...own].filter((id) => !running.has(id)));
    if (missing.size === 0) return undefined;
    return this.#sparing(missing, withUpstreams(missing, nodes), async () => {
      this.#state = 'warming';
      // One that ran before, and stood still or was taken over half-way, goes on from where an upload has it.
      const uploads = (await uploadsOf(this.#ports, this.#share, this.#logIdentity, this.#wanted.sharesMost)).filter(({ inputSequence }) => inputSequence <= lane.inputSequence);
      const begun = await restoreUpload(this.#ports, this.#share, { nodes, own: missing, origins }, uploads);
      const committed = await committedOf(this.#ports, this.#share, missing, this.#tenure!.fence);
      const fresh = begun && !begun.lane.leads(committed) ? begun.lane : new Lane(withUpstreams(missing, nodes), missing, origins);
      fresh.resume(committed);
      const reader = await this.#read([lane, fresh], fresh.inputSequence + 1);
      return new Warming({ slot: this.#slot, lane: fresh, reader, step: (its, entries) => this.#step(its, entries), isStopping: () => this.#stopping }, lane);
    });
  }

  /** The lane of both, once the one that warms has come all the way; undefined when its nodes cannot go on, or the slot was told to stop. */
  #finish(lane: Lane, warming: Warming, wanted: Wanted): Promise<Lane | undefined> {
    const { published, nodes } = warming.lane;
    return this.#sparing(published, nodes, async () => {
      await warming.advance(lane.inputSequence);
      const { standstills } = warming.lane;
      if (standstills.length > 0) await this.#quarantine.note(standstills, nodes);
      else if (!this.#stopping) return this.#join(lane, [warming.lane], wanted); // else it may not have got there, and only lanes at one place can be joined
      return undefined;
    });
  }

  /** By S9, does something for nodes that do not run yet; undefined when they cannot. */
  async #sparing<T>(own: ReadonlySet<NodeID>, nodes: readonly DeclaredNode[], run: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
      return await run();
    } catch (error) {
      if (!isFault(error) || error.retry || error.code === 'LEASE_LOST') throw error;
      await this.#quarantine.note(unableFor(error, own, nodes), nodes);
      this.#state = 'running';
      this.#nudge(); // the others among them go on
      return undefined;
    }
  }

  /** One lane of all, at the input all have reached, made of what they were held against: what became wanted since waits for the next one. */
  #join(running: Lane, others: readonly Lane[], { nodes, origins }: Wanted): Lane {
    const lanes = [running, ...others];
    const own = new Set(lanes.flatMap(({ publishedIds }) => publishedIds));
    const joined = new Lane(withUpstreams(own, nodes), own, origins);
    for (const { published } of others) this.#quarantine.forgive(published);
    joined.restore(...lanes.map((lane) => lane.checkpoint(this.#logIdentity)));
    joined.resume(new Map(lanes.flatMap(({ committed }) => [...committed])));
    this.#lane = joined;
    return joined;
  }

  /** By S6, the lane without the nodes that halted and those that read them. */
  async #takeOut(lane: Lane): Promise<Lane> {
    await this.#quarantine.note(lane.standstills, lane.nodes);
    return (this.#lane = lane.only(this.#quarantine.runnable({ nodes: lane.nodes, own: lane.published, origins: this.#wanted.origins }).own));
  }

  #areWanted(lane: Lane): boolean {
    return [...lane.published].every((id) => this.#isWanted(lane, id));
  }

  #isWanted(lane: Lane, id: NodeID): boolean {
    const { own, origins } = this.#wanted;
    return own.has(id) && lane.gives(id, origins.get(id));
  }

  /** By S8, the lane without the nodes that nobody wants any more. */
  #drop(lane: Lane): Lane {
    this.#uploader.outdate();
    this.#checkpoints.outdate(); // behind the next step, which is waited for
    return (this.#lane = lane.only(new Set([...lane.published].filter((id) => this.#isWanted(lane, id)))));
  }

  /** Sends a checkpoint to where other members find it. */
  #upload(lane: Lane): void {
    const { handover } = this.#part;
    const { own, origins, kept } = this.#wanted;
    this.#handedOver = handover;
    this.#uploader.send(lane.checkpoint(this.#logIdentity), lane.rows(), { epoch: this.#tenure!.fence.sequence, handover, wanted: kept ?? new Set([...own].map((id) => viewIdOf(id, origins.get(id)))) });
  }
}
