// What the owner of a slot's first share does before the slot is whole again: it goes along with the other shares while their owners run,
// so that their nodes stand still only for a few messages when they become its own.
// Absent: when the slot is whole (dag/divisions.ts), and what of this does not come (it is warmed, S5 in slot.ts).
import type { Fence, LogEntry, LogReader } from '#bus/bus.ts';
import type { Share, Slot } from '#bus/subjects.ts';
import { isFault } from '#domain/fault.ts';
import type { NodeID } from '#domain/node-spec.ts';
import { untilUploadedFor, uploadsOf } from './depot.ts';
import { FOLLOW_POLL_MS, Follower } from './follower.ts';
import type { Lane } from './lane.ts';
import { committedOf, restoreUpload } from './recover.ts';
import type { Runnable, SlotPorts } from './slot-terms.ts';

/** What is still on its way is waited for no longer, while the slot stands still. */
const LATE_MS = 500;

/** The owner, once all of the slot is its own. */
export interface Heir {
  readonly main: Lane;
  readonly fence: Fence;
  /** The nodes that may run. */
  readonly wanted: ReadonlySet<NodeID>;
  /** Computes and stores. */
  readonly step: (lane: Lane, entries: readonly LogEntry[]) => Promise<void>;
  /** By S9 of slot.ts, runs something for the nodes of a lane; undefined when they cannot go on. */
  readonly spare: (lane: Lane, run: () => Promise<boolean>) => Promise<boolean | undefined>;
}

export interface GatheringTerms {
  readonly slot: Slot;
  readonly shares: ReadonlyMap<Share, Runnable>;
  /** The handover their owners upload for. */
  readonly handover: number;
  readonly logIdentity: string;
  readonly read: (lane: Lane) => Promise<LogReader>;
  /** Where the owner's own lane stands: a lane that is beyond it cannot join it. */
  readonly reached: () => number;
}

export class Gathering {
  readonly #ports: SlotPorts;
  readonly #terms: GatheringTerms;
  /** That have stopped, and stand where they came. */
  readonly #followers: Follower[] = [];
  /** Shares that are as near as they get, or are not followed at all. */
  readonly #settled = new Set<Share>();
  readonly #ended: Promise<unknown>;
  #isOver = false;
  /** What stops later is nobody's. */
  #isClosed = false;

  constructor(ports: SlotPorts, terms: GatheringTerms) {
    this.#ports = ports;
    this.#terms = terms;
    this.#ended = Promise.all(Array.from(terms.shares, ([share, runnable]) => this.#follow(share, runnable)));
  }

  get isReady(): boolean {
    return this.#settled.size === this.#terms.shares.size;
  }

  /** Ends it. Answers the lanes that came to where the owner's own is, when they are the owner's by now. */
  async end(heir?: Heir): Promise<readonly Lane[]> {
    this.#isOver = true;
    await Promise.race([this.#ended, this.#ports.clock.sleep(LATE_MS)]);
    this.#isClosed = true;
    try {
      return heir ? await this.#handOver(heir) : [];
    } finally {
      for (const follower of this.#followers) follower.close();
    }
  }

  async #handOver({ main, fence, wanted, step, spare }: Heir): Promise<Lane[]> {
    const fit = this.#followers.filter(({ lane }) => lane.standstills.length === 0 && lane.publishedIds.every((id) => wanted.has(id)));
    if (fit.length === 0) return [];
    const committed = await committedOf(this.#ports, this.#terms.slot, new Set(fit.flatMap(({ lane }) => lane.publishedIds)), fence);
    const came: Lane[] = [];
    for (const follower of fit) {
      const { lane } = follower;
      const isThere = await spare(lane, async () => {
        if (lane.leads(committed)) return false;
        lane.resume(committed);
        await follower.advance(main.inputSequence, LATE_MS, (entries) => step(lane, entries));
        return lane.inputSequence === main.inputSequence && lane.standstills.length === 0;
      });
      if (isThere) came.push(lane);
    }
    return came;
  }

  async #follow(share: Share, runnable: Runnable): Promise<void> {
    const { clock, log } = this.#ports;
    const { handover, logIdentity, read, reached } = this.#terms;
    let follower: Follower | undefined;
    try {
      await untilUploadedFor(this.#ports, share, handover, () => this.#isOver);
      if (this.#isOver) return;
      const uploads = (await uploadsOf(this.#ports, share, logIdentity, runnable.sharesMost)).filter(({ inputSequence }) => inputSequence <= reached());
      const begun = await restoreUpload(this.#ports, share, runnable, uploads);
      if (!begun || this.#isOver) return;
      follower = new Follower(this.#ports, share, begun.lane, await read(begun.lane), true);
      for (; !this.#isOver; await clock.sleep(FOLLOW_POLL_MS)) {
        await follower.keepUp(reached());
        this.#settled.add(share);
      }
      if (this.#isClosed) follower.close();
      else this.#followers.push(follower);
    } catch (error) {
      follower?.close();
      if (!isFault(error)) throw error;
      log.warn({ share, reason: error.message }, 'a share is not followed; its nodes are warmed once the slot is whole');
    } finally {
      this.#settled.add(share);
    }
  }
}
