// A lane that goes along with the owner of its nodes and gives nothing out: of the next owner of a slot (standby.ts), or of the owner of a
// slot's first share that is about to run all of it (gathering.ts).
// N1. It never computes beyond what the owner has committed, so it may take over at any moment, also from an owner that is dead.
import type { LogEntry, LogReader } from '#bus/bus.ts';
import type { Share } from '#bus/subjects.ts';
import { intervalMs } from '#domain/interval.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { Lane } from './lane.ts';
import { progressOf } from './recover.ts';
import type { SlotPorts } from './slot-terms.ts';

/** Between two looks at how far the owner is. */
export const FOLLOW_POLL_MS = 5;
/** Asked for at every look. */
const FOLLOWED_MAX = 8;

export class Follower {
  readonly lane: Lane;
  readonly #ports: SlotPorts;
  readonly #share: Share;
  readonly #reader: LogReader;
  /** Whose newest outputs say how far the owner is; undefined where all of the slot's do. */
  readonly #followed: readonly NodeID[] | undefined;
  /** Read, and not to be applied yet. */
  #ahead: LogEntry[] = [];
  /** An answer of the reader that is still awaited. */
  #taking: Promise<readonly LogEntry[] | undefined> | undefined;
  /** Input of the newest output seen, whose step may still be under way … */
  #newest: number;
  /** … and of the one before, whose step is stored: by N1 what lies up to it may be applied. */
  #stored: number;
  #isHandedOn = false;

  /** `reader` reads on from where the lane stands. */
  constructor(ports: SlotPorts, share: Share, lane: Lane, reader: LogReader, isPart: boolean) {
    this.#ports = ports;
    this.#share = share;
    this.lane = lane;
    this.#reader = reader;
    this.#followed = isPart ? busiest(lane) : undefined;
    this.#newest = this.#stored = lane.inputSequence;
  }

  /** Comes as near to the owner as it may, and not beyond an input. */
  async keepUp(bound = Number.POSITIVE_INFINITY): Promise<void> {
    const newest = await progressOf(this.#ports, this.#share, this.#followed);
    if (newest > this.#newest) [this.#stored, this.#newest] = [this.#newest, newest];
    await this.advance(Math.min(bound, this.#stored), FOLLOW_POLL_MS);
  }

  /** Applies what is read up to the target, and waits no longer than told for what is still on its way. */
  async advance(target: number, waitMs: number, apply = (entries: readonly LogEntry[]): Promise<void> => this.#compute(entries)): Promise<void> {
    while (this.lane.inputSequence < target) {
      if (this.#ahead.length === 0) {
        this.#taking ??= this.#reader.take();
        const taken = await Promise.race([this.#taking, this.#ports.clock.sleep(waitMs)]);
        if (!taken) return;
        this.#taking = undefined;
        this.#ahead.push(...taken);
      }
      const beyond = this.#ahead.findIndex((entry) => entry.sequence > target);
      const due = this.#ahead.splice(0, beyond < 0 ? this.#ahead.length : beyond);
      if (due.length === 0) return; // nothing of ours lies before the target any more
      await apply(due);
    }
  }

  /** What it reads, from where its lane stands on, for a caller who takes lane and reader over. */
  handOn(): LogReader {
    this.#isHandedOn = true;
    return {
      take: async () => {
        if (this.#ahead.length > 0) return this.#ahead.splice(0);
        const taking = this.#taking ?? this.#reader.take();
        this.#taking = undefined;
        return taking;
      },
      close: () => this.#reader.close(),
    };
  }

  close(): void {
    if (!this.#isHandedOn) this.#reader.close();
  }

  async #compute(entries: readonly LogEntry[]): Promise<void> {
    this.lane.apply(entries);
    this.lane.takeFrames(0); // by N1 the log has them
  }
}

/** Of what a lane gives out, those with a row most often. */
function busiest({ nodes, published }: Lane): NodeID[] {
  const given = nodes.filter(({ id }) => published.has(id));
  return given.toSorted((a, b) => intervalMs(a.spec.config.interval) - intervalMs(b.spec.config.interval)).slice(0, FOLLOWED_MAX).map(({ id }) => id);
}
