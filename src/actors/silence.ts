// Speaks for nodes that give nothing: now and then a frame without rows says how far each of them is. The newest frame of a node stays in
// the log, and of a slot's outputs may go what lies before the oldest of those (K2 in dag/retention.ts): one silent node would hold back all.
// E1. Such a frame repeats how far the node's last one came, under the fence of its owner. To a reader it is nothing, to an owner the same as that one.
// E2. It is stored between two steps, and only of a node whose rows are all stored, so it is never behind one that says more.
import type { Fence, StoredEntry } from '#bus/bus.ts';
import { slotIn } from '#bus/shares.ts';
import type { Share } from '#bus/subjects.ts';
import type { NodeID } from '#domain/node-spec.ts';
import { commit } from './commit.ts';
import type { Lane } from './lane.ts';
import { type Committed, emptyFrame } from './lane-output.ts';
import { committedOf } from './recover.ts';
import type { SlotPorts } from './slot-terms.ts';

/** Stored at once, so that a step behind them waits no longer than for one of its own size … */
const FRAMES_MIN = 64;
/** … but for so many nodes that there would not be steps enough, of which bars a minute bring sixty in a usual period. */
const STEPS_MAX = 32;

export class Silence {
  readonly #ports: SlotPorts;
  readonly #share: Share;
  readonly #everyMs: number;
  #dueMs: number;
  /** Number of the next row of each node when this was looked at last. */
  #before: ReadonlyMap<NodeID, number> = new Map();
  /** Nodes that gave nothing since, and are to be spoken for. */
  #silent: (readonly [NodeID, Committed])[] = [];
  #atOnce = FRAMES_MIN;

  constructor(ports: SlotPorts, share: Share, everyMs: number) {
    this.#ports = ports;
    this.#share = share;
    this.#everyMs = everyMs;
    this.#dueMs = ports.clock.monotonicMs() + everyMs;
  }

  /** To be called between two steps; answers the newest entry it stored. `waiting` tells the nodes that are in no lane, since they stand still. Throws LEASE_LOST. */
  async speak(lane: Lane, waiting: () => readonly NodeID[], fence: Fence): Promise<StoredEntry | undefined> {
    const { clock } = this.#ports;
    if (clock.monotonicMs() >= this.#dueMs) {
      this.#dueMs = clock.monotonicMs() + this.#everyMs;
      const standing = new Set(waiting());
      const given = standing.size > 0 ? await committedOf(this.#ports, this.#share, standing, fence) : new Map<NodeID, Committed>();
      for (const id of lane.publishedIds) {
        const its = lane.given(id);
        if (its) given.set(id, its);
      }
      this.#silent = [...given].filter(([id, { next }]) => this.#before.get(id) === next);
      this.#atOnce = Math.max(FRAMES_MIN, Math.ceil(this.#silent.length / STEPS_MAX));
      this.#before = new Map(Array.from(given, ([id, { next }]) => [id, next]));
    }
    if (this.#silent.length === 0) return undefined;
    const standing = new Set(waiting());
    const due = this.#silent.splice(0, this.#atOnce).filter(([id, { next }]) => (lane.published.has(id) ? lane.given(id)?.next === next : standing.has(id))); // by E2
    return commit(this.#ports, slotIn(this.#share), fence, due.map(([id, its]) => emptyFrame(id, its, fence.sequence, lane.inputSequence)));
  }
}
